"""Django settings, read from the environment through `Home`; what each variable means: docs/operations.md."""

import os
from importlib.util import find_spec

from csp.constants import NONE, SELF

from quintet.kernel.home import Home
from quintet.site import environment

HOME = Home.from_environment()
SECRET_KEY = environment.secret_key(HOME)
ALLOWED_HOSTS = environment.allowed_hosts()
IS_LOCAL = environment.is_local(ALLOWED_HOSTS)
TRUSTED_PROXIES = environment.trusted_proxies()
METRICS_TOKEN = os.environ.get("QUINTET_METRICS_TOKEN", "")
HOLIDAYS = environment.holidays()
DEBUG = False


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


#: Rooms with records, pages or tags of their own, in the order they are built.
ROOMS = [
    name
    for name, module in {
        "quintet.ledger.apps.LedgerConfig": "quintet.ledger.apps",
        "quintet.sources.files": "quintet.sources.files.apps",
        "quintet.hiring": "quintet.hiring.apps",
        "quintet.training": "quintet.training.apps",
        "quintet.management": "quintet.management.apps",
        "quintet.demand": "quintet.demand.apps",
        "quintet.loop": "quintet.loop.apps",
    }.items()
    if _exists(module)
]
INSTALLED_APPS = [
    "quintet.site",  # first: its templates restyle the packages below
    *ROOMS,
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "auditlog",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "rules.apps.AutodiscoverRulesConfig",
    "whitenoise.runserver_nostatic",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",  # last: its templates are the fallback of ours
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "quintet.site.middleware.AuditMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "quintet.site.middleware.ScopeMiddleware",
    "quintet.site.middleware.ErrorMiddleware",
    "quintet.site.middleware.ExportMiddleware",
    "quintet.site.middleware.AccessMiddleware",
    "quintet.site.first_hour_pages.FirstHourMiddleware",
]
ROOT_URLCONF = "quintet.site.urls"
WSGI_APPLICATION = "quintet.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "quintet.site.context.shell",
            ],
        },
    },
]

DATABASES = {"default": environment.database(HOME.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {  # in the database, so that all processes count the same login attempts
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "site_cache"},
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LANGUAGE_CODE = "en"
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = HOME.path / "static"
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # the map of an export of many files is one form
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ---------------------------------------------------------------- who is who
AUTH_USER_MODEL = "site.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "quintet.site.adapter.InvitedOnly"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "change_password": "5/m/user"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Quintet"
MFA_TOTP_TOLERANCE = 1  # steps: somebody types slowly, a clock is off (RFC 6238, 5.2)
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
AUDITLOG_DISABLE_REMOTE_ADDR = False

# ---------------------------------------------------------------- what a browser may do with us
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # icons inside Tabler's style sheet, the QR code of the MFA page
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not IS_LOCAL
SESSION_COOKIE_NAME = "quintet_session"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "quintet.site.errors.csrf_failed"
SECURE_HSTS_SECONDS = 0 if IS_LOCAL else 31_536_000
SECURE_SSL_REDIRECT = not IS_LOCAL
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None

# ---------------------------------------------------------------- mail: off while no host is set
_MAIL = environment.mail()
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = _MAIL["EMAIL_HOST"], _MAIL["EMAIL_PORT"], _MAIL["EMAIL_TIMEOUT"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL["EMAIL_USE_TLS"], _MAIL["EMAIL_USE_SSL"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_USER"], _MAIL["EMAIL_HOST_PASSWORD"]
DEFAULT_FROM_EMAIL, SITE_URL = _MAIL["DEFAULT_FROM_EMAIL"], _MAIL["SITE_URL"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "quintet": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
