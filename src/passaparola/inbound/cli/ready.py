"""Makes Django and the database ready, as late as possible: help and file checks need neither."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_urlsafe
from tempfile import gettempdir
from typing import IO, TYPE_CHECKING, Any

import click

from passaparola.inbound.chosen import CHOSEN

if TYPE_CHECKING:
    from passaparola.inbound.handover import Door

FOUND = 1  # something was found or failed
USAGE = 2  # the call or the settings are wrong; nothing was done


class Problem(click.ClickException):
    """One clear line: what, where, and how to mend it."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"passaparola: {self.format_message()}", file=file, err=True)


class WrongSettings(Problem):
    exit_code = USAGE


def wake(*, serving: bool = False, keeps: bool = True) -> None:
    """Read the settings and load the application. `serving`: as a server, whose processes count together. `keeps` False: no key is made
    and kept, and no folder, because no database is opened."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passaparola.config.settings")
    if not keeps:
        _keep_nothing()
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    from passaparola.inbound.counting import count_together

    try:
        if serving:
            count_together(settings.DATA)
        django.setup()
    except ImproperlyConfigured as problem:
        raise WrongSettings(str(problem)) from problem


def _keep_nothing() -> None:
    """Where there is no data yet, none is begun: the settings are read with a key of this moment, and no folder of ours."""
    from django.conf import settings

    folder = Path(os.environ.get("PASSAPAROLA_DATA") or "./var")
    if settings.configured or (folder / "secret.key").exists():
        return
    if not folder.exists():
        os.environ["PASSAPAROLA_DATA"] = gettempdir()
    if not any(os.environ.get(f"PASSAPAROLA_SECRET_KEY{how}") for how in ("", "_FILE")):
        os.environ["PASSAPAROLA_SECRET_KEY"] = token_urlsafe(48)


def open_for_reading() -> str:
    """The id of the workspace. Reading makes no database and changes none; where there is none yet it says so."""
    open_database()
    from passaparola.store.read.catalogue import default_workspace
    from passaparola.store.read.snapshot import reading

    slug = CHOSEN.get()
    with reading() as session:
        workspace = default_workspace(session, slug) if slug else default_workspace(session)
    if workspace is None and slug:
        raise Problem(f"There is no workspace {slug!r}. `passaparola workspace list` shows which there are")
    if workspace is None:
        raise Problem(
            "There is nothing in the database yet. `passaparola program apply FILE` or `passaparola up` begins"
        )
    return workspace


def open_database() -> None:
    """The database as it is, whatever is in it."""
    wake()
    from django.db import connection

    if connection.vendor == "sqlite" and not os.path.exists(connection.settings_dict["NAME"]):  # noqa: PTH110
        raise Problem(
            f"There is no data in {_folder()} yet. `passaparola program apply FILE` or `passaparola up` begins"
        )
    if _pending():
        raise Problem("The database is empty or older than this program. `passaparola up` brings it up to date")


@contextmanager
def open_for_writing() -> Iterator["Door"]:
    """Where writes go: the running server, or this process, which then brings the database up to date first."""
    wake()
    from passaparola.inbound.handover import writing_door

    with writing_door(waiting=lambda text: click.echo(text, err=True)) as door:
        if not door.remote:
            migrate()
        yield _InWorkspace(door, slug) if (slug := CHOSEN.get()) else door


class _InWorkspace:
    """A door to one workspace."""

    def __init__(self, door: "Door", slug: str):
        self._door, self._slug = door, slug

    @property
    def remote(self) -> bool:
        return self._door.remote

    def call(self, name: str, /, **arguments: Any) -> Any:
        return self._door.call(name, **arguments, in_workspace=self._slug)


def migrate() -> bool:
    """Bring the database up to date. False when it was."""
    if not _pending():
        return False
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    return True


def _pending() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    known = set(executor.loader.disk_migrations)  # also those that one migration stands for on a new database
    newer = sorted(
        name for app, name in executor.loader.applied_migrations if app == "store" and (app, name) not in known
    )
    if newer:
        raise Problem(
            f"The database was written by a newer passaparola (it has {newer[-1]}). Install that version or a later one"
        )
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _folder() -> str:
    from django.conf import settings

    return str(settings.DATA)


def explained(problem: Exception) -> click.ClickException:
    """What a person should read instead of a traceback. PASSAPAROLA_DEBUG=1 shows the traceback."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db.utils import DatabaseError, InterfaceError

    if isinstance(problem, ImproperlyConfigured):
        return WrongSettings(str(problem))
    said = {
        "CommandFailed",
        "AnotherWriter",
        "NoSuchProgram",
        "UnableToImport",
        "UnableToReadFile",
        "NotFound",
        "Refusal",
    }
    if type(problem).__name__ in said or type(problem).__name__.startswith("UnableTo"):
        return Problem(str(problem))
    first = (str(problem).strip() or repr(problem)).splitlines()[0]
    if isinstance(problem, DatabaseError | InterfaceError) or type(problem).__module__.startswith(
        ("psycopg", "sqlite3")
    ):
        return Problem(f"The database cannot do that: {first}. Check DATABASE_URL, and that its server runs")
    if isinstance(problem, OSError):
        return Problem(str(problem))
    return Problem(
        f"This should not happen ({type(problem).__name__}: {first}). Please report it; PASSAPAROLA_DEBUG=1 shows where"
    )


def debugging() -> bool:
    return os.environ.get("PASSAPAROLA_DEBUG", "") not in ("", "0") and "django" in sys.modules
