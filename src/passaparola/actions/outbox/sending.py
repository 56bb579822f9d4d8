"""What delivers: each sender leases what is due, sends it outside any transaction, and records what came of it."""

from collections.abc import Sequence
from typing import Any, Protocol

from passaparola.domain.instant import Instant


class Sender(Protocol):
    """One kind of delivery. A job is whatever the sender needs to send one thing; an outcome whatever came of it.

    `lease` counts the try and is where a row that was tried too often ends: a process that dies, or a `send` that raises, records
    nothing, and the row is taken again when its lease is over.
    """

    name: str
    width: int  # how many at once

    def lease(self, room: int, *, now: Instant) -> Sequence[Any]:
        """At most `room` jobs that are due, each taken until its lease ends. One transaction."""

    def send(self, job: Any) -> Any:
        """Send one thing and say what came of it. Runs beside others; never touches the database."""

    def record(self, done: Sequence[tuple[Any, Any]], *, now: Instant) -> None:
        """Write down what came of each job. One transaction; nothing for a job whose lease another process has taken."""
