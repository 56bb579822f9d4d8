"""Names are looked up in threads of their own: the system's resolver takes as long as it likes, and nothing can end it."""

import threading
import time
from collections.abc import Sequence

from passaparola.outbound.webhooks.addresses import Resolve

MOST = 64  # look-ups at once, those that hang included: a hostile name server must not fill this process with threads
_room = threading.BoundedSemaphore(MOST)


def in_time(resolver: Resolve, deadline: float) -> Resolve:
    """The same resolver, which raises TimeoutError when it has not answered by `deadline` (of `time.monotonic`), and otherwise what it
    raises. A look-up that hangs goes on in its thread, and its answer is for nobody."""
    return lambda host, port: _answer(resolver, host, port, deadline)


def _answer(resolver: Resolve, host: str, port: int, deadline: float) -> Sequence[str]:
    room = _room
    if not room.acquire(timeout=max(0.0, deadline - time.monotonic())):
        raise TimeoutError("too many names are being looked up")
    answered, found = threading.Event(), list[Sequence[str] | Exception]()

    def look_up() -> None:
        try:
            found.append(resolver(host, port))
        except Exception as problem:  # noqa: BLE001  it is raised where it was asked
            found.append(problem)
        finally:
            room.release()
            answered.set()

    try:
        threading.Thread(target=look_up, name="look-up", daemon=True).start()
    except RuntimeError:  # no more threads are to be had
        room.release()
        raise
    if not answered.wait(max(0.0, deadline - time.monotonic())):
        raise TimeoutError("the name was not found in time")
    (said,) = found
    if isinstance(said, Exception):
        raise said
    return said
