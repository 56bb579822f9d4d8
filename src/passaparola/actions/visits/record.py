"""Record visits: those that wait together are written together, and each caller is answered when its visit is durable.

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


def write_missing_visits(visits: Sequence[Visit], now: Instant) -> None:
    """Write those visits of the spool that are not there yet, in one commit. On SQLite call it through the writer."""
    store_missing_visits(visits, now)


class _Waiting:
    __slots__ = ("answer", "kept", "late", "visit")

    def __init__(self, visit: Visit, answer: Callable[[], None]) -> None:
        self.visit, self.answer = visit, answer
        self.late = False  # it waited already when the watch last looked
        self.kept = False  # it is in the spool


class VisitRecorder:
    """The thread that writes a process's visits. `store` writes some in one commit, or raises; `clock` gives seconds.

    Callers are answered by this thread when their visit is durable, or, where more waits, while the next batch is being committed: `store`
    calls what it is given at the moment when this process would only wait for the disk, so that answering them costs nothing. A second
    thread watches: whoever has waited for PATIENCE_SECONDS is answered by it, and the visit kept in the spool.
    """

    def __init__(self, *, store: Store, spool: Spool, clock: Callable[[], float]) -> None:
        self._store, self._spool, self._clock = store, spool, clock
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._away_until = 0.0
        self._gate = threading.Lock()
        self._unanswered: dict[_Waiting, None] = {}  # whoever takes one out answers it; each operation is atomic
        self._durable: list[_Waiting] = []  # whose callers still wait
        self._ended = threading.Event()
        self.recorded = self.spooled = self.lost = 0  # visits since the process began
        self._thread = threading.Thread(target=self._work, name="visits", daemon=True)
        self._watch = threading.Thread(target=self._look_after, name="late-visits", daemon=True)

    def start(self) -> "VisitRecorder":
        self._thread.start()
        self._watch.start()
        return self

    def record(self, visit: Visit) -> None:
        """Returns when the visit is durable, or when it is lost and counted."""
        done = threading.Lock()
        done.acquire()
        self.record_later(visit, done.release)
        done.acquire()

    def record_later(self, visit: Visit, answer: Callable[[], None]) -> None:
        """Returns at once. `answer` is called once, by another thread, when the visit is durable, or when it is lost and counted."""
        waiting = _Waiting(visit, answer)
        self._unanswered[waiting] = None
        self._queue.put(waiting)
        if self._ended.is_set():  # nobody writes any more
            self._give_up_on([waiting])

    def stop(self, seconds: float = 25) -> bool:
        """Write what waits, end. False when that took longer."""
        self._queue.put(None)
        if self._thread.ident is not None:
            self._thread.join(seconds)
        self._ended.set()
        self._give_up_on(list(self._unanswered))
        self._spool.close()
        return not self._thread.is_alive()

    def _look_after(self) -> None:
        """A database that hangs is as good as away. Looked for twice in PATIENCE_SECONDS, so that nobody waits for longer than that."""
        while not self._ended.wait(PATIENCE_SECONDS / 2):
            waiting = list(self._unanswered)
            late = [w for w in waiting if w.late]
            for one in waiting:
                one.late = True
            if late:
                self._away_until = self._clock() + BREAK_SECONDS
                self._give_up_on(late)

    def _give_up_on(self, waiting: list[_Waiting]) -> None:
        """Keep the visits of those whom nobody has answered yet, and answer them. Should the database have one after all, the drain finds
        it there."""
        mine = [w for w in waiting if self._takes(w)]
        if mine and self._keep([w.visit for w in mine]):
            for one in mine:
                one.kept = True
        for one in mine:
            _answered(one)

    def _takes(self, waiting: _Waiting) -> bool:
        """Whether it is the caller's to answer: of two threads, one gets it."""
        return self._unanswered.pop(waiting, self) is None

    def _work(self) -> None:
        ending = False
        try:
            while not ending:
                ending = self._round()
        finally:
            self._wake()
            connection.close()

    def _round(self) -> bool:
        """Write what waits and is not in the spool. Whether the end was asked for."""
        asked = self._take()
        batch = [waiting for waiting in asked if waiting is not None and not waiting.kept]
        if batch:
            self._write(batch)
        self._wake()
        self._durable = batch
        if self._queue.empty():
            self._wake()
        return None in asked

    def _wake(self) -> None:
        durable, self._durable = self._durable, []
        for waiting in durable:
            if self._takes(waiting):
                _answered(waiting)

    def _take(self) -> list[_Waiting | None]:
        """What waits now, without waiting for more. None is the end."""
        asked = [self._queue.get()]
        try:
            while len(asked) < AT_ONCE:
                asked.append(self._queue.get_nowait())
        except Empty:
            pass
        return asked

    def _write(self, batch: list[_Waiting]) -> None:
        if self._clock() < self._away_until:
            self._give_up_on(batch)
            return
        try:
            self._store([waiting.visit for waiting in batch], self._wake)
        except Exception:  # whatever it was: the friends are not to wait for it
            logger.exception("visits go to the spool: the database does not take them")
            self._away_until = self._clock() + BREAK_SECONDS
            self._give_up_on(batch)
            return
        self._spool.close()
        counted = sum(not waiting.kept for waiting in batch)  # one that the watch kept meanwhile is counted as that
        self.recorded += counted
        VISITS.labels("recorded").inc(counted)

    def _keep(self, visits: list[Visit]) -> bool:
        """Whether they are in the spool now; else they are counted as lost."""
        try:
            self._spool.append(visits)
        except OSError:
            logger.exception("%s visits are lost: neither the database nor the disk takes them", len(visits))
            with self._gate:
                self.lost += len(visits)
            VISITS.labels("lost").inc(len(visits))
            return False
        with self._gate:
            self.spooled += len(visits)
        VISITS.labels("spooled").inc(len(visits))
        return True


def _answered(waiting: _Waiting) -> None:
    """What goes wrong with one answer must not end the thread that gives all of them."""
    try:
        waiting.answer()
    except BaseException:  # a defect in the server's own code comes as something that is no Exception
        logger.exception("a click could not be answered")
