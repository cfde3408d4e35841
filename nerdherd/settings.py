"""Every setting of the site, read from the environment first and then from .env."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(str(BASE_DIR / ".env"))  # never overrides what the environment already says

# --- Where it runs -----------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
PORT = env.int("PORT", default=8000)
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or ""
# On this machine only: plain http is right, and nothing here can be reached from outside.
LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
IS_LOCAL = SITE_HOST in LOOPBACK_HOSTS
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOOPBACK_HOSTS if IS_LOCAL else [SITE_HOST])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "data"))).resolve()
# Of the web server alone (`python -m nerdherd.web`), as units and containers start it.
LISTEN = env.str("LISTEN", default="127.0.0.1")
WEB_PROCESSES = env.int("WEB_PROCESSES", default=2)

WSGI_APPLICATION = "nerdherd.wsgi.application"
ROOT_URLCONF = "nerdherd.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- The site and what it sells ----------------------------------------------------------------

SITE_NAME = env.str("SITE_NAME", default="Attachment Nerd Herd")
OFFER_PRICE_CENTS = env.int("OFFER_PRICE_CENTS", default=2900)
OFFER_CURRENCY = env.str("OFFER_CURRENCY", default="usd").lower()
OFFER_REFUND_DAYS = env.int("OFFER_REFUND_DAYS", default=14)

# These join the shop to the rest: what a membership opens, who answers for it, where it is shown.
MEMBERSHIP_PERMISSION = "courses.watch_members_only"
# What can be brought in by a file on the page of moving in, and who reads it.
MOVING_IN = {"posts": "courses.moving.posts.PostsImport"}
MOVING_IN["members"] = "billing.moving.MembersImport"
# Who knows on which pages people joined.
JOINS = "billing.owner.joins.joins"
ACCOUNT_PAGE_SECTIONS = ["billing/account/standing.html", "courses/account/yours.html"]
# What the page of leaving says besides: what goes, and what stays.
LEAVING_PAGE_SECTIONS = ["billing/account/leaving.html", "courses/account/leaving.html"]
AUTHENTICATION_BACKENDS = [
    "billing.backends.MembershipBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]

# Without a key of its own a local site talks to the stand-in next door; the code is the same.
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="").rstrip("/")
if IS_LOCAL and not STRIPE_SECRET_KEY:
    STRIPE_SECRET_KEY = "sk_test_standin"  # noqa: S105 - no secret: the stand-in takes any test key
    STRIPE_API_BASE = STRIPE_API_BASE or f"http://127.0.0.1:{PORT + 1}"
STRIPE_WEBHOOK_SECRETS = [s for s in env.list("STRIPE_WEBHOOK_SECRETS", default=[]) if s.strip()]

# --- Apps and middleware -----------------------------------------------------------------------

INSTALLED_APPS = [
    "nerdherd",
    "nerdherd.lib",
    "nerdherd.accounts",
    "nerdherd.moving",
    "courses",
    "billing",
    "django_prose_editor",
    "js_asset",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "nerdherd.lib.seen.SeenMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "nerdherd.lib.headers.HeadersMiddleware",
    "nerdherd.lib.passing.OnceMoreMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "nerdherd.lib.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "nerdherd.lib.audit.ActingMiddleware",
    "courses.redirects.RedirectsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "nerdherd.accounts.second_factor.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "nerdherd.accounts.devices.LastSeenMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "nerdherd.context.site",
                "billing.offer.context",
            ],
        },
    }
]

# --- Data ---------------------------------------------------------------------------------------


def sqlite(name: str) -> dict[str, object]:
    """One SQLite file in DATA_DIR with the options that stood the test of four writers."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / name,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
                "PRAGMA mmap_size=67108864; PRAGMA journal_size_limit=27103364"
            ),
        },
        # A file, not memory: tests of parallel requests need the locks that production has.
        "TEST": {"NAME": str(DATA_DIR / f"test-{name}")},
    }


