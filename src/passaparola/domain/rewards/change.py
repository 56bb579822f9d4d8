"""The life of a reward: states, the difference between target and granted, and the transfers that book it.

pending → approved → issuing → issued → redeemed; ends: denied, cancelled, expired, reversed, failed. A partial reversal keeps the state and
shows as an amount. Credit and vouchers need nobody outside, so `approved` and `issuing` pass within the deciding transaction.
"""

from enum import StrEnum
from typing import Any

from passaparola.domain.instant import Instant
from passaparola.domain.ledger.accounts import Purpose, Transfer, TransferKind, breakage, expense, owed
from passaparola.domain.programs.compiled import Fulfil
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards.life import end_of_life
from passaparola.domain.rewards.target import Target
from passaparola.domain.values import replace, value


class RewardState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    ISSUING = "issuing"
    ISSUED = "issued"
    REDEEMED = "redeemed"
    DENIED = "denied"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REVERSED = "reversed"
    FAILED = "failed"


OUT_OF_REACH = frozenset({RewardState.DENIED, RewardState.EXPIRED, RewardState.FAILED})
LIVE = frozenset({RewardState.PENDING, RewardState.ISSUED, RewardState.REDEEMED})
HELD = frozenset(
    {Reason.HOLD, Reason.ADVOCATE_UNCONFIRMED, Reason.REWARDS_PAUSED, Reason.QUEUED}
)  # nobody has to judge: it waits for its time

ASKS = {Fulfil.APPROVAL: Reason.NEEDS_APPROVAL, Fulfil.CLAIM: Reason.WAITS_FOR_CLAIM}  # who must act, hold or no hold


@value(frozen=True, slots=True)
class Reward:
    """A reward as stored. Whole minor units: earned `amount`; `reversed`, `redeemed`, `expired` are gone; `reserved` lies in a checkout."""

    id: str
    program: str
    rule: str
    side: str
    beneficiary: str
    occasion: str
    kind: str
    unit: str
    amount: int
    state: str
    reversed: int = 0
    reserved: int = 0
    redeemed: int = 0
    expired: int = 0
    reason: str | None = None
    by_person: bool = False  # the state was set by an operator, and stays
    hold_until: Instant | None = None
    issued_at: Instant | None = None
    expires_at: Instant | None = None
    referral: str | None = None
    pending_transfer: str | None = None
    version: int = 1  # of the program
    revision: int = 0  # compared and set by each write
    earned_at: Instant = 0  # by whose period it counts: when it was earned, or when it left the queue
    queued_on: str | None = None  # the limit under which it waits for room; until then it counts nothing

    @property
    def key(self) -> tuple[str, str, str, str]:
        return (self.rule, self.side, self.beneficiary, self.occasion)

    @property
    def net(self) -> int:
        """What was earned and not taken back."""
        return self.amount - self.reversed if self.state in LIVE or self.state == RewardState.EXPIRED else 0

    @property
    def counts(self) -> int:
        """What counts against caps and budgets: all that was earned and not taken back, but for what waits in a queue."""
        return 0 if self.queued_on is not None else self.net

    @property
    def available(self) -> int:
        """What may still be spent or taken back."""
        if self.state not in (RewardState.ISSUED, RewardState.REDEEMED):
            return 0
        return self.amount - self.reversed - self.redeemed - self.reserved - self.expired

    @property
    def left_the_firm(self) -> bool:
        return self.redeemed > 0


@value(frozen=True, slots=True)
class RewardChange:
    """One step of one reward: before (None: new), after, the transfers that book it, and the name of what happened."""

    before: Reward | None
    after: Reward
    transfers: tuple[Transfer, ...]
    step: str  # the transition's name, also the outgoing webhook: reward.<step>
    reason: Reason | None = None
    short: int = 0  # minor units that ought to come back and could not

    @property
    def delta(self) -> int:
        """Change of what counts against caps and budgets, in minor units of the reward's unit."""
        return self.after.counts - (self.before.counts if self.before else 0)

    @property
    def net_delta(self) -> int:
        """Change of what was earned and not taken back, whether it counts already or waits in a queue."""
        return self.after.net - (self.before.net if self.before else 0)


