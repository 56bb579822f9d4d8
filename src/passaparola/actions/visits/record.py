"""Record visits: those that wait together are written together, and each caller goes on when its visit is durable.

In the database; in the spool while the database is away; and nowhere, but counted, when the disk is full, too. The friend is sent on in
every case.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

from django.db import connection

from passaparola.actions.counters import VISITS
from passaparola.actions.visits.spool import Spool
from passaparola.domain.instant import Instant
from passaparola.domain.visits import Visit, VisitKind
from passaparola.store.ids import new_id
from passaparola.store.write.visits import store_missing_visits, store_visits

BREAK_SECONDS = 1.0  # after a failure the database is left alone for so long
PATIENCE_SECONDS = 2.0  # a database that hangs is as good as away
AT_ONCE = 512
logger = logging.getLogger(__name__)
Store = Callable[[Sequence[Visit], Callable[[], None]], None]


def new_visit(workspace: str, link: str, *, kind: VisitKind, channel: str, now: Instant) -> Visit:
    """A visit with its id, which every attempt to write it carries."""
    return Visit(new_id(), workspace, link, now, kind, channel)


def write_visits(visits: Sequence[Visit], before_commit: Callable[[], None] = lambda: None) -> None:
    """Write visits that were never tried before, in one commit. On SQLite call it through the writer; there `before_commit` is called while
    the disk is about to be waited for."""
    store_visits(visits, before_commit)


def write_missing_visits(visits: Sequence[Visit]) -> None:
    """Write those visits of the spool that are not there yet, in one commit. On SQLite call it through the writer."""
    store_missing_visits(visits)


class _Waiting:
    __slots__ = ("done", "visit")

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.done = threading.Lock()
        self.done.acquire()


class VisitRecorder:
    """The thread that writes a process's visits. `store` writes some in one commit, or raises; `clock` gives seconds.

    Callers are woken when their visit is durable, or, where more waits, while the next batch is being committed: `store` calls what it is
    given at the moment when this process would only wait for the disk, so that waking them costs nothing.
    """

    def __init__(self, *, store: Store, spool: Spool, clock: Callable[[], float]) -> None:
        self._store, self._spool, self._clock = store, spool, clock
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._away_until = 0.0
        self._gate = threading.Lock()
        self._durable: list[_Waiting] = []  # whose callers still wait
        self.recorded = self.spooled = self.lost = 0  # visits since the process began
        self._thread = threading.Thread(target=self._work, name="visits", daemon=True)

    def start(self) -> "VisitRecorder":
        self._thread.start()
        return self

    def record(self, visit: Visit) -> None:
        """Returns when the visit is durable, or when it is lost and counted."""
        waiting = _Waiting(visit)
        self._queue.put(waiting)
        if not waiting.done.acquire(timeout=PATIENCE_SECONDS):
            self._away_until = self._clock() + BREAK_SECONDS
            self._keep([visit])  # should the database have it after all, the drain finds it there

    def stop(self, seconds: float = 25) -> bool:
        """Write what waits, end. False when that took longer."""
        self._queue.put(None)
        if self._thread.ident is not None:
            self._thread.join(seconds)
        self._spool.close()
        return not self._thread.is_alive()

    def _work(self) -> None:
        ending = False
        try:
            while not ending:
                ending = self._round()
        finally:
            self._wake()
            connection.close()

    def _round(self) -> bool:
        """Write what waits. Whether the end was asked for."""
        asked = self._take()
        batch = [waiting for waiting in asked if waiting is not None]
        if batch:
            self._write([waiting.visit for waiting in batch])
        self._wake()
        self._durable = batch
        if self._queue.empty():
            self._wake()
        return len(batch) < len(asked)

    def _wake(self) -> None:
        durable, self._durable = self._durable, []
        for waiting in durable:
            waiting.done.release()

    def _take(self) -> list[_Waiting | None]:
        """What waits now, without waiting for more. None is the end."""
        asked = [self._queue.get()]
        try:
            while len(asked) < AT_ONCE:
                asked.append(self._queue.get_nowait())
        except Empty:
            pass
        return asked

    def _write(self, visits: list[Visit]) -> None:
        if self._clock() < self._away_until:
            self._keep(visits)
            return
        try:
            self._store(visits, self._wake)
        except Exception:  # whatever it was: the friends are not to wait for it
            logger.exception("visits go to the spool: the database does not take them")
            self._away_until = self._clock() + BREAK_SECONDS
            self._keep(visits)
            return
        self._spool.close()
        self.recorded += len(visits)
        VISITS.labels("recorded").inc(len(visits))

    def _keep(self, visits: list[Visit]) -> None:
        try:
            self._spool.append(visits)
        except OSError:
            logger.exception("%s visits are lost: neither the database nor the disk takes them", len(visits))
            with self._gate:
                self.lost += len(visits)
            VISITS.labels("lost").inc(len(visits))
            return
        with self._gate:
            self.spooled += len(visits)
        VISITS.labels("spooled").inc(len(visits))
