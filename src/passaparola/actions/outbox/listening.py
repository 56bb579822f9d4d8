"""What a listener of the outbox works with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from passaparola.domain.instant import Instant
from passaparola.domain.keyring import Keyring
from passaparola.domain.notices import Notice
from passaparola.store.session import Session
from passaparola.store.write.outbox import NewDelivery
from passaparola.store.write.plan import Plan


@dataclass(slots=True)
class FanOut:
    """What follows from the notices of one workspace. `plan` takes mails (`queue_message`) and findings, and nothing else.

    A mail whose `key` is there already is left out, and so is a delivery of the same message to the same endpoint.
    """

    plan: Plan
    keys: Keyring
    now: Instant
    deliveries: list[NewDelivery] = field(default_factory=list)


Listener = Callable[[Session, str, Sequence[Notice], FanOut], None]
"""`listen(session, workspace, notices, out)`: reads with a fixed number of statements, adds to `out`, writes nothing itself."""
