"""Weighted draws that anybody who has the seed can do again.

SHA-256 over the seed and what is drawn for gives a number; the catalogue's weights, laid end to end in the order of the file, say whose it
is. The hash is over the lines seed, program, rule, side, ticket and occasion. The ticket is the person in whose name it was drawn: the
friend, or the advocate for what many friends earn together. It is kept, so that a merge of two records draws nothing again.
"""

import hashlib
from collections.abc import Container

from passaparola.domain.programs.compiled import Draw, Prize, Program, RewardRule
from passaparola.domain.values import value

REFERRAL = "referral"  # the occasion of what is earned once for a friend
_SIZE = 256  # bits of the hash


@value(frozen=True, slots=True)
class Drawn:
    """What a draw gave, and all that is needed to do it again."""

    prize: Prize
    digest: str
    number: int  # from 0 up to, and not including, the sum of the weights
    weights: int


def word_for(occasion: str, referral: str | None, tickets: Container[str] = ()) -> str:
    """What is drawn for, by a name that a replay of the log gives it again: `referral`, `order:A1`, `day:2026-05-01`, `milestone:1`.

    `tickets`: what was drawn for before; it keeps the name that it had then.
    """
    if occasion == referral:
        return REFERRAL
    return occasion if occasion in tickets else occasion.removeprefix(f"{referral}:")


def draw_for(rule: RewardRule, program: Program, *, ticket: str, occasion: str) -> Drawn:
    """The entry of the rule's catalogue for this ticket and occasion. Raises ValueError for a rule that draws nothing."""
    if rule.draw is None:
        raise ValueError(f"the rule {rule.id} draws nothing")
    words = (rule.draw.seed, program.slug, rule.id, str(rule.side), ticket, occasion)
    return drawn(rule.draw, "\n".join(words))


def drawn(draw: Draw, text: str) -> Drawn:
    """The entry that the hash of this text chooses: number = hash × sum of weights ÷ 2^256, rounded down."""
    digest = hashlib.sha256(text.encode()).digest()
    weights = sum(prize.weight for prize in draw.catalogue)
    number = int.from_bytes(digest) * weights >> _SIZE
    left = number
    for prize in draw.catalogue:
        if left < prize.weight:
            return Drawn(prize, digest.hex(), number, weights)
        left -= prize.weight
    raise AssertionError("the number is below the sum of the weights")
