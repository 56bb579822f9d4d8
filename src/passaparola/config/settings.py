"""All settings, from the environment. Every variable is described in docs/settings.md, and a test says so."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from passaparola.config.databases import cache, database
from passaparola.config.environment import Environment, secret_key, token
from passaparola.config.mail import mail_from, mail_server

env = Environment(os.environ)

# Where things are

DATA = env.folder("PASSAPAROLA_DATA", "./var")
DATABASE_URL = env.secret("DATABASE_URL")
DATABASES = {"default": database(DATABASE_URL, data=DATA)}
SECRET_KEY = secret_key(env.secret("PASSAPAROLA_SECRET_KEY"), data=DATA)

# Who may call us, and by which name

DEBUG = env.flag("PASSAPAROLA_DEBUG")
PUBLIC_URL = env.origin("PASSAPAROLA_PUBLIC_URL", "http://localhost:8000")
STAFF_URL = env.origin("PASSAPAROLA_STAFF_URL", PUBLIC_URL).removesuffix(PUBLIC_URL)  # empty: the public address
PUBLIC_IS_HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = env.listing(
    "PASSAPAROLA_HOSTS",
    list(
        dict.fromkeys(
            [
                *(urlsplit(url).hostname or "" for url in (PUBLIC_URL, STAFF_URL or PUBLIC_URL)),
                "localhost",
                "127.0.0.1",
                "[::1]",
            ]
        )
    ),
)
CSRF_TRUSTED_ORIGINS = [url for url in (PUBLIC_URL, STAFF_URL) if url]
TRUSTED_PROXIES = env.networks("PASSAPAROLA_TRUSTED_PROXIES")
WEBHOOK_NETWORKS = env.networks("PASSAPAROLA_WEBHOOKS_INTO_NETWORKS")  # private ones that may be called

# The application

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "passaparola.config",
    "passaparola.store",
    "passaparola.inbound",  # before allauth, whose templates it replaces
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "passaparola.inbound.requests.name_the_route",
    "passaparola.config.headers.security_headers",
    "passaparola.config.statics.Statics",
    "passaparola.inbound.web.origins.Origins",
    "passaparola.inbound.web.troubles.Troubles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "passaparola.config.urls"
WSGI_APPLICATION = "passaparola.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "passaparola.inbound.web.cookies.about_cookies",
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "passaparola.config.statics.HashedNames"},
}
WHITENOISE_USE_FINDERS = True  # serves from the installed packages, so that nobody has to collect files first
WHITENOISE_AUTOREFRESH = DEBUG

# Language and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("pl", "Polski"), ("it", "Italiano"), ("ro", "Română"), ("ar", "العربية")]
LOCALE_PATHS = [Path(__file__).parents[1] / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Passwords, cookies, headers

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-session" if PUBLIC_IS_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PUBLIC_IS_HTTPS else "csrf"
SESSION_COOKIE_AGE = 2 * 86_400  # inbound/web/cookies.py has every cookie with its lifetimes
CSRF_COOKIE_AGE = 14 * 86_400
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# Mails: Django's own words, so that whatever sends mail goes the same way

MAIL_FROM = env.text("PASSAPAROLA_MAIL_FROM", "")
MAIL = mail_server(env.secret("PASSAPAROLA_MAIL_URL"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = mail_from(MAIL_FROM, public_url=PUBLIC_URL)
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = MAIL.backend, MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL, EMAIL_TIMEOUT = MAIL.starttls, MAIL.tls, MAIL.seconds

# Operations: when this server is ready, who may read its numbers, how it ends

METRICS_TOKEN = token(env.secret("PASSAPAROLA_METRICS_TOKEN"), "PASSAPAROLA_METRICS_TOKEN")
DRAIN_SECONDS = env.number("PASSAPAROLA_DRAIN_SECONDS", 5, least=0, most=120)
DISK_RESERVE_MB = env.number("PASSAPAROLA_DISK_RESERVE_MB", 256, least=0, most=1_000_000)
OUTBOX_LAG_SECONDS = env.number("PASSAPAROLA_OUTBOX_LAG_SECONDS", 300, least=1, most=86_400)

# Pictures that people upload

PICTURE_MB = env.number("PASSAPAROLA_PICTURE_MB", 8, least=1, most=64)

# How staff sign in (docs/decisions/0005-staff-sign-in.md). `up --demo` is the only one that sets the first.

DEMO = env.flag("PASSAPAROLA_DEMO")
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL, LOGIN_REDIRECT_URL = "account_login", "home"
ACCOUNT_ADAPTER = "passaparola.inbound.web.operators.accounts.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True  # by the link of `operator add`, which is good for one time
ACCOUNT_SESSION_REMEMBER = None  # who signs in is asked
ACCOUNT_FORMS = {"login": "passaparola.inbound.web.operators.accounts.SignIn"}
ACCOUNT_PRESERVE_USERNAME_CASING = False
PASSWORD_RESET_TIMEOUT = 24 * 3600
MFA_ADAPTER = "passaparola.inbound.web.operators.accounts.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1  # half a minute to either side: clocks of phones
MFA_TOTP_ISSUER = "passaparola"
CACHES = {"default": cache(shared=bool(DATABASE_URL))}

# Logs: one line of JSON an entry, to standard error

LOG_LEVEL = env.choice("PASSAPAROLA_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
ACCESS_LOG = env.flag("PASSAPAROLA_ACCESS_LOG", default=True)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "passaparola.config.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "django.request": {"level": "ERROR"},  # what is not found or refused is in the access log, by its route
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # scanners send any host: a 400 in the access log
    },
}

env.refuse_unknown("PASSAPAROLA_")  # stays last: what was not read by now is misspelt
