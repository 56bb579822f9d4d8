"""The clock of the server: every few seconds what is due falls due, and now and then the ledger is checked."""

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import connection

from passaparola.actions.clock import CLOCK, ClockReport, keep_late, keep_violations, run_clock
from passaparola.actions.conflicts import Conflict
from passaparola.actions.leaders.count import count_boards
from passaparola.actions.ledger.verify import verify_ledger
from passaparola.actions.rewards.give_by_rule import give_due, grants_due
from passaparola.actions.rewards.late import late_to_tell
from passaparola.actions.tallies import Rest, fill_tallies
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.mailing import mail_on_time
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now, now_in
from passaparola.store.read.catalogue import workspace_ids
from passaparola.store.read.clocks import workspace_clock
from passaparola.store.read.snapshot import reading

EVERY = 2.0
VERIFY_EVERY = 3600.0
COUNT_EVERY = 60.0  # what is not counted ahead yet is counted when it is looked at
REST = 9  # times as long as it counted
LOCK = "clock.lock"
Result = TypeVar("Result")
logger = logging.getLogger(__name__)


def keep_time(stopping: threading.Event, leading: threading.Event | None = None) -> None:
    """Run until told to stop. Of several processes the one with the lock does it, and says so (`leading`); another takes over when that
    one dies.

    Two clocks at once, on two machines, do nothing twice.
    """
    file = os.open(Path(settings.DATA) / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        verified, counted = time.monotonic(), float("-inf")
        counting: threading.Thread | None = None
        while not stopping.wait(EVERY):
            if not _mine(file):
                continue
            if leading is not None:
                leading.set()
            verifies = time.monotonic() - verified > VERIFY_EVERY
            verified = time.monotonic() if verifies else verified
            if time.monotonic() - counted > COUNT_EVERY and not (counting and counting.is_alive()):
                counted, counting = (
                    time.monotonic(),
                    threading.Thread(target=count_beside, args=(stopping,), daemon=True),
                )
                _safely(counting.start)  # where no more threads are to be had, time goes on all the same
            tick(verify=verifies, count=False)
    finally:
        os.close(file)
        connection.close()


def _mine(file: int) -> bool:
    """Whether this process has the lock, or gets it now. The system lets go of it when a process dies."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def tick(*, verify: bool, count: bool = True) -> None:
    """What time does in each workspace. `verify`: the ledger is checked as well. `count`: numbers for the dashboard are counted ahead.

    What fails fails alone: the next round tries it again.
    """
    further = [*([_verify] if verify else []), *([_count_ahead, _count_boards] if count else [])]
    _each([_run, _tell_late, _give_by_rule, mail_on_time, *further])


def _each(steps: Sequence[Callable[[str], None]]) -> None:
    for workspace in _safely(_workspaces) or ():
        for step in steps:
            _safely(partial(step, workspace), workspace)


def count_beside(stopping: threading.Event) -> None:
    """Count ahead beside the clock, for a tenth of the time only: whoever waits for an answer goes first. Broken off, nothing is lost."""

    began = time.monotonic()

    def rest() -> None:
        nonlocal began
        if stopping.wait(REST * (time.monotonic() - began)):
            raise SystemExit
        began = time.monotonic()

    try:
        _each([partial(_count_ahead, rest=rest), partial(_count_boards, rest=rest)])
    finally:
        connection.close()


def _workspaces() -> list[str]:
    with reading() as session:
        return workspace_ids(session)


def _safely(call: Callable[[], Result], workspace: str = "") -> Result | None:
    try:
        return call()
    except Exception:
        logger.exception("the clock could not do what is due", extra={"workspace": workspace} if workspace else None)
        connection.close()
        return None


def _run(workspace: str) -> None:
    """A batch of what is due at a time, so that whoever waits for the writer meanwhile has a turn."""
    while steps := the_writer().run(lambda: _batch(workspace), seconds=600).steps:
        logger.info("%s steps fell due", steps, extra={"workspace": workspace})


def _batch(workspace: str) -> ClockReport:
    return run_clock(workspace, now=now_in(workspace), keys=the_keyring(), serving=True)


def _tell_late(workspace: str) -> None:
    """Looked for here, not in the writer: it takes a while."""
    at = now_in(workspace)
    if found := late_to_tell(workspace, now=at):
        the_writer().run(lambda: keep_late(workspace, found, now=at), seconds=600)


def _count_ahead(workspace: str, rest: Rest | None = None) -> None:
    """Beside the writer, a page at a time, so that nobody waits for it."""
    with reading() as session:
        clock = workspace_clock(session, workspace)
    try:
        fill_tallies(workspace, now=None if clock is None or clock.sandbox else now(), rest=rest)
    except Conflict:
        logger.info("another counts the numbers of the dashboard", extra={"workspace": workspace})


def _count_boards(workspace: str, rest: Rest | None = None) -> None:
    """The leaderboards, in the same way."""
    try:
        count_boards(workspace, now=now_in(workspace), rest=rest)
    except Conflict:
        logger.info("another counts the leaderboards", extra={"workspace": workspace})


def _give_by_rule(workspace: str) -> None:
    """Who is to be given something is looked for here, too."""
    at = now_in(workspace)
    if due := grants_due(workspace, now=at):
        given = the_writer().run(lambda: give_due(workspace, due, now=at, actor=CLOCK), seconds=600)
        logger.info("%s were given by rule", given, extra={"workspace": workspace})


def _verify(workspace: str) -> None:
    violations = verify_ledger(workspace, full=False)
    for violation in violations:
        logger.error("%s", violation.sentence(), extra={"workspace": workspace})
    if violations:
        the_writer().run(lambda: keep_violations(workspace, violations, now=now_in(workspace)), seconds=600)
