"""One writer a process: what arrives while the last batch is written is the next one. Callers are answered after the commit."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

import psycopg
from django.db import connection
from django.db.utils import InterfaceError, OperationalError

from passaparola.actions.events.record import Answer, Submission, record_submissions
from passaparola.domain.keyring import Keyring

Result = TypeVar("Result")
logger = logging.getLogger(__name__)
LOST = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError, sqlite3.OperationalError)


class QueueFull(Exception):
    """More is waiting than the writer takes. Nothing was done; try again in a second."""


class WriterStopped(Exception):
    """The process is going down. Nothing was done; another process may be asked."""


class UnableToReachDatabase(Exception):
    """The database does not answer, and a second try did not reach it either."""


class Unanswered(Exception):
    """The writer did not answer in time: what was asked may still be done. Ask again under the same event ids or key."""


class UnableToRecord(Exception):
    """One caller's events could not be written, for a reason that is in the log."""


class _Waiting(Generic[Result]):
    """A caller who waits. A bare lock is the cheapest thing to wait on."""

    __slots__ = ("_done", "problem", "result")

    def __init__(self) -> None:
        self._done = threading.Lock()
        self._done.acquire()
        self.result: Result | None = None
        self.problem: BaseException | None = None

    def finish(self) -> None:
        self._done.release()

    def wait(self, seconds: float) -> Result:
        if not self._done.acquire(timeout=seconds):
            raise Unanswered
        if self.problem is not None:
            raise self.problem
        return self.result  # type: ignore[return-value]


class _Events(_Waiting["list[Answer | Exception]"]):
    __slots__ = ("submissions", "workspace")

    def __init__(self, workspace: str, submissions: Sequence[Submission]):
        super().__init__()
        self.workspace, self.submissions = workspace, submissions


class _Act(_Waiting[Any]):
    __slots__ = ("call",)

    def __init__(self, call: Callable[[], Any]):
        super().__init__()
        self.call = call