def grant(target: Target, *, program: str, version: int, now: Instant, referral: str | None) -> RewardChange:
    """A new reward. It waits when its hold is not over, or when it rests on an event that came too late to be trusted."""
    reward = Reward(
        id="",
        program=program,
        rule=target.rule.id,
        side=target.rule.side,
        beneficiary=target.beneficiary,
        occasion=target.occasion,
        kind=target.rule.kind,
        unit=target.unit,
        amount=target.amount,
        reversed=target.reversed,
        referral=referral,
        version=version,
        earned_at=target.at,
        **_begin(target, now),
    )
    waits = reward.state == RewardState.PENDING
    kind = TransferKind.PENDING if waits else TransferKind.SINGLE
    reason = Reason(reward.reason) if reward.reason else None
    return RewardChange(None, reward, (_issue(reward, kind, target.net),), "pending" if waits else "issued", reason)


def _begin(target: Target, now: Instant) -> dict[str, Any]:
    """How a reward begins its life, or a new one: it waits for a person, or for its hold, or is issued."""
    why: Reason | None = None
    if target.queued_on is not None:
        why = Reason.QUEUED
    elif target.late:
        why = Reason.UNCONFIRMED if target.unconfirmed else Reason.LATE_EVENT
    elif target.waits is not None:
        why = target.waits
    elif target.hold_until is not None and target.hold_until > now:
        why = Reason.HOLD
    elif target.rule.fulfil in ASKS:
        why = ASKS[target.rule.fulfil]
    return {
        "state": RewardState.PENDING if why else RewardState.ISSUED,
        "reason": why,
        "hold_until": target.hold_until if why in HELD else None,
        "queued_on": target.queued_on,
        "issued_at": None if why else now,
        "expires_at": None if why else end_of_life(target.rule, now),
    }


def _issue(reward: Reward, kind: TransferKind, amount: int) -> Transfer:
    return Transfer(
        kind,
        Purpose.ISSUE,
        expense(reward.program, reward.unit),
        owed(reward.kind, reward.program, reward.beneficiary, reward.unit),
        reward.unit,
        amount,
    )


def _take_back(reward: Reward, amount: int) -> Transfer:
    return Transfer(
        TransferKind.REVERSAL,
        Purpose.REVERSE,
        owed(reward.kind, reward.program, reward.beneficiary, reward.unit),
        expense(reward.program, reward.unit),
        reward.unit,
        amount,
    )


def is_ended(reward: Reward) -> bool:
    """Whether a person or time has ended this reward for good: no event changes it any more."""
    return reward.state in OUT_OF_REACH or (reward.state == RewardState.CANCELLED and reward.by_person)


def retarget(
    reward: Reward, amount: int, reversed_: int, *, now: Instant, reason: Reason | None, target: Target | None = None
) -> RewardChange | None:
    """Move a reward to a new target. None when nothing changes, or when a person or time has ended it.

    What has been used or lies in a checkout stays; what could not be taken back is `short`.
    """
    if is_ended(reward):
        return None
    if reward.state == RewardState.PENDING:
        return _retarget_pending(reward, amount, reversed_, now, reason, target)
    if reward.state in (RewardState.CANCELLED, RewardState.REVERSED):
        return _restore(reward, amount, reversed_, now, target)
    return _retarget_issued(reward, amount, reversed_, reason)


