"""What happened and may be told outside: one notice for each step in the life of a referral, a reward or a voucher."""

import hashlib

from passaparola.domain.instant import Instant
from passaparola.domain.values import value


@value(frozen=True, slots=True)
class Notice:
    """One thing that happened. `id` (32 hex digits) is the same however often it is told; `subject` is our id of the referral, reward or
    voucher that the topic names (`reward.issued`: a reward)."""

    id: str
    topic: str
    subject: str
    cause: str
    at: Instant


def notice_id(outbox: str, place: int) -> str:
    """The id of the notice at this place of an outbox row: 32 hex digits that follow from both."""
    return hashlib.blake2b(f"{outbox}:{place}".encode(), digest_size=16).hexdigest()
