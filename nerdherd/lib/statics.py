"""How static files are kept: hashed, compressed, and with the imports of our modules followed."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """A module names the others by their hashed names too, so that no two versions ever meet."""

    support_js_module_import_aggregation = True
