"""The whole proof of the books, L10 with it: by `ledger verify`, in a process of its own that gives way to all others. Once a night of
each workspace, and whenever the API asks.

It does the whole log again in a file, so it takes its room in the data folder, of which we know how much is left.
"""

import fcntl
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection

from passaparola.actions.clock import keep_unproved, keep_violations
from passaparola.domain.ledger.proof import Violation
from passaparola.inbound.counting import VARIABLE
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_in
from passaparola.store.read.clocks import workspace_clock, workspace_clocks
from passaparola.store.read.ledger_log import logged
from passaparola.store.read.snapshot import reading

DAY, NIGHT = 86_400, 2 * 3600  # seconds; the hour in UTC
LEAST = 19  # of the priorities
PROVED = (0, 1)  # what `ledger verify` ends with: all is right, or something is not
FOLDER, LOCK = "proving", "proving.lock"
ROOM = 4096  # bytes of a copy for each event and act
# It ends with us, however we end: then nobody holds the other end of its input any more.
VERIFY = """
import os, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(3)), daemon=True).start()
from passaparola.inbound.cli import main
main()
"""
logger = logging.getLogger(__name__)


class UnableToProve(RuntimeError):
    """Whether the books of a workspace are right is not known. The message says why, and how to mend it."""


class AnotherProof(RuntimeError):
    """The books are being proved already: one proof at a time takes enough of a processor, memory and disk."""


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
    """Prove the books of each workspace. What does not hold becomes a finding, and so does that nobody could tell."""
    with reading() as session:
        workspaces = workspace_clocks(session)
    for one in workspaces:
        try:
            _prove_one(one.id, one.slug, stopping)
        except Exception:  # the books of the others are proved all the same
            logger.exception("the books of %s could not be proved", one.slug, extra={"workspace": one.id})


def _prove_one(workspace: str, slug: str, stopping: threading.Event) -> None:
    try:
        with _in_turn(stopping) as place:
            violations = _proved(workspace, slug, place, stopping) if place else []
    except Exception as problem:
        why = str(problem) or type(problem).__name__
        _write(lambda: keep_unproved(workspace, why, now=now_in(workspace)))
        raise
    for violation in violations:
        logger.error("%s", violation.sentence(), extra={"workspace": workspace})
    if violations:
        _write(lambda: keep_violations(workspace, violations, now=now_in(workspace)))


def prove_apart(workspace: str) -> list[Violation]:
    """What does not hold in the books of a workspace, found while this process serves on. Raises AnotherProof and UnableToProve."""
    with reading() as session:
        known = workspace_clock(session, workspace)
    if known is None:
        raise LookupError(workspace)
    with _alone() as place:
        return _proved(workspace, known.slug, place, threading.Event())


def _write(call: Callable[[], None]) -> None:
    the_writer().run(call, seconds=600)


@contextmanager
def _alone() -> Iterator[Path]:
    """An empty folder for a proof, the only one of this installation. What a proof left that was killed is gone. Raises AnotherProof."""
    place = Path(settings.DATA) / FOLDER
    with (Path(settings.DATA) / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AnotherProof from None
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700)
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _in_turn(stopping: threading.Event) -> Iterator[Path | None]:
    """As `_alone`, after the proof that is being made; None when we are told to stop meanwhile."""
    while not stopping.is_set():
        try:
            with _alone() as place:
                yield place
                return
        except AnotherProof:
            stopping.wait(1)
    yield None


def _proved(workspace: str, slug: str, place: Path, stopping: threading.Event) -> list[Violation]:
    """What the other process says; nothing when we are told to stop meanwhile. Raises UnableToProve."""
    _ask_for_room(workspace)
    command = [sys.executable, "-c", VERIFY, "--workspace", slug, "ledger", "verify", "--json"]
    said, wrong = place / "said", place / "wrong"
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE} | {"TMPDIR": str(place)}
    with said.open("wb") as out, wrong.open("wb") as err, _begun(command, environment, out, err) as process:
        os.setpriority(os.PRIO_PROCESS, process.pid, LEAST)
        while process.poll() is None:
            if stopping.wait(0.1):
                process.kill()
    if stopping.is_set():
        return []
    if process.returncode not in PROVED or not said.stat().st_size:
        told = wrong.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise UnableToProve(told[-1] if told else f"The proof ended with {process.returncode} and said nothing")
    return [_violation(told) for told in json.loads(said.read_bytes())["violations"]]


def _begun(
    command: list[str], environment: dict[str, str], out: IO[bytes], err: IO[bytes]
) -> "subprocess.Popen[bytes]":
    """Away from the terminal, whose Ctrl-C is for us."""
    return subprocess.Popen(  # noqa: S603  our own program
        command, stdin=subprocess.PIPE, stdout=out, stderr=err, env=environment, start_new_session=True
    )


def _ask_for_room(workspace: str) -> None:
    """Raises UnableToProve where a copy of the books would take the disk that the server needs."""
    with reading() as session:
        needed = (logged(session, workspace) * ROOM >> 20) + settings.DISK_RESERVE_MB
    free = shutil.disk_usage(settings.DATA).free >> 20
    if free < needed:
        raise UnableToProve(
            f"The disk of the data folder has {free} MB left; a proof needs {needed} MB with the reserve"
            " (PASSAPAROLA_DISK_RESERVE_MB). Make room, or run `passaparola ledger verify` with TMPDIR on another disk"
        )


def _violation(told: dict[str, Any]) -> Violation:
    return Violation(told["law"], told["what"], tuple(told["where"]), told["found"], told["expected"])
