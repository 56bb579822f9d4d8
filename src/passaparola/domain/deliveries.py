"""When a delivery is tried again: the schedule of Standard Webhooks, ten attempts over 75 hours, 35 minutes and 5 seconds."""

import hashlib

from passaparola.domain.instant import SECOND, Instant

MINUTE: Instant = 60 * SECOND
HOUR: Instant = 60 * MINUTE
# What lies between an attempt and the next one.
WAITS: tuple[Instant, ...] = (
    5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR,
)  # fmt: skip
ATTEMPTS = len(WAITS) + 1
JITTER_PERCENT = 5  # more or less, so that receivers that failed together are not called together again
LONGEST_RETRY_AFTER: Instant = 24 * HOUR


def next_attempt(delivery: str, attempts: int, at: Instant, retry_after: int | None = None) -> Instant | None:
    """When the attempt after number `attempts`, which failed at `at`, is due; None after the last one.

    The jitter follows from the delivery and the attempt. `retry_after` (seconds, as the receiver said) puts it off, by a day at most.
    """
    if attempts >= ATTEMPTS:
        return None
    wait = WAITS[max(0, attempts - 1)]
    asked = 0 if retry_after is None else min(retry_after * SECOND, LONGEST_RETRY_AFTER)
    return at + max(wait + _jitter(delivery, attempts, wait), asked)


def _jitter(delivery: str, attempts: int, wait: Instant) -> Instant:
    drawn = (
        int.from_bytes(hashlib.blake2b(f"{delivery}:{attempts}".encode(), digest_size=4).digest(), "big") / 0xFFFFFFFF
    )
    return int(wait * JITTER_PERCENT * (2 * drawn - 1) / 100)


def wants(topics: tuple[str, ...], topic: str) -> bool:
    """Whether an endpoint with these topics hears of this one. A topic that ends with a full stop stands for all that begin with it; none
    stand for all."""
    return not topics or any(
        topic == wanted or (wanted.endswith(".") and topic.startswith(wanted)) for wanted in topics
    )
