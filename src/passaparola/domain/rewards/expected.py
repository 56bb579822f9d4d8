"""When a reward that was promised is to be expected, what it waits for, and from when on it is late."""

from passaparola.domain.instant import DAY, Instant
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards.change import Reward, RewardState
from passaparola.domain.rewards.kinds import PAYABLES
from passaparola.domain.values import value

APPROVAL_DAYS = 7  # within which staff look at what waits for them
HANDOVER_DAYS = 30  # within which what is owed leaves the firm: each month has a run
HOLD_GRACE = DAY  # a hold that has been over for longer was not ended by the clock

FOR_STAFF = frozenset({Reason.NEEDS_APPROVAL, Reason.LATE_EVENT, Reason.UNCONFIRMED, Reason.UNDONE})
_WAITS_FOR = {
    Reason.HOLD: "hold",
    **dict.fromkeys(FOR_STAFF, "approval"),
    Reason.WAITS_FOR_CLAIM: "claim",
    Reason.QUEUED: "room",
    Reason.ADVOCATE_UNCONFIRMED: "address",
    Reason.REWARDS_PAUSED: "pause",
}


@value(frozen=True, slots=True)
class Expected:
    """What a reward waits for (None: nothing), and when it should have come; `at` None: it is not for the firm, or not known."""

    waits_for: str | None
    at: Instant | None


NOTHING = Expected(None, None)


def expected(reward: Reward) -> Expected:
    """`hold`: its end; `approval`: some days after it was earned, or after its hold; `handover`: some days after its issue; `claim`,
    `address`: it lies with the person; `room`, `pause`: nobody can say."""
    if reward.state == RewardState.PENDING:
        waits_for = _WAITS_FOR.get(Reason(reward.reason)) if reward.reason else None
        if waits_for == "hold":
            return Expected(waits_for, reward.hold_until)
        since = max(reward.hold_until or 0, reward.earned_at)
        return Expected(waits_for, since + APPROVAL_DAYS * DAY if waits_for == "approval" and since else None)
    owed = reward.kind in PAYABLES and reward.available > 0
    if reward.state == RewardState.ISSUED and owed and reward.issued_at is not None:
        return Expected("handover", reward.issued_at + HANDOVER_DAYS * DAY)
    return NOTHING


def is_late(reward: Reward, now: Instant) -> bool:
    """Whether the firm has let the time go by."""
    due = expected(reward)
    grace = HOLD_GRACE if due.waits_for == "hold" else 0
    return due.at is not None and due.at + grace <= now
