"""What this process has running for links: the cache, the recorder of visits with its spool, and the thread that keeps both."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection

from passaparola.actions.visits.record import VisitRecorder, write_missing_visits, write_visits
from passaparola.actions.visits.spool import Spool
from passaparola.domain.visits import Visit
from passaparola.inbound.links.targets import Targets
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now
from passaparola.inbound.web.nowhere import forget_firm, remember_firm

EVERY = 1.0
ASKED_EVERY = 30  # rounds after which it is read again whom pages name that the database cannot help
_gate = threading.Lock()
_recorder: VisitRecorder | None = None
_targets = Targets()
logger = logging.getLogger(__name__)


def the_targets() -> Targets:
    """The links that this process knows."""
    return _targets


def the_recorder() -> VisitRecorder:
    """The recorder of this process, begun when it is first needed."""
    global _recorder
    recorder = _recorder
    if recorder is None:
        with _gate:
            recorder = _recorder = _recorder or _begun()
    return recorder


def _begun() -> VisitRecorder:
    return VisitRecorder(store=_store, spool=Spool(Path(settings.DATA)), clock=time.monotonic).start()


def stop_links(seconds: float = 25) -> bool:
    """Write what waits, end, forget the links and whom to ask; a later call begins again. False when it did not end in time."""
    global _recorder, _targets
    with _gate:
        recorder, _recorder = _recorder, None
        _targets = Targets()
    forget_firm()
    return recorder is None or recorder.stop(seconds)


def _store(visits: Sequence[Visit], meanwhile: Callable[[], None]) -> None:
    _write(lambda: write_visits(visits, meanwhile))


def _write(call: Callable[[], None]) -> None:
    """SQLite admits one writer. Elsewhere this thread has a connection of its own; a broken one is closed: the next use connects."""
    if connection.vendor == "sqlite":
        the_writer().run(call)
        return
    try:
        call()
    except Exception:
        connection.close()
        raise


def keep_links(stopping: threading.Event) -> None:
    """Until told to stop: read again what is stale, and bring what is in the spool to the database."""
    spool = Spool(Path(settings.DATA))
    _logged("links could not be read", lambda: the_targets().preload())
    _logged("whom to ask could not be read", remember_firm)
    rounds = 0
    while not stopping.wait(EVERY):
        rounds += 1
        if rounds % ASKED_EVERY == 0:
            _logged("whom to ask could not be read", remember_firm)
        _logged("links could not be read again", the_targets().refresh)
        _logged("the spool of visits could not be drained", lambda: drain_visits(spool))
    connection.close()


def drain_visits(spool: Spool) -> int:
    """Bring the finished segments of the spool, whoever wrote them, to the database. The number of visits brought."""
    drained = spool.drain(lambda visits: _write(lambda: write_missing_visits(visits, now())))
    if drained:
        logger.info("%s visits came from the spool", drained)
    return drained


def _logged(trouble: str, call: Callable[[], object]) -> None:
    try:
        call()
    except Exception:  # the next round tries again
        logger.exception("%s", trouble)
        connection.close()