def postgresql(address: str) -> dict[str, object]:
    """A PostgreSQL database by its address; nobody waits for it without end."""
    if not urlsplit(address).scheme.startswith("postgres"):
        raise ImproperlyConfigured("DATABASE_URL must begin with postgres://")
    parsed = env.db_url_config(address)
    return {
        **parsed,
        "ENGINE": "nerdherd.lib.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 3,
            "options": "-c statement_timeout=10s -c lock_timeout=3s",
            # A machine that has gone without a word is noticed after half a minute, not two hours.
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 4,
            "tcp_user_timeout": 30_000,
            **parsed.get("OPTIONS", {}),
        },
    }


def shared_cache(address: str) -> dict[str, object]:
    """The cache by its address; nobody waits without end for a Redis that is silent."""
    parsed: dict[str, object] = env.cache_url_config(address)
    if str(parsed["BACKEND"]).endswith("RedisCache"):
        patience = {"socket_connect_timeout": 2, "socket_timeout": 2}
        parsed["OPTIONS"] = patience | parsed.get("OPTIONS", {})  # type: ignore[operator]
    return parsed


DATABASES: dict[str, dict[str, object]] = {}
if env.str("DATABASE_URL", default=""):
    DATABASES["default"] = postgresql(env.str("DATABASE_URL"))
else:
    DATABASES["default"] = sqlite("db.sqlite3")

# Rate limits and used codes must be seen by every process, so the cache is shared from the start:
# a second SQLite file beside the first (its writes never wait for ours), or what CACHE_URL names.
if env.str("CACHE_URL", default=""):
    CACHES = {"default": shared_cache(env.str("CACHE_URL"))}
else:
    DATABASES["cache"] = sqlite("cache.sqlite3")
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
            "OPTIONS": {"MAX_ENTRIES": 50_000},
        }
    }
DATABASE_ROUTERS = ["nerdherd.lib.routers.CacheRouter"]

MEDIA_URL = env.str("MEDIA_URL", default="/media/")
S3_BUCKET = env.str("S3_BUCKET", default="")
S3_ENDPOINT_URL = env.str("S3_ENDPOINT_URL", default="").rstrip("/")
S3_REGION = env.str("S3_REGION", default="us-east-1")
S3_READ_SECONDS = 20  # that a bucket may be silent; then it is asked once more


BUCKET_SHELVES = {
    "media": "nerdherd.lib.buckets.PublicShelf",
    "gated": "nerdherd.lib.buckets.GatedShelf",
}


def shelf(folder: str) -> dict[str, object]:
    """A place for files: a folder of the private bucket, or of DATA_DIR."""
    if not S3_BUCKET:
        options = {
            "location": DATA_DIR / folder,
            "base_url": MEDIA_URL if folder == "media" else None,
        }
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    return {
        "BACKEND": BUCKET_SHELVES[folder],
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": S3_ENDPOINT_URL or None,
            "region_name": S3_REGION,
            "addressing_style": "path" if S3_ENDPOINT_URL else "virtual",
            "location": folder,
            "default_acl": None,
            "file_overwrite": False,
        },
    }


STORAGES = {
    "default": shelf("media"),
    # Videos and their like: no address of their own, only through a view that asks who you are.
    "gated": shelf("gated"),
    "staticfiles": {"BACKEND": "nerdherd.lib.statics.StaticFiles"},
}
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static"))).resolve()
WHITENOISE_ROOT = BASE_DIR / "build" / "root"
WHITENOISE_MAX_AGE = 86400
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "build" / "static"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# Shared with nginx, which then sends videos itself to whoever has an address that we signed.
VIDEO_GATE_SECRET = env.str("VIDEO_GATE_SECRET", default="")
FFMPEG_BIN = env.str("FFMPEG_BIN", default="")
# The short sides that videos are made in; each costs about half a minute a minute of film.
VIDEO_HEIGHTS = [int(height) for height in env.list("VIDEO_HEIGHTS", default=["360", "720"])]
# The folder of a speech model; with it, editors may ask for a first draft of captions.
TRANSCRIBE_MODEL_DIR = env.str("TRANSCRIBE_MODEL_DIR", default="")

# An owner's own copy of the language model (model.safetensors, vocab.txt); else the installed one.
SIMILAR_MODEL_DIR = env.str("SIMILAR_MODEL_DIR", default="")