def _retarget_pending(
    reward: Reward, amount: int, reversed_: int, now: Instant, reason: Reason | None, target: Target | None
) -> RewardChange | None:
    waiting = _waiting(reward, amount - reversed_, now, target)
    if (amount, reversed_, waiting) == (reward.amount, reward.reversed, (reward.reason, reward.hold_until)):
        return None
    old, net = reward.amount - reward.reversed, amount - reversed_
    void = _issue(reward, TransferKind.VOID, old)
    if net <= 0:
        after = replace(reward, state=RewardState.CANCELLED, reason=reason, hold_until=None, queued_on=None)
        return RewardChange(reward, after, (void,), "cancelled", reason)
    why, hold_until = waiting
    after = replace(reward, amount=amount, reversed=reversed_, reason=why, hold_until=hold_until)
    if old == net:
        return RewardChange(reward, after, (), "changed", reason)
    return RewardChange(reward, after, (void, _issue(after, TransferKind.PENDING, net)), "changed", reason)


def _waiting(reward: Reward, net: int, now: Instant, target: Target | None) -> tuple[str | None, Instant | None]:
    """Why and until when a pending reward goes on waiting. A hold follows its target; one that ended is over at the next tick."""
    if target is not None and reward.reason == Reason.UNCONFIRMED and not target.late:
        return (
            Reason.HOLD,
            target.hold_until or now,
        )  # somebody vouches for it now, with another amount: the clock lets it go
    if target is None or reward.reason not in HELD:
        return reward.reason, reward.hold_until
    if target.late and net > reward.net and reward.queued_on is None:
        return Reason.LATE_EVENT, None
    if reward.reason != Reason.HOLD:
        return reward.reason, target.hold_until
    if target.hold_until is None:
        return reward.reason, min(now, reward.hold_until or now)
    return reward.reason, target.hold_until


def _retarget_issued(reward: Reward, amount: int, reversed_: int, reason: Reason | None) -> RewardChange | None:
    net, wanted = reward.amount - reward.reversed, amount - reversed_
    if wanted > net:
        after = replace(reward, amount=amount, reversed=amount - wanted, state=RewardState.ISSUED)
        return RewardChange(reward, after, (_issue(reward, TransferKind.SINGLE, wanted - net),), "changed", reason)
    if wanted == net:
        return None
    back = min(net - wanted, reward.available)
    short = net - wanted - back
    if back == 0:
        return RewardChange(reward, reward, (), "short", Reason.ALREADY_REDEEMED, short)
    after = replace(reward, reversed=reward.reversed + back)
    wholly = after.reversed >= after.amount
    if wholly:
        after = replace(after, state=RewardState.REVERSED, reason=reason)
    elif after.available == 0 and after.reserved == 0:
        after = replace(after, state=RewardState.REDEEMED if after.redeemed else RewardState.EXPIRED)
    return RewardChange(reward, after, (_take_back(reward, back),), "reversed", reason, short)


def _restore(reward: Reward, amount: int, reversed_: int, now: Instant, target: Target | None) -> RewardChange | None:
    """A later event shows that the reward is due after all."""
    net = amount - reversed_
    if net <= 0 or target is None:
        return None
    after = replace(reward, amount=amount, reversed=reversed_, earned_at=target.at, **_begin(target, now))
    kind = TransferKind.PENDING if after.state == RewardState.PENDING else TransferKind.SINGLE
    return RewardChange(reward, after, (_issue(after, kind, net),), "restored")


def release_hold(reward: Reward, *, now: Instant, expires_at: Instant | None) -> RewardChange:
    """The hold is over, or a person approved: the pending transfer is posted and the reward issued."""
    after = replace(
        reward,
        state=RewardState.ISSUED,
        reason=None,
        hold_until=None,
        queued_on=None,
        issued_at=now,
        expires_at=expires_at,
        by_person=False,
    )
    post = _issue(reward, TransferKind.POST, reward.amount - reward.reversed)
    return RewardChange(reward, after, (post,), "issued")


def free(
    reward: Reward, *, waits: Reason | None, now: Instant, expires_at: Instant | None, asks: Reason | None = None
) -> RewardChange | None:
    """What a reward waited for has come: it is issued, or goes on waiting for what else there is (`waits`, its hold, then who `asks`).

    None when it waits for something else than an address or the end of a pause, or goes on as before.
    """
    if reward.state != RewardState.PENDING or reward.reason not in HELD or reward.queued_on is not None:
        return None
    why = waits or (Reason.HOLD if reward.hold_until is not None and reward.hold_until > now else None)
    why = why or asks
    if why is None:
        return release_hold(reward, now=now, expires_at=expires_at)
    return None if why == reward.reason else RewardChange(reward, replace(reward, reason=why), (), "changed", why)


