"""Checks of grants by rule: that staff could give what they give, and that each names one reward."""

from collections import Counter
from collections.abc import Iterator

from passaparola.domain.programs.findings import FindingReason, Wrong, quoted
from passaparola.domain.programs.meaning import ids_of
from passaparola.domain.programs.parts import Parts, Placed
from passaparola.domain.programs.triggers import Earning


def grants_belong(parts: Parts) -> Iterator[Placed]:
    """They go with `manual_grant`, where no event earns anything."""
    if parts.grants and parts.trigger is not None and parts.trigger.kind is not Earning.GRANT:
        expected = "`grants` only with `trigger: manual_grant`"
        remedy = "move them to a program of their own, whose rewards are given and not earned"
        yield ("grants",), Wrong(FindingReason.TRIGGER_MISMATCH, expected, remedy)


def grants_are_single(parts: Parts) -> Iterator[Placed]:
    """Each has an id of its own."""
    count = Counter(grant.id for _, grant in parts.grants)
    for at, grant in parts.grants:
        if count[grant.id] > 1:
            wrong = Wrong(FindingReason.DUPLICATE_ID, "another id for each grant", "rename one", quoted(grant.id))
            yield (*at, "id"), wrong


def grants_name_a_reward(parts: Parts) -> Iterator[Placed]:
    """The reward that is named is there; where none is named there is one only."""
    known = [name for _, reward in parts.rewards for name in ids_of(reward)]
    if not parts.complete:
        return
    for at, grant in parts.grants:
        if grant.reward is None and len(known) != 1:
            remedy = f"write one of: {', '.join(known)}" if known else "add a reward"
            yield (*at, "reward"), Wrong(FindingReason.MISSING_KEY, "which reward is given", remedy)
        elif grant.reward is not None and grant.reward not in known:
            remedy = f"write one of: {', '.join(known)}" if known else "add a reward"
            wrong = Wrong(FindingReason.UNKNOWN_VALUE, "the id of a reward of this file", remedy, quoted(grant.reward))
            yield (*at, "reward"), wrong


GRANTS = (grants_belong, grants_are_single, grants_name_a_reward)
