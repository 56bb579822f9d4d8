"""Put reward changes into the plan: rows, transitions, transfers, vouchers, counters, and the notices for outside."""

from collections.abc import Sequence
from typing import Any

import orjson

from passaparola.actions.events.overlay import Overlay
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.instant import Instant
from passaparola.domain.ledger.accounts import VOUCHER_UNIT, Transfer, TransferKind
from passaparola.domain.lifecycle import REWARD
from passaparola.domain.notices import STEPS_OF_VOUCHERS
from passaparola.domain.programs.compiled import VoucherTerms
from passaparola.domain.rewards import limits
from passaparola.domain.rewards.change import Reward, RewardChange, RewardState
from passaparola.domain.rewards.kinds import VOUCHERS
from passaparola.domain.rewards.limits import CounterMove
from passaparola.domain.rewards.stock import stock_moves
from passaparola.domain.values import replace, value
from passaparola.store.ids import made_at, new_id, new_voucher_code
from passaparola.store.write.plan import CREATED_AT, Plan


@value(frozen=True, slots=True)
class Cause:
    """What made a change: an event, an act of a person or checkout, or a due time. `key` names it once in the workspace."""

    key: str
    actor: str = ""
    event: str | None = None
    note: str = ""


def book_changes(
    changes: Sequence[RewardChange],
    cause: Cause,
    overlay: Overlay,
    plan: Plan,
    *,
    at: Instant,
    count: bool = True,
    notices: list[dict[str, Any]] | None = None,
) -> list[RewardChange]:
    """Write each change and show it to the rest of the batch; the changes as booked, with their ids.

    With `count` caps and budgets move as well (a decision has moved them itself).
    """
    booked: list[RewardChange] = []
    told = [] if notices is None else notices
    for change in changes:
        reward = _book(change, cause, overlay, plan, at)
        overlay.put_reward(reward)
        booked.append(replace(change, after=reward))
        told.append({"topic": f"reward.{change.step}", "id": reward.id})
        if reward.kind in VOUCHERS and (topic := _voucher_topic(change)):
            told.append({"topic": topic, "id": reward.id})
        if count:
            for move in moves_of(change, overlay):
                move_counter(move, overlay, plan)
    if notices is None and told:
        tell(told, cause, plan, at)
    return booked


def _voucher_topic(change: RewardChange) -> str | None:
    """What this step is for the voucher, where the person had one before or has one now."""
    had = change.before is not None and change.before.state == RewardState.ISSUED
    has = change.after.state == RewardState.ISSUED
    return STEPS_OF_VOUCHERS.get(change.step) if had != has else None


def tell(notices: list[dict[str, Any]], cause: Cause, plan: Plan, at: Instant) -> None:
    """One outbox row for all that one cause has to say. A rehearsal says nothing."""
    if plan.seen is not None:
        return
    text = orjson.dumps(notices).decode()
    key = new_id()
    due = min(at, made_at(key)) if plan.sandbox else at
    plan.add("outbox", key, plan.workspace, plan.batch, cause.key, text, "waiting", 0, due, None)


def move_counter(move: CounterMove, overlay: Overlay, plan: Plan) -> None:
    """Put one move into the plan and show it to the rest of the batch."""
    plan.move(move)
    overlay.counters[move.key] = overlay.counters.get(move.key, 0) + move.delta


def moves_of(change: RewardChange, overlay: Overlay) -> list[CounterMove]:
    """What a change does to the counters of the live version's limits."""
    live = overlay.programs[change.after.program].live
    moves = limits.moves_of(live, change, overlay.root(change.after.beneficiary))
    return moves + list(stock_moves(live, change.after.rule, change.net_delta)) if live.stocks else moves


