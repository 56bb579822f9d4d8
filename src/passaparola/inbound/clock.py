"""The clock of the server: every few seconds what is due falls due, and now and then the ledger is checked."""

import fcntl
import logging
import os
import threading
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

from passaparola.actions.clock import keep_late, run_clock
from passaparola.actions.ledger.verify import verify_ledger
from passaparola.actions.rewards.late import late_to_tell
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.mailing import mail_on_time
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_in
from passaparola.store.read.catalogue import workspace_ids
from passaparola.store.read.snapshot import reading

EVERY = 2.0
VERIFY_EVERY = 3600.0
LOCK = "clock.lock"
logger = logging.getLogger(__name__)


def keep_time(stopping: threading.Event, leading: threading.Event | None = None) -> None:
    """Run until told to stop. Of several processes the one with the lock does it, and says so (`leading`); another takes over when that
    one dies.

    Two clocks at once, on two machines, do nothing twice.
    """
    file = os.open(Path(settings.DATA) / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        verified = time.monotonic()
        while not stopping.wait(EVERY):
            if not _mine(file):
                continue
            if leading is not None:
                leading.set()
            verifies = time.monotonic() - verified > VERIFY_EVERY
            verified = time.monotonic() if verifies else verified
            tick(verify=verifies)
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


def tick(*, verify: bool) -> None:
    """Let fall due what is due in each workspace. `verify`: the ledger is checked as well."""
    try:
        with reading() as session:
            workspaces = workspace_ids(session)
        for workspace in workspaces:
            _run(workspace)
            _tell_late(workspace)
            mail_on_time(workspace)
            if verify and verify_ledger(workspace, full=False):
                _run(workspace, verify=True)  # which keeps what it finds
    except Exception:  # whatever it was, the next round tries again
        logger.exception("the clock could not do what is due")
        connection.close()


def _run(workspace: str, *, verify: bool = False) -> None:
    report = the_writer().run(
        lambda: run_clock(workspace, now=now_in(workspace), keys=the_keyring(), verify=verify, late=False),
        seconds=600,
    )
    if report.steps:
        logger.info("%s steps fell due", report.steps, extra={"workspace": workspace})
    for violation in report.violations:
        logger.error("%s", violation.sentence(), extra={"workspace": workspace})


def _tell_late(workspace: str) -> None:
    """Look for late rewards here: it takes a while, and nobody else writes while the writer is at work."""
    at = now_in(workspace)
    if found := late_to_tell(workspace, now=at):
        the_writer().run(lambda: keep_late(workspace, found, now=at), seconds=600)
