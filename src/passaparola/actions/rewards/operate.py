"""What an operator does to a reward: approve, deny, cancel, and undo the last of these while nothing has left the firm.

Each attempt is written down as an act, also one that a rule refuses. Of two at once one wins, and the other is refused by what it then
sees. In words: docs/rules/rewards.md.
"""

from collections.abc import Callable
from dataclasses import replace

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.actions.effects import Cause, book_changes
from passaparola.actions.events.overlay import Overlay
from passaparola.actions.referrals.reconsider import still_due
from passaparola.actions.rewards.terms import end_of_life, rule_of
from passaparola.domain.decide import decide
from passaparola.domain.explain.words import STATES
from passaparola.domain.programs.compiled import Fulfil
from passaparola.domain.reasons import OPERATOR_WORDS, Reason
from passaparola.domain.rewards.change import (
    Reward,
    RewardChange,
    RewardState,
    end_pending,
    release_hold,
    reopen,
    take_back_all,
    undo_issue,
)
from passaparola.domain.rewards.limits import no_room, stake_of
from passaparola.domain.rewards.stock import stock_moves
from passaparola.domain.tongue import gettext_noop

ILLEGAL, NO_LONGER_DUE = "illegal_transition", "no_longer_due"
_NOT = {
    "approved": gettext_noop("a reward that is %(state)s cannot be approved"),
    "denied": gettext_noop("a reward that is %(state)s cannot be denied"),
    "cancelled": gettext_noop("a reward that is %(state)s cannot be cancelled"),
    "undone": gettext_noop("a reward that is %(state)s cannot be undone"),
}
_NOT_ANY_MORE = {
    "approved": gettext_noop(
        "a reward that is %(state)s of which something has been used or lies in a checkout cannot be approved"
    ),
    "denied": gettext_noop(
        "a reward that is %(state)s of which something has been used or lies in a checkout cannot be denied"
    ),
    "cancelled": gettext_noop(
        "a reward that is %(state)s of which something has been used or lies in a checkout cannot be cancelled"
    ),
    "undone": gettext_noop(
        "a reward that is %(state)s of which something has been used or lies in a checkout cannot be undone"
    ),
}
Step = Callable[[Reward, Overlay, Desk], RewardChange]


def approve(reward: str, *, asked: Asked, note: str = "") -> Performed[Reward]:
    """Issue a reward that waits, for whatever else than its advocate's address or the end of a pause. A voucher gets its code.

    Refused (409): `illegal_transition` in any other state; `rewards_paused`; `advocate_unconfirmed`. Raises NotFound,
    IdempotencyMismatch, Conflict.
    """
    return _act("reward.approve", reward, asked, note, _approved)


def claim(reward: str, *, asked: Asked, note: str = "") -> Performed[Reward]:
    """Take a reward that waits for its claim: it is issued. Claimed already: nothing more happens.

    Refused (409): `not_claimable` when it waits for something else or is over; `rewards_paused`; `advocate_unconfirmed`. Raises NotFound,
    IdempotencyMismatch, Conflict.
    """

    def do(desk: Desk) -> Reward:
        found = desk.reward(reward)
        rule = rule_of(found, desk.programs)
        if rule.fulfil is Fulfil.CLAIM and found.state in (RewardState.ISSUED, RewardState.REDEEMED):
            return found
        cause, overlay = desk.act("reward.claim", reward, note), desk.overlay(rewards=[reward])
        return _book(claimed(found, overlay, desk), cause, overlay, desk)

    return perform(asked, do)


def claimed(reward: Reward, overlay: Overlay, desk: Desk) -> RewardChange:
    """The step of a reward that waits for its claim."""
    if reward.state != RewardState.PENDING or reward.reason != Reason.WAITS_FOR_CLAIM:
        raise Refusal("not_claimable", f"a reward that is {reward.state} cannot be claimed", state=str(reward.state))
    return _approved(reward, overlay, desk)


def deny(reward: str, *, asked: Asked, note: str = "") -> Performed[Reward]:
    """End a reward that waits: it is not given, and its cap and budget are free again.

    Refused: `illegal_transition` (409) in any other state. Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return _act("reward.deny", reward, asked, note, _denied)


def cancel(reward: str, *, asked: Asked, note: str = "") -> Performed[Reward]:
    """Withdraw a reward that waits, or an issued one of which nothing has been used, expired or lies in a checkout.

    Refused: `illegal_transition` (409) otherwise. Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return _act("reward.cancel", reward, asked, note, _cancelled)


def undo(reward: str, *, asked: Asked, note: str = "") -> Performed[Reward]:
    """Take back an operator's last step while nothing has left the firm: the reward waits again for a person.

    Refused (409): `illegal_transition` when the last step was nobody's or something has been used; `no_longer_due` when the referral does
    not earn it any more; `cap_reached`, `budget_exhausted` or `out_of_stock` when its room has been given to others since. Raises NotFound,
    IdempotencyMismatch, Conflict.
    """
    return _act("reward.undo", reward, asked, note, _undone)


