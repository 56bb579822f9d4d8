"""Record that rewards were handed over: paid out, paid with the wages, or sent. Each payout line is one reward, once."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.actions.credit.till import Till
from passaparola.actions.referrals.reconsider import reconsider
from passaparola.actions.rewards.pause import refuse_while_paused
from passaparola.actions.rewards.terms import rule_of
from passaparola.domain.ledger.accounts import Purpose, TransferKind
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.credit import payment, repayment
from passaparola.domain.rewards.payables import (
    HANDOVER_WORDS,
    HandoverReason,
    owed_of,
    refused_handover,
)
from passaparola.domain.rewards.payables import hand_over as handed
from passaparola.domain.rewards.payables import take_back as taken_back
from passaparola.store.ids import new_id
from passaparola.store.read import gather, payables

HANDED_OVER, ALREADY = "handed_over", "already_handed_over"
MOST = 500
_TAKE_BACK = (
    "UPDATE store_handover SET state = 'taken_back', revision = revision + 1 WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid"
    " AND revision = %(seen)s"
)


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a payout that was made: which reward, under which reference, in which run. `amount` None: all that is owed."""

    reward: str
    reference: str
    run: str = ""
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line: `handed_over`, `already_handed_over` (nothing more happened), or the name of a refusal."""

    reward: str
    outcome: str
    reference: str
    amount: int = 0
    unit: str = ""
    missing: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """Why not, in words; empty where it was handed over."""
        words = HANDOVER_WORDS.get(HandoverReason(self.outcome)) if self.outcome in set(HandoverReason) else None
        fields = f": {', '.join(self.missing)}" if self.missing else ""
        return f"{words}{fields}" if words else ""


def hand_over(lines: Sequence[Told], *, asked: Asked, again: bool = False) -> Performed[list[Outcome]]:
    """Book each line as handed over, all in one commit; a line that a rule refuses keeps no other from being booked.

    A reward is paid once, however often it is told: the natural key of a line is the reward, with what had been handed over before.
    `again`: the log is done again, where what people told of themselves is not. Refused: `rewards_paused` (409); `too_many_lines` (422)
    above 500. Raises IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _hand_over(lines, desk, again=again))


def fulfil(line: Told, *, asked: Asked) -> Performed[Outcome]:
    """The same for one reward. Refused (409; `not_found` 404) by the names in HandoverReason, or `rewards_paused`."""

    def do(desk: Desk) -> Outcome:
        (outcome,) = _hand_over([line], desk)
        if outcome.outcome in set(HandoverReason):
            status = 404 if outcome.outcome == HandoverReason.NOT_FOUND else 409
            raise Refusal(outcome.outcome, outcome.message, status, missing=list(outcome.missing))
        return outcome

    return perform(asked, do)


def take_back(reward: str, *, asked: Asked, note: str = "") -> Performed[Reward]:
    """The last payout of this reward came back, or had been told by mistake: it is owed again, and may be handed over again.

    What came up short when an order was refunded meanwhile is taken back now. Refused: `not_handed_over` (409). Raises NotFound,
    IdempotencyMismatch, Conflict.
    """

    def do(desk: Desk) -> Reward:
        found = desk.reward(reward)
        line = payables.last_handover(desk.session, desk.workspace.id, reward)
        if line is None:
            raise Refusal("not_handed_over", "nothing of this reward was handed over")
        cause, overlay = desk.act("reward.unfulfil", reward, note), desk.overlay(rewards=[reward])
        desk.plan.guarded.append((_TAKE_BACK, {"ws": desk.workspace.id, "id": line.id, "seen": line.revision}))
        book_return(found, line.amount, Till(overlay, desk.plan, cause, desk.now))
        return overlay.reward_now(found)

    return perform(asked, do)


def book_return(reward: Reward, amount: int, till: Till) -> None:
    """So much of what was handed over is owed again; what came up short meanwhile is taken back."""
    till.book(taken_back(reward, amount), repayment(reward, amount))
    till.lapse(reward)
    till.close()
    reconsider([reward], till.overlay, till.plan, cause=till.cause, now=till.now)


def _hand_over(lines: Sequence[Told], desk: Desk, *, again: bool = False) -> list[Outcome]:
    if len(lines) > MOST:
        raise Refusal("too_many_lines", f"at most {MOST} lines at once", 422)
    if not again:
        refuse_while_paused(desk.workspace)
    keys = sorted({line.reward for line in lines})
    found = {reward.id: reward for reward in gather.rewards_by_id(desk.session, desk.workspace.id, keys)}
    known = payables.details_of(desk.session, desk.workspace.id, keys)
    booked: dict[tuple[str, str], list[Told]] = {}
    outcomes: list[Outcome] = []
    taken: set[str] = set()
    for line in lines:
        reward = found.get(line.reward)
        missing = () if again or reward is None else missing_of(reward, known.get(line.reward, ""), desk)
        outcome = _judged(line, reward, missing, line.reward in taken)
        outcomes.append(outcome)
        if outcome.outcome == HANDED_OVER:
            taken.add(line.reward)
            booked.setdefault((line.reference, line.run), []).append(line)
    for (reference, run), together in sorted(booked.items()):
        _book([found[line.reward] for line in together], reference, run, desk)
    return outcomes


def _judged(line: Told, reward: Reward | None, missing: tuple[str, ...], taken: bool) -> Outcome:
    if reward is None:
        return Outcome(line.reward, str(HandoverReason.NOT_FOUND), line.reference)
    reason = refused_handover(reward, missing=missing, told=line.amount)
    if taken or (reason is HandoverReason.NOT_OWED and reward.redeemed):
        return Outcome(reward.id, ALREADY, line.reference, reward.redeemed, reward.unit)
    if reason is not None:
        lacks = missing if reason is HandoverReason.DETAILS_MISSING else ()
        return Outcome(reward.id, str(reason), line.reference, owed_of(reward), reward.unit, lacks)
    return Outcome(reward.id, HANDED_OVER, line.reference, owed_of(reward), reward.unit)


def missing_of(reward: Reward, details: str, desk: Desk) -> tuple[str, ...]:
    """The personal fields that its program asks for and nobody has told yet."""
    known = orjson.loads(details) if details else {}
    return tuple(name for name in rule_of(reward, desk.programs).personal if not known.get(name))


def _book(rewards: Sequence[Reward], reference: str, run: str, desk: Desk) -> None:
    """One act for all that went out under one reference."""
    cause = desk.act("reward.fulfil", "", rewards=[reward.id for reward in rewards], reference=reference, run=run)
    book_lines(rewards, reference, run, Till(desk.people(), desk.plan, cause, desk.now))


def book_lines(rewards: Sequence[Reward], reference: str, run: str, till: Till) -> None:
    """All that is owed of these went out under one reference."""
    for reward in rewards:
        _line(reward, reference, run, till)
    till.close()


def _line(reward: Reward, reference: str, run: str, till: Till) -> None:
    amount, plan = owed_of(reward), till.plan
    till.book(handed(reward), payment(reward, TransferKind.SINGLE, Purpose.SPEND, amount))
    plan.add(
        "handover", new_id(), plan.workspace, reward.id, reward.redeemed, amount, reward.unit, reference, run, "handed_over", 0, till.now,
    )  # fmt: skip
