"""The system clock, read at the edge and handed inwards."""

import time

from passaparola.domain.instant import Instant


def now() -> Instant:
    """Microseconds since 1970 in UTC."""
    return time.time_ns() // 1000