class Writer:
    """The thread and its queue. `limit` callers may wait; a batch has `batch` events or one caller's, of one workspace. `keys` are those
    of `record_submissions`."""

    def __init__(self, *, limit: int = 1000, batch: int = 500, keys: Keyring | None = None):
        self.limit, self.batch, self.keys = limit, batch, keys
        self._queue: SimpleQueue[_Events | _Act | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._stopping = False
        self._written: list[_Events] = []  # committed, and not answered yet
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)

    def start(self) -> "Writer":
        self._thread.start()
        return self

    @property
    def waiting(self) -> int:
        return self._queue.qsize()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive() and not self._stopping

    def submit(
        self, workspace: str, submissions: Sequence[Submission], *, seconds: float = 30
    ) -> list[Answer | Exception]:
        """Record events; an answer for each submission, after the commit. Several submissions may share a commit, or may not.

        What could not be written has UnableToReachDatabase or UnableToRecord in its place. Raises QueueFull, WriterStopped, Unanswered.
        """
        asked = _Events(workspace, submissions)
        self._put(asked)
        return asked.wait(seconds)

    def run(self, call: Callable[[], Result], *, seconds: float = 30) -> Result:
        """Do one act. SQLite admits one writer, so there it is done by the thread, between batches; elsewhere by the caller.

        Raises what the act raises, and QueueFull, WriterStopped, Unanswered.
        """
        if connection.vendor != "sqlite" or threading.current_thread() is self._thread:
            return call()
        asked = _Act(call)
        self._put(asked)
        result: Result = asked.wait(seconds)
        return result

    def post(self, call: Callable[[], Any]) -> None:
        """Do it soon, by the thread. Nobody waits; a failure is logged. Dropped when the queue is full or closed."""
        try:
            self._put(_Act(lambda: _logged(call)))
        except (QueueFull, WriterStopped):
            logger.warning("dropped %s: the writer has no room", getattr(call, "__name__", call))

    def stop(self, seconds: float = 25) -> bool:
        """Take nothing more, answer what waits, end. False when that took longer."""
        with self._gate:
            first, self._stopping = not self._stopping, True
        if first:
            self._queue.put(None)
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _put(self, asked: _Events | _Act) -> None:
        with self._gate:
            if self._stopping:
                raise WriterStopped
            if self._queue.qsize() >= self.limit:
                raise QueueFull
            self._queue.put(asked)

    # -- the thread ---------------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        try:
            while True:
                taken, ending = self._take()
                self._do(taken)
                if ending and self._queue.empty():
                    return
        finally:
            self._answer()
            connection.close()

    def _take(self) -> tuple[list[_Events | _Act], bool]:
        """What waits now, without waiting for more; and whether the end was asked for."""
        taken: list[_Events | _Act] = []
        size, ending = 0, self._stopping
        asked = None if ending and self._queue.empty() else self._queue.get()
        while True:
            if asked is None:
                ending = True
            else:
                taken.append(asked)
                size += sum(len(s.arrivals) for s in asked.submissions) if isinstance(asked, _Events) else 1
            if size >= self.batch:
                return taken, ending
            try:
                asked = self._queue.get_nowait()
            except Empty:
                return taken, ending

    def _do(self, taken: list[_Events | _Act]) -> None:
        groups: dict[str, list[_Events]] = {}
        for asked in taken:
            if isinstance(asked, _Events):
                groups.setdefault(asked.workspace, []).append(asked)
        for workspace, callers in groups.items():
            self._record(workspace, callers)
        for asked in taken:
            if isinstance(asked, _Act):
                self._answer()
                _perform(asked)

    def _record(self, workspace: str, callers: list[_Events]) -> None:
        """Write one batch. Its callers are answered now, or, where more waits on SQLite, while the next batch is being committed: only then
        is this process idle, and waking them costs the writer nothing (a fifth more events a second)."""
        answers = _written(workspace, [s for c in callers for s in c.submissions], self._answer, self.keys)
        self._answer()
        at = 0
        for caller in callers:
            caller.result = answers[at : at + len(caller.submissions)]
            at += len(caller.submissions)
        self._written += callers
        if connection.vendor != "sqlite" or self._queue.empty():
            self._answer()

    def _answer(self) -> None:
        while self._written:
            self._written.pop().finish()


def _written(
    workspace: str,
    submissions: list[Submission],
    meanwhile: Callable[[], None] = lambda: None,
    keys: Keyring | None = None,
    tries: int = 2,
) -> list[Answer | Exception]:
    """An answer for each; the one that breaks the writing is found by halves and fails alone."""
    try:
        return list(record_submissions(submissions, workspace=workspace, keys=keys, before_commit=meanwhile))
    except Exception as problem:
        if lost_connection(problem):
            if tries > 1:
                return _written(workspace, submissions, meanwhile, keys, tries - 1)
            logger.exception("the database cannot be reached")
            return [UnableToReachDatabase(str(problem))] * len(submissions)
        if len(submissions) == 1:
            logger.exception("events could not be recorded")
            return [UnableToRecord(str(problem))]
    middle = len(submissions) // 2
    return [
        *_written(workspace, submissions[:middle], meanwhile, keys),
        *_written(workspace, submissions[middle:], meanwhile, keys),
    ]


def _perform(asked: _Act) -> None:
    try:
        asked.result = asked.call()
    except Exception as problem:  # noqa: BLE001  it is the caller's to handle
        lost_connection(problem)
        asked.problem = problem
    asked.finish()


def _logged(call: Callable[[], Any]) -> None:
    try:
        call()
    except Exception as problem:
        logger.exception("%s failed", getattr(call, "__name__", call))
        lost_connection(problem)


def lost_connection(problem: Exception) -> bool:
    """After a failure: whether the database could not be reached or went away. A broken connection is closed: the next use connects."""
    if connection.connection is not None and not connection.in_atomic_block and not connection.is_usable():
        connection.close()
    return isinstance(problem, LOST)