def _book(change: RewardChange, cause: Cause, overlay: Overlay, plan: Plan, at: Instant) -> Reward:
    reward, before = change.after, change.before.state if change.before else None
    REWARD.require(change.step, before, reward.state)
    key = reward.id if change.before is not None else new_id()
    pending = _transfers(change, key, cause, plan, at)
    if (key, pending) != (reward.id, reward.pending_transfer):
        reward = replace(reward, id=key, pending_transfer=pending)
    known = plan.new_rewards.get(reward.id)
    if change.before is None or known is not None:
        began = at if known is None else known[CREATED_AT["reward"]]
        plan.new_rewards[reward.id] = _reward_row(reward, plan, began)
    else:
        _update_reward(reward, plan)
    if reward.kind in VOUCHERS and change.step in ("issued", "restored") and reward.state == RewardState.ISSUED:
        _voucher(reward, overlay, plan, at)
    plan.add(
        "rewardtransition", new_id(), plan.workspace, plan.batch, reward.id, cause.key, change.step, before and str(before),
        str(reward.state), reward.net, change.reason and str(change.reason), cause.actor, cause.note, at,
    )  # fmt: skip
    return reward


def _transfers(change: RewardChange, reward: str, cause: Cause, plan: Plan, at: Instant) -> str | None:
    """Book them. The pending transfer that the reward has from now on."""
    pending = change.after.pending_transfer
    for transfer in change.transfers:
        ends = pending if transfer.kind in (TransferKind.POST, TransferKind.VOID) else None
        key = add_transfer(transfer, reward, cause, plan, at, ends)
        if transfer.kind == TransferKind.PENDING:
            pending = key
        elif ends:
            pending = None
    return pending


def add_transfer(
    transfer: Transfer, reward: str, cause: Cause, plan: Plan, at: Instant, ends: str | None = None
) -> str:
    """One ledger row, with its accounts. Returns its id."""
    debit, credit = plan.account(*transfer.debit), plan.account(*transfer.credit)
    key = new_id()
    plan.add(
        "transfer", key, plan.workspace, plan.batch, str(transfer.kind), str(transfer.purpose), cause.key, reward, debit, credit,
        transfer.unit, transfer.amount, ends, at,
    )  # fmt: skip
    return key


def _reward_row(r: Reward, plan: Plan, at: Instant) -> tuple[Any, ...]:
    return (
        r.id, plan.workspace, r.program, r.referral, r.rule, str(r.side), r.beneficiary, r.occasion, str(r.kind), r.unit, r.amount,
        r.reversed, r.reserved, r.redeemed, r.expired, str(r.state), r.reason and str(r.reason), r.by_person, r.hold_until, r.issued_at,
        r.expires_at, r.pending_transfer, r.version, 0, at, r.earned_at, r.queued_on,
    )  # fmt: skip


def _voucher(reward: Reward, overlay: Overlay, plan: Plan, at: Instant) -> None:
    """The code that a person shows at a checkout, made when the reward is issued."""
    terms, unit = voucher_terms(reward, overlay.programs[reward.program])
    plan.vouchers.append(
        (
            new_id(), plan.workspace, reward.id, new_voucher_code(), terms.percent_bp, terms.max_discount, terms.min_order, unit, "open",
            0, at,
        )
    )  # fmt: skip


def voucher_terms(reward: Reward, versions: ProgramVersions) -> tuple[VoucherTerms, str]:
    """What a reward's voucher takes off and for which orders, and the currency of its limits."""
    program = versions.number(reward.version)
    rule = next(r for r in program.every_rule if r.id == reward.rule)
    return rule.voucher or VoucherTerms(), program.currency if reward.unit == VOUCHER_UNIT else reward.unit


def _update_reward(r: Reward, plan: Plan) -> None:
    values = (
        r.amount, r.reversed, r.reserved, r.redeemed, r.expired, str(r.state), r.reason and str(r.reason), r.by_person, r.hold_until,
        r.issued_at, r.expires_at, r.pending_transfer, r.earned_at, r.queued_on,
    )  # fmt: skip
    plan.reward_updates[r.id] = (r.revision, values)
