"""How often somebody may do something: a count for each caller in windows of time, in this process, of bounded size."""

import threading
import time
from collections.abc import Callable


class Rate:
    """At most `most` times in each window of `seconds`, by whatever key the caller gives. Several processes count apart."""

    def __init__(self, most: int, seconds: float, *, keys: int = 50_000, clock: Callable[[], float] = time.monotonic):
        self.most, self.seconds, self.keys, self.clock = most, seconds, keys, clock
        self._counts: dict[tuple[str, ...], int] = {}
        self._until = 0.0
        self._gate = threading.Lock()

    def full(self, *key: str) -> bool:
        """Whether the key has used up its window. Nothing is counted."""
        with self._gate:
            self._roll()
            return self._counts.get(key, 0) >= self.most

    def spend(self, *key: str) -> bool:
        """Count once. False when the window was used up before; so it is for everybody new when more keys come than are kept."""
        with self._gate:
            self._roll()
            count = self._counts.get(key, 0)
            if count >= self.most or (not count and len(self._counts) >= self.keys):
                return False
            self._counts[key] = count + 1
            return True

    def forget(self) -> None:
        """Begin a new window."""
        with self._gate:
            self._counts.clear()

    def _roll(self) -> None:
        now = self.clock()
        if now >= self._until:
            self._counts.clear()
            self._until = now + self.seconds
