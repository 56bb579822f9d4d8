"""What this process has running: its one writer, begun when it is first needed. And the clock, read at the edge only."""

import threading
import time

from passaparola.actions.writer import Writer
from passaparola.domain.instant import Instant

_gate = threading.Lock()
_writer: Writer | None = None


def now() -> Instant:
    """Microseconds since 1970."""
    return time.time_ns() // 1000


def the_writer() -> Writer:
    """The writer of this process."""
    global _writer
    writer = _writer
    if writer is None:
        with _gate:
            writer = _writer = _writer or Writer().start()
    return writer


def stop_writer(seconds: float = 25) -> bool:
    """Answer what waits and end the thread; a later call begins a new one. False when it did not end in time."""
    global _writer
    with _gate:
        writer, _writer = _writer, None
    return writer is None or writer.stop(seconds)
