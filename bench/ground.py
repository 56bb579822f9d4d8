"""The ground the benches stand on: fresh migrated databases, and a shop with advocates and the friends they brought."""

import contextlib
import functools
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="passaparola-bench-"))
os.environ.pop("DATABASE_URL", None)
SHARED = os.environ.pop("PASSAPAROLA_SHARED", "")  # no setting of passaparola's
os.environ["PASSAPAROLA_DATA"] = str(FOLDER)
os.environ["DJANGO_SETTINGS_MODULE"] = "passaparola.config.settings"

import django  # noqa: E402

django.setup()

from passaparola.actions.events.record import Arrival, Submission, record_submissions  # noqa: E402
from passaparola.actions.programs.apply import apply_program  # noqa: E402
from passaparola.actions.workspaces import ensure_workspace  # noqa: E402
from passaparola.domain.events.event import Event  # noqa: E402
from passaparola.domain.events.read import read_event  # noqa: E402
from passaparola.domain.instant import DAY, SECOND, Instant  # noqa: E402
from tests.databases import Database, PostgresTemplate, SqliteTemplate, migrate  # noqa: E402
from tests.postgres import PostgresServer  # noqa: E402

__all__ = ["Database", "PostgresServer", "PostgresTemplate", "SqliteTemplate", "migrate"]

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / "examples" / "programs" / "give-5-get-5.yaml"
FRIENDS_PER_ADVOCATE = 20


def now() -> Instant:
    return time.time_ns() // 1000


def clean() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)


def open_shop(friends: int, *, batch: int = 500) -> str:
    """A workspace with the program, and friends f0 … who signed up, each brought by an advocate. Returns its id."""
    at = now() - 2 * DAY
    workspace = ensure_workspace(now=at)
    apply_program(PROGRAM.read_text(encoding="utf-8"), workspace=workspace, now=at, actor="bench")
    for first in range(0, friends, batch):
        events = [signup(n, at + SECOND) for n in range(first, min(first + batch, friends))]
        answers = record_submissions(
            [Submission((Arrival(event, at + SECOND),)) for event in events], workspace=workspace
        )
        wrong = [a for a in answers if a.failed or a.events[0].outcome != "recorded"]
        if wrong:
            raise RuntimeError(f"a sign-up was not recorded: {wrong[0]}")
    return workspace


def signup(n: int, at: Instant) -> Event:
    raw = {"id": f"s{n}", "type": "signup", "person": f"f{n}", "referred_by": f"a{n // FRIENDS_PER_ADVOCATE}"}
    return read_event(raw, now=at)


def purchase(n: int, at: Instant) -> Event:
    raw = {"id": f"o{n}", "type": "purchase", "person": f"f{n}", "amount_minor": 4144, "currency": "USD"}
    return read_event(raw, now=at)


@functools.cache
def sqlite_template() -> SqliteTemplate:
    return SqliteTemplate(FOLDER)


@contextlib.contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of our own, with the settings of production."""
    with PostgresServer(settings={"shared_buffers": "512MB", "max_wal_size": "4GB"}) as server:
        yield server
