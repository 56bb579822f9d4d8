"""What the clock asks at most once an hour for each process, since answering takes time."""

from passaparola.domain.instant import SECOND, Instant
from passaparola.domain.programs.compiled import Program

HOUR = 3_600 * SECOND


class Hourly:
    """Remembers when something was asked of a version of a program."""

    def __init__(self) -> None:
        self._asked: dict[tuple[str, int], Instant] = {}

    def is_time(self, program: Program, now: Instant) -> bool:
        """Whether an hour has gone by since the last time, which is then now."""
        key = (program.key, program.version)
        if 0 <= now - self._asked.get(key, now - HOUR) < HOUR:
            return False
        self._asked[key] = now
        return True
