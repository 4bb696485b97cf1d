"""Every setting, read once from the environment; docs/settings.md says what each is for."""

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from fairwitness import environment
from fairwitness.mail.service import SERVICES, host_of

# Where everything of this centre lies: databases, secrets, outbox, editions.
DIR = environment.folder("FAIRWITNESS_DIR", "centre")
SECRETS = environment.folder("FAIRWITNESS_SECRETS", str(DIR / "secrets"))
OUTBOX = DIR / "outbox"
EDITIONS = DIR / "editions"

BASE_URL = environment.text("FAIRWITNESS_URL", "http://127.0.0.1:8000").rstrip("/")
IS_HTTPS = BASE_URL.startswith("https://")
# A centre that was built for training says so for ever, whoever starts it.
IS_TRAINING = environment.flag("FAIRWITNESS_TRAINING") or (DIR / "training").exists()
DEBUG = environment.flag("FAIRWITNESS_DEBUG")
if DEBUG and not IS_TRAINING:
    raise environment.WrongSetting(
        "FAIRWITNESS_DEBUG shows on a page what people typed. It is for training centres."
    )
ALLOWED_HOSTS = [
    BASE_URL.split("//", 1)[1].split("/")[0].rsplit(":", 1)[0],
    *filter(None, environment.text("FAIRWITNESS_HOSTS").split(",")),
]
SECRET_KEY = environment.secret(SECRETS / "django.key").hex()

INSTALLED_APPS = [
    "fairwitness.design",  # how it looks: no models
    # The flow: each reads those above it, never those below.
    "fairwitness.ledger",  # what was done
    "fairwitness.vault",  # what is secret
    "fairwitness.staff",  # who works here
    "fairwitness.governance",  # what we have bound ourselves to
    "fairwitness.surveys",  # what we ask
    "fairwitness.outreach",  # whom we may ask
    "fairwitness.intake",  # what we are told
    "fairwitness.casework",  # what we believe
    "fairwitness.disclosure",  # what we pass on
    "fairwitness.figures",  # what we publish
    "fairwitness.rights",  # what people may ask of us
    "fairwitness.front",  # pages that gather
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
]

MIDDLEWARE = [
    "fairwitness.front.middleware.ForgetVisitor",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "fairwitness.front.middleware.ContentPolicy",
    "fairwitness.front.middleware.QuietHeaders",
    "fairwitness.front.unread.OursAndWhole",
    "fairwitness.front.middleware.KeepWhatWasTyped",
    "fairwitness.front.middleware.ChosenLanguage",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "fairwitness.staff.session.LockWhenIdle",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "fairwitness.front.middleware.ExplainRefusals",
    "fairwitness.front.middleware.Doors",
]

ROOT_URLCONF = "fairwitness.urls"
WSGI_APPLICATION = "fairwitness.wsgi.application"
AUTH_USER_MODEL = "staff.User"
LOGIN_URL = "staff:sign_in"
LOGIN_REDIRECT_URL = "staff:desk"
LOGOUT_REDIRECT_URL = "staff:sign_in"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "fairwitness.governance.context.centre",
            ],
        },
    }
]

# Two databases: the centre, and the keystore that erasure overwrites.
DATABASES = {
    "default": dj_database_url.parse(
        environment.text("DATABASE_URL", f"sqlite:///{DIR / 'centre.sqlite3'}"),
        conn_max_age=60,
    ),
    "keystore": dj_database_url.parse(
        environment.text("KEYSTORE_URL", f"sqlite:///{DIR / 'keystore.sqlite3'}"),
        conn_max_age=60,
    ),
}
# Who waits longer than this for a lock is told to try again.
_PATIENCE = 20  # seconds
for _database in DATABASES.values():
    if _database["ENGINE"].endswith("postgresql"):
        _database["CONN_HEALTH_CHECKS"] = True  # the server may have begun anew
        _database["OPTIONS"] = {
            "connect_timeout": 10,
            "options": f"-c lock_timeout={_PATIENCE}s",
            **_database.get("OPTIONS", {}),
        }
    if _database["ENGINE"].endswith("sqlite3"):
        _database["ENGINE"] = "fairwitness.sqlite3"
        _database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": _PATIENCE,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON;"
            ),
        }
DATABASE_ROUTERS = ["fairwitness.vault.router.KeystoreRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Letters go to a folder until a mail server is set.
ESP = environment.one_of(
    "FAIRWITNESS_ESP", SERVICES, why="Others may count who opens a letter."
)
ESP_KEY = environment.text("FAIRWITNESS_ESP_KEY")
ESP_URL = environment.text("FAIRWITNESS_ESP_URL")
EMAIL_HOST = host_of(ESP, ESP_URL) if ESP else environment.text("EMAIL_HOST")
DNS_SERVER = environment.server("FAIRWITNESS_DNS")
EMAIL_PORT = environment.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = environment.text("EMAIL_USER")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_PASSWORD")
EMAIL_USE_TLS = environment.flag("EMAIL_TLS", default=True)
EMAIL_TIMEOUT = 30  # seconds, for each step before the text is complete
EMAIL_ANSWER_TIMEOUT = 600  # then servers look at it (RFC 5321 §4.5.3.2.6)
# Where letters come back to: a Maildir of this machine, or a mailbox by IMAP over TLS.
RETURNS_MAILDIR = environment.text("FAIRWITNESS_RETURNS_MAILDIR")
RETURNS_IMAP = environment.text("FAIRWITNESS_RETURNS_IMAP")
RETURNS_USER = environment.text("FAIRWITNESS_RETURNS_USER")
RETURNS_PASSWORD = environment.text("FAIRWITNESS_RETURNS_PASSWORD")
DKIM_SELECTOR = environment.text("FAIRWITNESS_DKIM_SELECTOR")
MAIL_FROM = environment.text("FAIRWITNESS_MAIL_FROM", "centre@centre.example")

# Cookies: none on a public page until a form starts.
COOKIE_PREFIX = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}desk"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}form"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "fairwitness.front.views.kept"
LANGUAGE_COOKIE = f"{COOKIE_PREFIX}language"
IDLE_MINUTES = environment.number("FAIRWITNESS_IDLE_MINUTES", 15)

SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_SSL_REDIRECT = False  # the proxy in front speaks TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"  # docs/decisions/0007
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_500_000
FILE_UPLOAD_HANDLERS = ["fairwitness.front.uploads.InMemoryOnly"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_500_000  # a larger file is not kept at all
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400

PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ar", _("Arabic"))]
LANGUAGE_NAMES = {"en": "English", "ar": "العربية"}
LOCALE_PATHS = [environment.HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.text("FAIRWITNESS_TIME_ZONE", "UTC")

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# For operators: what went wrong, never with whom. No request is logged.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "fairwitness.front.logs.QuietHandler",
            "formatter": "plain",
        },
        "none": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.request": {"handlers": ["console"], "propagate": False},
        "django.server": {"handlers": ["none"], "propagate": False},
        "django.security": {"handlers": ["none"], "propagate": False},
    },
}
SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # the order of our own middleware is a test
    "security.W008",  # the proxy in front redirects to TLS
]
