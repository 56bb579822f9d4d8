"""Whether this process should be sent work: a tuple of questions, each answered by what is wrong, in words for an operator.

A slow third party never makes us unready: mails and webhooks wait in their own queues, which are numbers in /metrics.
"""

import functools
import logging
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.utils import DatabaseError, InterfaceError

from passaparola.actions.writer import LOST
from passaparola.domain.instant import SECOND
from passaparola.inbound.running import the_writer
from passaparola.inbound.stopping import is_stopping
from passaparola.inbound.today import now
from passaparola.store.read.operations import migrations_applied, oldest_waiting
from passaparola.store.read.snapshot import Session, reading

FRESH = 1.0  # seconds in which the last answer counts: a flood of questions asks the database once
PATIENCE = 3.0  # seconds after which a database that has not answered is one that does not
OK = "ok"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was asked and what was found: `ok`, or what is wrong."""

    checks: dict[str, str]

    @property
    def ready(self) -> bool:
        return all(found == OK for found in self.checks.values())

    @property
    def reasons(self) -> list[str]:
        return [found for found in self.checks.values() if found != OK]


def not_stopping() -> str:
    return "the server is about to end" if is_stopping() else OK


def writer_is_alive() -> str:
    return OK if the_writer().alive else "the writer has stopped"


def disk_has_room() -> str:
    free = shutil.disk_usage(settings.DATA).free >> 20
    if free >= settings.DISK_RESERVE_MB:
        return OK
    return f"the disk of the data folder has {free} MB left, fewer than {settings.DISK_RESERVE_MB}"


def database_is_at_head(session: Session) -> str:
    missing = sorted(_ours() - migrations_applied(session))
    return f"the database lacks {len(missing)} migrations, first {'.'.join(missing[0])}" if missing else OK


def outbox_is_handed_on(session: Session) -> str:
    since = oldest_waiting(session)
    seconds = (now() - since) // SECOND if since is not None else 0
    if seconds <= settings.OUTBOX_LAG_SECONDS:
        return OK
    return f"the outbox has waited {seconds} seconds to be handed on, longer than {settings.OUTBOX_LAG_SECONDS}"


HERE: dict[str, Callable[[], str]] = {"stopping": not_stopping, "writer": writer_is_alive, "disk": disk_has_room}
IN_DATABASE: dict[str, Callable[[Session], str]] = {"migrations": database_is_at_head, "outbox": outbox_is_handed_on}


@functools.cache
def _ours() -> frozenset[tuple[str, str]]:
    """The newest migrations of this program. A newer database is no trouble: while servers are replaced one by one, it is newer."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


class _Asker:
    """Asks the database for all who want to know, one at a time."""

    def __init__(self) -> None:
        self._gate = threading.Lock()
        self._at = float("-inf")
        self._found: dict[str, str] = {}

    def found(self) -> dict[str, str]:
        if time.monotonic() - self._at < FRESH:
            return self._found
        if not self._gate.acquire(timeout=PATIENCE):
            return {"database": "the database does not answer in time"}
        try:
            if time.monotonic() - self._at >= FRESH:
                self._found, self._at = _ask(), time.monotonic()
            return self._found
        finally:
            self._gate.release()

    def forget(self) -> None:
        self._at = float("-inf")


def _ask() -> dict[str, str]:
    try:
        with reading() as session:
            return {"database": OK, **{name: check(session) for name, check in IN_DATABASE.items()}}
    except (DatabaseError, InterfaceError, *LOST) as problem:
        logger.warning("not ready: %s", problem)
        connection.close()
        return {"database": "the database does not answer, or has not our tables"}
    finally:
        if connection.vendor != "sqlite":
            connection.close()


_asker = _Asker()


def readiness() -> Readiness:
    """All questions asked now; what the database says may be a second old."""
    return Readiness({**{name: check() for name, check in HERE.items()}, **_asker.found()})


def forget() -> None:
    """Ask the database again."""
    _asker.forget()