# --- Mail ---------------------------------------------------------------------------------------

# With no mail server every message is kept as a file, so that nothing is lost or sent by accident.
if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
    EMAIL_TIMEOUT = 10
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA_DIR / "mail")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <hello@{SITE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- People -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

ACCOUNT_ADAPTER = "nerdherd.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_FORMS = {
    "login": "nerdherd.accounts.forms.LoginForm",
    "confirm_login_code": "nerdherd.accounts.forms.LoginCodeForm",
    "confirm_email_verification_code": "nerdherd.accounts.forms.AddressCodeForm",
    "confirm_password_reset_code": "nerdherd.accounts.forms.PasswordCodeForm",
}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# Codes, never links: whoever confirms a link may be confirming a stranger's sign-up.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_CONFIRMATION_AUTHENTICATED_REDIRECT_URL = "/account/"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "website"
# Added to allauth's own: each code may be guessed five times, each address gets five an hour, and
# this is what one stranger may try over many addresses.
ACCOUNT_RATE_LIMITS = {
    "join_code": "10/m/ip,100/h/ip",
    # Guesses at a code that allauth has mailed, of one browser.
    "mailed_code": "10/15m/key",
    "join_proof": "30/m/ip,300/h/ip",
    # Messages with what is counted of posts; a page sends about one.
    "counts": "60/m/ip",
}
# A passkey opens the door by itself; what it is beside a password or a code, the adapter says.
MFA_ADAPTER = "nerdherd.accounts.factors.MFAAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_FORMS = {
    "authenticate": "nerdherd.accounts.forms.SecondFactorForm",
    "reauthenticate": "nerdherd.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "nerdherd.accounts.forms.AppForm",
}
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# --- Cookies and headers ------------------------------------------------------------------------

IS_HTTPS = SITE_URL.startswith("https://")
SESSION_ENGINE = "nerdherd.lib.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
# A cookie with this prefix cannot be planted by a neighbouring sub-domain.
COOKIE_PREFIX = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
SESSION_COOKIE_SAMESITE = "Lax"  # Strict would lose the buyer on the way back from Stripe
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Browsers follow the join form's redirect only to what is named here.
PAYMENT_PAGES = [STRIPE_API_BASE] if STRIPE_API_BASE else ["https://checkout.stripe.com"]
MEDIA_ORIGIN = [MEDIA_URL] if "://" in MEDIA_URL else []
# Browsers send parts of uploads to the bucket, and fetch videos from it, by signed addresses.
BUCKET_ORIGIN: list[str] = []
if S3_BUCKET:
    BUCKET_ORIGIN = [S3_ENDPOINT_URL or f"https://{S3_BUCKET}.s3.{S3_REGION}.amazonaws.com"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        # Written only where a page asks for it: the editors' form, for its import map.
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *MEDIA_ORIGIN, *BUCKET_ORIGIN],
        "font-src": [SELF],
        "connect-src": [SELF, *BUCKET_ORIGIN],
        "media-src": [SELF, "blob:", *BUCKET_ORIGIN],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "form-action": [SELF, *PAYMENT_PAGES],
    }
}

# --- Language and time --------------------------------------------------------------------------

# What editors write in; the site's own words come in all of these, each named as it names itself.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "nerdherd.formats"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True

# --- Seeing it run ------------------------------------------------------------------------------

# Milliseconds from which on a page, and a query, leave a line in the log.
SLOW_PAGE_MS = env.int("SLOW_PAGE_MS", default=500)
SLOW_QUERY_MS = env.int("SLOW_QUERY_MS", default=200)
# Where Prometheus is answered, as in 127.0.0.1:9100; nowhere when left out.
METRICS_ADDRESS = env.str("METRICS_ADDRESS", default="")
METRICS_HOST = urlsplit(f"//{METRICS_ADDRESS}").hostname or ""
METRICS_PORT = urlsplit(f"//{METRICS_ADDRESS}").port or 0
SENTRY_DSN = env.str("SENTRY_DSN", default="")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"careful": {"()": "nerdherd.lib.logs.CarefulFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "careful"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "stripe": {"level": "WARNING"},
        # A 404 is an answer, not an event.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