def leave_queue(
    reward: Reward, *, waits: Reason | None, now: Instant, expires_at: Instant | None, asks: Reason | None = None
) -> RewardChange:
    """There is room: the reward counts from now on, and is issued or waits for what else there is."""
    why = waits or (Reason.HOLD if reward.hold_until is not None and reward.hold_until > now else None)
    why = why or asks
    if why is not None:
        return RewardChange(reward, replace(reward, reason=why, queued_on=None, earned_at=now), (), "changed", why)
    released = release_hold(replace(reward, earned_at=now), now=now, expires_at=expires_at)
    return replace(released, before=reward)


def queue_elsewhere(reward: Reward, limit: str) -> RewardChange:
    """Another limit is in the way now."""
    return RewardChange(reward, replace(reward, queued_on=limit), (), "changed", Reason.QUEUED)


def vouch(reward: Reward, target: Target, *, now: Instant) -> RewardChange:
    """Somebody else than a browser told of it now: the reward begins its life as if that had been so at once."""
    after = replace(reward, **_begin(target, now))
    if after.state == RewardState.PENDING:
        return RewardChange(reward, after, (), "changed", Reason(after.reason) if after.reason else None)
    post = _issue(reward, TransferKind.POST, reward.amount - reward.reversed)
    return RewardChange(reward, after, (post,), "issued")


def end_pending(reward: Reward, state: RewardState, reason: Reason) -> RewardChange:
    """A person denies or cancels a reward that still waits."""
    after = replace(reward, state=state, reason=reason, by_person=True, queued_on=None)
    void = _issue(reward, TransferKind.VOID, reward.amount - reward.reversed)
    return RewardChange(reward, after, (void,), str(state), reason)


def take_back_all(reward: Reward, reason: Reason) -> RewardChange:
    """A person cancels an issued reward of which nothing has been used or reserved."""
    net = reward.amount - reward.reversed
    after = replace(reward, state=RewardState.CANCELLED, reason=reason, by_person=True)
    return RewardChange(reward, after, (_take_back(reward, net),), "cancelled", reason)


def reopen(reward: Reward) -> RewardChange:
    """Undo a denial or cancellation: the reward waits again for a person's approval."""
    after = replace(
        reward, state=RewardState.PENDING, reason=Reason.UNDONE, by_person=False, hold_until=None, issued_at=None
    )
    pending = _issue(reward, TransferKind.PENDING, reward.amount - reward.reversed)
    return RewardChange(reward, after, (pending,), "reopened", Reason.UNDONE)


def undo_issue(reward: Reward) -> RewardChange:
    """Undo an approval while nothing has been used: the value goes back and the reward waits again."""
    net = reward.amount - reward.reversed
    after = replace(
        reward, state=RewardState.PENDING, reason=Reason.UNDONE, hold_until=None, issued_at=None, expires_at=None
    )
    transfers = (_take_back(reward, net), _issue(reward, TransferKind.PENDING, net))
    return RewardChange(reward, after, transfers, "reopened", Reason.UNDONE)


def expire(reward: Reward) -> RewardChange:
    """What was not used by the expiry becomes breakage. What lies in a checkout stays until that ends."""
    rest = reward.available
    after = replace(reward, expired=reward.expired + rest)
    if after.reserved == 0:
        after = replace(after, state=RewardState.REDEEMED if after.redeemed and not rest else RewardState.EXPIRED)
    move = Transfer(
        TransferKind.SINGLE,
        Purpose.EXPIRE,
        owed(reward.kind, reward.program, reward.beneficiary, reward.unit),
        breakage(reward.program, reward.unit),
        reward.unit,
        rest,
    )
    return RewardChange(reward, after, (move,) if rest else (), "expired")
