"""A leaderboard has something that is counted, and rewards to show where it shows them."""

from collections.abc import Iterator

from passaparola.domain.programs.compiled import Side, Trigger
from passaparola.domain.programs.findings import FindingReason, Wrong
from passaparola.domain.programs.meaning import trigger_of
from passaparola.domain.programs.parts import Parts, Placed

_MISMATCH = FindingReason.LEADERBOARD_MISMATCH


def something_to_rank(parts: Parts) -> Iterator[Placed]:
    """By what staff give nobody is ranked; rewards are shown where advocates get some."""
    board = parts.leaderboard
    if board is None:
        return
    if parts.trigger is not None and trigger_of(parts.trigger).trigger is Trigger.GRANT:
        expected = "a trigger by which friends count"
        remedy = "write `trigger: first_purchase`, or leave `leaderboard` out"
        yield ("trigger", "kind"), Wrong(_MISMATCH, expected, remedy)
    if board.rewards and parts.complete and not any(r.side is not Side.FRIEND for _, r in parts.rewards):
        expected = "a reward for advocates or winners beside it"
        yield ("leaderboard", "rewards"), Wrong(_MISMATCH, expected, "leave it out: advocates get nothing here")
