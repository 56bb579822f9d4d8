"""A contest and its prizes go together."""

import re
from collections.abc import Iterator

from passaparola.domain.programs.compiled import ORDERS, Side, TierBy, Trigger
from passaparola.domain.programs.document import RewardGroup
from passaparola.domain.programs.findings import FindingReason, Wrong, quoted
from passaparola.domain.programs.meaning import minor, trigger_of
from passaparola.domain.programs.parts import Parts, Placed

_MISMATCH = FindingReason.CONTEST_MISMATCH
_NONE_OF = (  # what looks at one friend's occasion, or at what one rule gave
    "percent", "structure", "of", "when", "location", "pick", "minimum", "maximum", "stock", "fallback", "choice", "applied",
)  # fmt: skip


def prizes_have_places(parts: Parts) -> Iterator[Placed]:
    """A reward for winners says for which place; no other has one."""
    for at, reward in parts.rewards:
        if reward.side is not Side.WINNERS:
            for key in ("place", "to_place"):
                if getattr(reward, key) is not None:
                    yield (*at, key), Wrong(_MISMATCH, "a place only with `side: winners`", "leave it out")
            continue
        yield from (((*at, *path), wrong) for path, wrong in _prize(reward))


def _prize(reward: RewardGroup) -> Iterator[Placed]:
    if reward.place is None:
        yield ("place",), Wrong(FindingReason.MISSING_KEY, "for which place it is", "write `place: 1`")
    elif reward.to_place is not None and reward.to_place < reward.place:
        expected = f"{reward.place} or more"
        yield ("to_place",), Wrong(_MISMATCH, expected, "write the last of the places", str(reward.to_place))
    for key in _NONE_OF:
        if getattr(reward, key) is not None:
            remedy = "leave it out: a prize is an `amount` or a thing"
            yield (key,), Wrong(_MISMATCH, "no such key of a prize", remedy)
    if reward.boosts:
        yield ("boosts",), Wrong(_MISMATCH, "no boosts of a prize", "leave them out")


def contest_whole(parts: Parts) -> Iterator[Placed]:
    """A contest has prizes and something that is counted, and prizes have a contest."""
    prizes = [at for at, reward in parts.rewards if reward.side is Side.WINNERS]
    if parts.contest is None:
        for at in prizes if parts.contest_written is False else ():
            remedy = "write `contest: {period: month}`"
            yield (
                (*at, "side"),
                Wrong(FindingReason.MISSING_KEY, "a `contest` beside prizes", remedy, quoted("winners")),
            )
        return
    if parts.complete and not prizes:
        remedy = "write a reward `{side: winners, place: 1, …}`"
        yield ("contest",), Wrong(_MISMATCH, "a prize for the first place", remedy, "no prize")
    kind = None if parts.trigger is None else trigger_of(parts.trigger).trigger
    if kind is Trigger.GRANT:
        expected = "a trigger by which friends count"
        yield ("trigger", "kind"), Wrong(_MISMATCH, expected, "write `trigger: first_purchase`, or leave `contest` out")
    by_value = parts.contest.by is TierBy.VALUE
    if by_value and kind is not None and kind not in ORDERS:
        expected = "count: without an order there is no value"
        yield ("contest", "by"), Wrong(FindingReason.NEEDS_AN_ORDER, expected, "write `by: count`")
    least = parts.contest.least
    if not by_value and not re.fullmatch("[1-9][0-9]{0,8}", least):
        yield ("contest", "least"), Wrong(FindingReason.BAD_NUMBER, "a whole number of friends from 1", "write it as 3")
    if by_value and parts.currency is not None and not minor(least, parts.currency):
        expected = "an amount above 0 in the program's currency"
        yield ("contest", "least"), Wrong(FindingReason.BAD_AMOUNT, expected, "write it as 100.00")


CONTEST = (prizes_have_places, contest_whole)
