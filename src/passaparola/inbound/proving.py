"""Once a night the whole proof of the books, L10 with it: by `ledger verify`, in a process of its own that gives way to all others."""

import json
import logging
import os
import subprocess
import sys
import threading
import time
from typing import Any

from django.db import connection

from passaparola.actions.clock import keep_violations
from passaparola.domain.ledger.proof import Violation
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_in
from passaparola.store.read.clocks import workspace_clocks
from passaparola.store.read.snapshot import reading

DAY, NIGHT = 86_400, 2 * 3600  # seconds; the hour in UTC
LEAST = 19  # of the priorities
VERIFY = "from passaparola.inbound.cli import main; main()"
logger = logging.getLogger(__name__)


def prove_at_night(stopping: threading.Event, leading: threading.Event) -> None:
    """Run until told to stop: at two in the morning, in UTC, where this process has the clock's lock."""
    while not stopping.wait(seconds_until_night(time.time())):
        if not leading.is_set():
            continue
        try:
            prove_all(stopping)
        except Exception:  # whatever it was, the next night tries again
            logger.exception("the books could not be proved")
        finally:
            connection.close()


def seconds_until_night(at: float) -> float:
    """From a Unix time to the next night, never 0."""
    return DAY - (at - NIGHT) % DAY


def prove_all(stopping: threading.Event) -> None:
    """Prove the books of each workspace. What does not hold becomes a finding."""
    with reading() as session:
        workspaces = workspace_clocks(session)
    for one in workspaces:
        violations = _proved(one.slug, stopping)
        for violation in violations:
            logger.error("%s", violation.sentence(), extra={"workspace": one.id})
        if violations:
            _keep(one.id, violations)


def _keep(workspace: str, violations: list[Violation]) -> None:
    the_writer().run(lambda: keep_violations(workspace, violations, now=now_in(workspace)), seconds=600)


def _proved(slug: str, stopping: threading.Event) -> list[Violation]:
    """What the other process says; nothing when we are told to stop meanwhile. Raises what is wrong with its answer."""
    command = [sys.executable, "-c", VERIFY, "--workspace", slug, "ledger", "verify", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603  our own program
        os.setpriority(os.PRIO_PROCESS, process.pid, LEAST)
        watching = threading.Thread(target=_end_with_us, args=(process, stopping), daemon=True)
        watching.start()
        said = process.stdout.read() if process.stdout else b""
    if stopping.is_set():
        return []
    return [_violation(told) for told in json.loads(said)["violations"]]


def _end_with_us(process: "subprocess.Popen[bytes]", stopping: threading.Event) -> None:
    while process.poll() is None:
        if stopping.wait(0.5):
            process.kill()
            return


def _violation(told: dict[str, Any]) -> Violation:
    return Violation(told["law"], told["what"], tuple(told["where"]), told["found"], told["expected"])
