"""An empty database beside the real one, in a temporary file, for one thread: to do again what was done, and compare."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper

ALIAS = "default"
_PRAGMAS = (
    "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536"  # nothing here outlives the process
)

_here = threading.local()


def is_aside() -> bool:
    """Whether what this thread writes now is only for comparing."""
    return getattr(_here, "depth", 0) > 0


@contextmanager
def aside() -> Iterator[None]:
    """What this thread reads and writes by new sessions goes to a fresh database; the sessions it has open stay where they are."""
    with tempfile.TemporaryDirectory(prefix="passaparola-aside-") as folder:
        path = Path(folder) / "aside.sqlite3"
        path.write_bytes(_empty())
        with _instead(path):
            _here.depth = getattr(_here, "depth", 0) + 1
            try:
                yield
            finally:
                _here.depth -= 1


@cache
def _empty() -> bytes:
    """A database with all tables and nothing in them."""
    with tempfile.TemporaryDirectory(prefix="passaparola-aside-") as folder:
        path = Path(folder) / "empty.sqlite3"
        with _instead(path) as connection, connection.schema_editor() as editor:
            for model in apps.get_app_config("store").get_models():
                editor.create_model(model)
        return path.read_bytes()


@contextmanager
def _instead(path: Path) -> Iterator[DatabaseWrapper]:
    """This thread's connection is one to that file."""
    before, wrapper = connections[ALIAS], _wrapper(path)
    connections[ALIAS] = wrapper
    try:
        yield wrapper
    finally:
        connections[ALIAS] = before
        wrapper.close()


def _wrapper(path: Path) -> DatabaseWrapper:
    description = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": _PRAGMAS},
    }
    return DatabaseWrapper(connections.configure_settings({ALIAS: description})[ALIAS], ALIAS)
