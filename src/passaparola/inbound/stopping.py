"""Whether this process is about to end: it says so before it does, so that nobody sends it work that it would not answer."""

import threading

_told = threading.Event()


def begin_to_stop() -> None:
    """From now on /readyz says no, and answers ask their callers to connect anew, elsewhere."""
    _told.set()


def is_stopping() -> bool:
    return _told.is_set()
