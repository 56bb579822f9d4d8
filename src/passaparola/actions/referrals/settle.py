"""Decide one referral and put what follows into the plan: its row, the decision with its explanation, rewards, counters, notices."""

from typing import Any

import orjson

from passaparola.actions.effects import Cause, book_changes, move_counter, tell
from passaparola.actions.events.overlay import PROVISIONAL, Case, Overlay
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.decide import decide
from passaparola.domain.decision import Decision
from passaparola.domain.instant import Instant
from passaparola.domain.lifecycle import REFERRAL
from passaparola.domain.precedence import Claims
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.kept import dump_state
from passaparola.domain.rewards.change import RewardChange
from passaparola.store.ids import new_id
from passaparola.store.write.plan import CREATED_AT, Plan


def settle(
    case: Case,
    versions: ProgramVersions,
    overlay: Overlay,
    plan: Plan,
    *,
    cause: Cause,
    now: Instant,
    rivals: Claims | None = None,
) -> list[RewardChange]:
    """Decide the referral with the state it has now, and show the effects to the rest of the batch. The changes as booked."""
    decision = decide(overlay.facts(case), versions, overlay.world(case, rivals), now=now)
    notices: list[dict[str, Any]] = []
    if decision.status != case.status:
        REFERRAL.require("decide", case.status, decision.status)
        notices.append({"topic": f"referral.{decision.status}", "id": case.id})
    case.state.concluded = decision.conclusion
    overlay.bind(case, decision.conclusion)
    if decision.standing is not None or case.state.standing is not None:
        overlay.pace(case, decision.counted_for, decision.standing)
        case.state.standing = decision.standing
    case.state.counted_for = decision.counted_for
    case.status = decision.status
    for move in decision.moves:
        move_counter(move, overlay, plan)
    if decision.changes:
        case.has_rewards = True
        booked = book_changes(decision.changes, cause, overlay, plan, at=now, count=False, notices=notices)
    else:
        booked = []
    for finding in decision.findings:
        plan.find(finding.kind, finding.key, orjson.dumps(finding.detail).decode(), now)
    if plan.seen is not None:  # a rehearsal: it looks at the decision, and nothing is written
        plan.seen(case, decision, cause, now)
    else:
        _write_decision(case, decision, cause, plan, now)
        _write_referral(case, decision, plan, now)
    stand_still(booked, overlay, plan)
    if notices:
        tell(notices, cause, plan, now)
    return booked


def stand_still(booked: list[RewardChange], overlay: Overlay, plan: Plan) -> None:
    """What waits for an advocate's address was decided while it was unconfirmed: a confirmation at this very moment is a conflict."""
    for change in booked:
        after = change.after
        if after.reason != Reason.ADVOCATE_UNCONFIRMED:
            continue
        group = overlay.group(after.beneficiary)
        for person in (p for p in group if overlay.advocates.get((after.program, p)) == PROVISIONAL):
            plan.guarded.append((STILL_PROVISIONAL, {"ws": plan.workspace, "program": after.program, "person": person}))


STILL_PROVISIONAL = (
    "UPDATE store_advocate SET status = status WHERE workspace_id = %(ws)s::uuid AND program_id = %(program)s::uuid"
    " AND person_id = %(person)s::uuid AND status = 'provisional'"
)


def _write_decision(case: Case, decision: Decision, cause: Cause, plan: Plan, now: Instant) -> None:
    explanation = orjson.dumps(decision.explanation).decode()
    plan.add(
        "decision", new_id(), plan.workspace, plan.batch, cause.key, cause.event, case.id, case.program, decision.program.version, now,
        decision.status, explanation,
    )  # fmt: skip


def _write_referral(case: Case, decision: Decision, plan: Plan, now: Instant) -> None:
    values = _referral_values(case, decision)
    if case.revision is None:
        known = plan.new_referrals.get(case.id)
        began = now if known is None else known[CREATED_AT["referral"]]
        plan.new_referrals[case.id] = (case.id, plan.workspace, case.program, case.friend, 0, *values, began)
    else:
        plan.referral_updates[case.id] = (case.revision, values)


def _referral_values(case: Case, decision: Decision) -> tuple[Any, ...]:
    state, conclusion = case.state, decision.conclusion
    revenue: dict[str, int] = {}
    for occasion in decision.occasions:
        if occasion.order is not None:
            revenue[occasion.order.unit] = revenue.get(occasion.order.unit, 0) + occasion.order.amount
    unit = next(iter(revenue), None)
    others = {u: minor for u, minor in revenue.items() if u != unit}
    refusals = sorted({(rule, occasion, str(reason)) for rule, occasion, reason in decision.refusals})
    return (
        dump_state(state),
        decision.status,
        decision.refused and str(decision.refused),
        orjson.dumps(refusals).decode() if refusals else "[]",
        conclusion.advocate if conclusion else None,
        str(conclusion.kind) if conclusion else None,
        conclusion.version if conclusion else None,
        conclusion.at if conclusion else None,
        state.signup[0] if state.signup else None,
        decision.occasions[0].at if decision.occasions else None,
        sum(1 for o in state.orders.values() if o.amount > 0),
        len(decision.occasions),
        revenue[unit] if unit else 0,
        unit,
        orjson.dumps(others).decode() if others else None,
        case.has_rewards,
    )