def possible_steps(reward: Reward, *, approved: bool) -> tuple[str, ...]:
    """What a person may try now, the likeliest first: approve, deny, cancel, undo. `approved`: a person's approval issued it last.

    Whether there is room or the reward is still due is known only when it is tried.
    """
    if reward.state == RewardState.PENDING:
        return ("approve", "deny", "cancel")
    if reward.state == RewardState.ISSUED and not _touched(reward):
        return ("undo", "cancel") if approved else ("cancel",)
    if reward.state in (RewardState.DENIED, RewardState.CANCELLED) and reward.by_person:
        return ("undo",)
    return ()


def _act(verb: str, key: str, asked: Asked, note: str, step: Step) -> Performed[Reward]:
    def do(desk: Desk) -> Reward:
        reward = desk.reward(key)
        cause = desk.act(verb, key, note)
        overlay = desk.overlay(rewards=[key])
        return _book(step(reward, overlay, desk), cause, overlay, desk)

    return perform(asked, do)


def _book(change: RewardChange, cause: Cause, overlay: Overlay, desk: Desk) -> Reward:
    return book_changes([change], cause, overlay, desk.plan, at=desk.now)[0].after


def _approved(reward: Reward, overlay: Overlay, desk: Desk) -> RewardChange:
    if reward.state != RewardState.PENDING:
        raise _illegal(reward, "approved")
    waits = overlay.waits(reward)
    if waits is not None:
        raise Refusal(str(waits), OPERATOR_WORDS[waits])
    if reward.queued_on is not None:  # a person lets it pass the queue, never the limit
        reward = replace(reward, earned_at=desk.now)
        _require_room(reward, overlay)
    return release_hold(reward, now=desk.now, expires_at=end_of_life(reward, overlay.programs, desk.now))


def _denied(reward: Reward, *_: object) -> RewardChange:
    if reward.state != RewardState.PENDING:
        raise _illegal(reward, "denied")
    return end_pending(reward, RewardState.DENIED, Reason.DENIED)


def _cancelled(reward: Reward, *_: object) -> RewardChange:
    if reward.state == RewardState.PENDING:
        return end_pending(reward, RewardState.CANCELLED, Reason.CANCELLED)
    if reward.state != RewardState.ISSUED or _touched(reward):
        raise _illegal(reward, "cancelled")
    return take_back_all(reward, Reason.CANCELLED)


def _undone(reward: Reward, overlay: Overlay, desk: Desk) -> RewardChange:
    if reward.state == RewardState.ISSUED and not _touched(reward):
        if desk.approved(reward.id):
            return undo_issue(reward)
    elif reward.state in (RewardState.DENIED, RewardState.CANCELLED) and reward.by_person:
        due = _still_due(reward, overlay, desk)
        _require_room(due, overlay)
        change = reopen(due)
        return replace(change, before=reward)
    raise _illegal(reward, "undone")


STEPS: dict[str, Step] = {
    "reward.approve": _approved,
    "reward.deny": _denied,
    "reward.cancel": _cancelled,
    "reward.undo": _undone,
}


def _touched(reward: Reward) -> bool:
    return bool(reward.redeemed or reward.reserved or reward.expired)


def _still_due(reward: Reward, overlay: Overlay, desk: Desk) -> Reward:
    """The reward with the amounts that its referral earns now: an ended reward did not follow what came in since."""
    gone = Refusal(NO_LONGER_DUE, gettext_noop("the referral does not earn this reward any more"))
    if reward.referral is None:
        if not still_due(reward, overlay):
            raise gone
        return reward
    case = overlay.holder(reward.referral)
    if case is None:
        raise gone
    waiting = reopen(reward).after
    case.rewards[reward.key] = waiting
    decision = decide(overlay.facts(case), overlay.programs[case.program], overlay.world(case), now=desk.now)
    case.rewards[reward.key] = reward
    change = next((c for c in decision.changes if c.after.id == reward.id and c.delta < 0), None)
    if change is None:
        return reward
    if change.after.net <= 0:
        raise gone
    return replace(reward, amount=change.after.amount, reversed=change.after.reversed)


def _require_room(reward: Reward, overlay: Overlay) -> None:
    """What was ended gave its room back: it needs room again."""
    live, person = overlay.programs[reward.program].live, overlay.root(reward.beneficiary)
    net = reward.amount - reward.reversed
    reason = no_room(live, stake_of(reward, person), net, overlay.counters)
    for move in stock_moves(live, reward.rule, net if reward.queued_on is None else 0):
        if overlay.counters.get(move.key, 0) + net > (move.ceiling or 0):
            reason = Reason.OUT_OF_STOCK
    if reason is not None:
        raise Refusal(str(reason), OPERATOR_WORDS[reason], amount_minor=net, unit=reward.unit)


def _illegal(reward: Reward, wish: str) -> Refusal:
    sentence = (_NOT_ANY_MORE if _touched(reward) else _NOT)[wish]
    return Refusal(ILLEGAL, sentence, said={"state": STATES[reward.state]}, state=str(reward.state))
