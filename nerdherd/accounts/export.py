"""Everything that has somebody's name on it, as one file."""

import json
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from nerdherd.lib.personal import holdings


def everything_of(person: AbstractBaseUser) -> Iterator[str]:
    """JSON in pieces: an object with a list of rows for every kind of thing that is held."""
    yield f'{{"site": {_json(settings.SITE_URL)}, "made_at": {_json(timezone.now())}'
    for holding in holdings():
        yield f",\n{_json(holding.title)}: ["
        for number, row in enumerate(holding.rows(person)):
            yield f"{',' if number else ''}\n  {_json(row)}"
        yield "]"
    yield "}\n"


def _json(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
