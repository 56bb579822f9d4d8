"""What this process has running: its one writer, begun when it is first needed."""

import threading

from passaparola.actions.writer import Writer
from passaparola.inbound.keyring import the_keyring

_gate = threading.Lock()
_writer: Writer | None = None


def the_writer() -> Writer:
    """The writer of this process."""
    global _writer
    writer = _writer
    if writer is None:
        with _gate:
            writer = _writer = _writer or Writer(keys=the_keyring()).start()
    return writer


def stop_writer(seconds: float = 25) -> bool:
    """Answer what waits and end the thread; a later call begins a new one. False when it did not end in time."""
    global _writer
    with _gate:
        writer, _writer = _writer, None
    return writer is None or writer.stop(seconds)
