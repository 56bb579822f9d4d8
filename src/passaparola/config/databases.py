"""Django's description of the database: SQLite in the data folder, or PostgreSQL by its address."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

SQLITE_FILE = "passaparola.sqlite3"
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # a commit that was answered survives a power cut
    "foreign_keys=ON",
    "cache_size=-32768",  # 32 MiB: holds what one batch changes; reading goes through the map
    "mmap_size=268435456",
    "temp_store=MEMORY",
    "journal_size_limit=67108864",
)
# A server that went away is noticed, and no statement of a page runs for ever (`inbound/page_limits.py`). The address may say otherwise.
POSTGRES_TIMEOUTS = {
    "connect_timeout": "5",  # seconds
    "tcp_user_timeout": "30000",  # milliseconds
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}
# Compiling a plan takes 0.8 s, the longest of our statements with all its rows a few milliseconds: estimates, not work, would call it in.
NO_COMPILER = "-c jit=off"
EXAMPLE = "postgresql://user:password@host:5432/name, or postgresql:///name?host=/run/postgresql for a Unix socket"
NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def database(url: str, *, data: Path) -> dict[str, Any]:
    """The `default` database of Django's DATABASES. An empty address means the embedded SQLite."""
    return postgres(url) if url else sqlite(data / SQLITE_FILE)


def cache(*, shared: bool) -> dict[str, Any]:
    """Where attempts to sign in are counted: in this process where it is the only one (SQLite), otherwise in a table for all of them.

    Many callers must not be able to push the counts of others out, so there is room for many.
    """
    if shared:
        place = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "store_cacheentry"}
    else:
        place = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "passaparola"}
    return {**place, "OPTIONS": {"MAX_ENTRIES": 100_000}}


def sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": ";".join(f"PRAGMA {pragma}" for pragma in PRAGMAS),
        },
    }


def postgres(url: str) -> dict[str, Any]:
    """Every option that libpq takes in an address is taken here too. The address itself is never shown: it holds a
    password."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise ImproperlyConfigured(
            f"DATABASE_URL does not begin with postgresql://. Write {EXAMPLE}. Leave it out to use SQLite."
        )
    options = parsed(url)
    if not options.get("dbname"):
        raise ImproperlyConfigured(f"DATABASE_URL names no database. Write {EXAMPLE}.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        **{ours: options.pop(theirs, "") for theirs, ours in NAMES.items()},
        "OPTIONS": {**POSTGRES_TIMEOUTS, **options, "options": f"{NO_COMPILER} {options.get('options') or ''}".strip()},
    }


def parsed(url: str) -> dict[str, Any]:
    from psycopg import ProgrammingError  # noqa: PLC0415  an installation on SQLite never loads the driver
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    try:
        options = dict(conninfo_to_dict(url))
    except ProgrammingError:
        options = {"port": "unreadable"}
    if not all(port.isdigit() for port in str(options.get("port") or 5432).split(",")):
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read. Write {EXAMPLE}.")
    return options
