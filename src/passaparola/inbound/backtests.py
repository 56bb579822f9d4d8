"""What a backtest found, as JSON for programs and as words for people."""

from typing import Any

from passaparola.actions.rehearsal.backtest import Backtest, Outcome
from passaparola.actions.rehearsal.changes import Change, Changes
from passaparola.domain.instant import iso
from passaparola.domain.money import money_text
from passaparola.inbound.cli.output import table
from passaparola.inbound.explained import as_json as story_json
from passaparola.inbound.explained import as_words as story_words

REWARD = ("side", "kind", "currency", "state", "count", "value_minor")
NOTES = {
    "file": "The file does not say in which order the events arrived, so they were replayed by the time they happened.",
    "own": "Replayed in the order of arrival, each event with the time it was decided with then.",
}
ENROLLED = "Whoever was let in as an advocate by hand counts as let in; who may join is not asked again."


def as_json(found: Backtest) -> dict[str, Any]:
    """Our ids with their prefixes, moments as ISO 8601, whole minor units."""
    return {
        "history": _history(found),
        "result": outcome_json(found.result),
        "against": outcome_json(found.against) if found.against else None,
        "changes": changes_json(found.changes) if found.changes else None,
        "explanation": story_json(found.explained) if found.explained else None,
    }


def notes(found: Backtest) -> list[str]:
    """What a reader must know to trust the figures."""
    said = [NOTES[found.source]]
    if found.source == "own":
        said.append(ENROLLED)
    if found.not_replayed:
        parts = ", ".join(f"{verb} ({count})" for verb, count in sorted(found.not_replayed.items()))
        said.append(f"Not replayed, because this version does not know how: {parts}.")
    unknown = found.result.findings.get("unknown_code", 0)
    if unknown:
        said.append(f"{unknown} events brought a code that is nobody's here, and counted without it.")
    if found.result.came_to_nothing:
        parts = ", ".join(f"{verb} ({count})" for verb, count in sorted(found.result.came_to_nothing.items()))
        said.append(f"Came to nothing, because what they were about is not there under this program: {parts}.")
    if found.result.not_spent:
        said.append(f"{_spent_less(found.result)} was used at checkouts that is not there under this program.")
    if found.rejected:
        said.append(f"{len(found.rejected)} lines are no events and were left out; `events import` says why.")
    return said


def _spent_less(outcome: Outcome) -> str:
    """What orders used then and have not here."""
    return ", ".join(money_text(short, unit) for unit, short in sorted(outcome.not_spent.items()))


def _history(found: Backtest) -> dict[str, Any]:
    return {
        "source": found.source,
        "order": found.order,
        "events": found.events,
        "outcomes": dict(sorted(found.outcomes.items())),
        "period": {"from": iso(found.period[0]), "to": iso(found.period[1])} if found.period else None,
        "not_replayed": dict(sorted(found.not_replayed.items())),
        "rejected": [{"line": line, "problem": why} for line, why in found.rejected[:100]],
        "notes": notes(found),
    }


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """The figures of one program; `rewards` and `refusals` as in a report."""
    sums, converted = outcome.sums, outcome.sums.referrals.get("converted", 0)
    total = _total(outcome)
    return {
        "program": outcome.program.slug,
        "name": outcome.program.name,
        "version": outcome.program.version,
        "decisions": outcome.decisions,
        "referrals": dict(sorted(sums.referrals.items())),
        "converted_friends": converted,
        "advocates_with_conversion": sums.advocates,
        "revenue_minor": dict(sorted(sums.revenue.items())),
        "rewards": [dict(zip(REWARD, (*key, *sums.rewards[key]), strict=True)) for key in sorted(sums.rewards)],
        "refusals": dict(sorted(sums.refusals.items())),
        "cost": [
            {"month": month, "kind": kind, "currency": unit, "value_minor": value}
            for (month, kind, unit), value in sorted(sums.cost.items())
            if value
        ],
        "cost_minor": total,
        "cost_per_new_customer_minor": {unit: value / converted for unit, value in total.items()} if converted else {},
        "waiting_minor": {unit: value for unit, value in sorted(sums.waiting.items()) if value},
        "budget": _budget(outcome),
        **({"extended_at": iso(outcome.extended)} if outcome.extended is not None else {}),
        "came_to_nothing": dict(sorted(outcome.came_to_nothing.items())),
        "not_spent_minor": dict(sorted(outcome.not_spent.items())),
    }


def _total(outcome: Outcome) -> dict[str, int]:
    total: dict[str, int] = {}
    for (_, _, unit), value in outcome.sums.cost.items():
        total[unit] = total.get(unit, 0) + value
    return dict(sorted(total.items()))


def _budget(outcome: Outcome) -> dict[str, Any] | None:
    budget = outcome.budget
    if budget is None:
        return None
    ended = outcome.budget_end
    return {
        "currency": budget.unit,
        "total_minor": budget.total,
        "used_minor": outcome.budget_used,
        "ended_at": iso(ended) if ended is not None else None,
    }


def changes_json(changes: Changes) -> dict[str, Any]:
    """Who gains and who loses against the other program."""
    return {
        "gain": {"people": dict(sorted(changes.gain.items())), "value_minor": dict(sorted(changes.more.items()))},
        "lose": {"people": dict(sorted(changes.lose.items())), "value_minor": dict(sorted(changes.less.items()))},
        "same": changes.same,
        "winners": [_change(change) for change in changes.winners],
        "losers": [_change(change) for change in changes.losers],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "person": change.person,
        "currency": change.unit,
        "against_minor": change.before,
        "result_minor": change.after,
        "difference_minor": change.more,
    }


def as_words(found: Backtest) -> str:
    """Paragraphs and tables for a terminal."""
    parts = [_head(found), _counts(found)]
    parts += [_rewards(outcome) for outcome in _both(found)]
    parts += [_costs(outcome) for outcome in _both(found) if outcome.sums.cost]
    parts += [_extended(outcome) for outcome in _both(found) if outcome.extended is not None]
    parts += [_budget_words(outcome) for outcome in _both(found) if outcome.budget is not None]
    if found.changes is not None:
        parts.append(changes_words(found.changes))
    if found.explained is not None:
        parts.append(story_words(found.explained))
    return "\n\n".join(part for part in [*parts, *notes(found)] if part)


def _both(found: Backtest) -> list[Outcome]:
    return [found.result, found.against] if found.against is not None else [found.result]


def _head(found: Backtest) -> str:
    period = f"{iso(found.period[0])} to {iso(found.period[1])}" if found.period else "no events"
    where = "the own database" if found.source == "own" else "the file"
    return f"{found.events:,} events of {where}, {period}"


def _counts(found: Backtest) -> str:
    rows = [
        ["referrals", *(sum(o.sums.referrals.values()) for o in _both(found))],
        ["bound, not converted", *(o.sums.referrals.get("bound", 0) for o in _both(found))],
        ["converted friends", *(o.sums.referrals.get("converted", 0) for o in _both(found))],
        ["refused", *(o.sums.referrals.get("refused", 0) for o in _both(found))],
        ["advocates with a conversion", *(o.sums.advocates for o in _both(found))],
    ]
    return table(["", *_names(found)], rows)


def _names(found: Backtest) -> list[str]:
    names = [outcome.program.name for outcome in _both(found)]
    return [names[0], f"{names[1]} (against)"] if len(names) == 2 else names


def _rewards(outcome: Outcome) -> str:
    rows = [
        [side, kind, state, count, money_text(value, unit)]
        for (side, kind, unit, state), (count, value) in sorted(outcome.sums.rewards.items())
    ]
    if not rows:
        return f"{outcome.program.name}: no rewards"
    return f"{outcome.program.name}\n{table(['side', 'kind', 'state', 'count', 'value'], rows)}"


def _costs(outcome: Outcome) -> str:
    rows = [
        [month, kind, money_text(value, unit)]
        for (month, kind, unit), value in sorted(outcome.sums.cost.items())
        if value
    ]
    converted = outcome.sums.referrals.get("converted", 0)
    each = [
        f"{money_text(value, unit)} in all, {money_text(round(value / converted), unit)} for each new customer"
        for unit, value in _total(outcome).items()
        if converted
    ]
    return "\n".join([f"Cost of {outcome.program.name}", table(["month", "kind", "value"], rows), *each])


def _extended(outcome: Outcome) -> str:
    return f"The scale rule of {outcome.program.name} was met at {iso(outcome.extended or 0)}, and extended it from then on"


def _budget_words(outcome: Outcome) -> str:
    budget = outcome.budget
    if budget is None:
        return ""
    used = f"{money_text(outcome.budget_used, budget.unit)} of {money_text(budget.total, budget.unit)}"
    ended = (
        f"would have run out at {iso(outcome.budget_end)}" if outcome.budget_end is not None else "would have lasted"
    )
    return f"The budget of {outcome.program.name} {ended}: {used} used"


def changes_words(changes: Changes) -> str:
    """The same for a terminal."""
    lines = [
        f"{count} persons gain {money_text(changes.more[unit], unit)}" for unit, count in sorted(changes.gain.items())
    ]
    lines += [
        f"{count} persons lose {money_text(changes.less[unit], unit)}" for unit, count in sorted(changes.lose.items())
    ]
    lines.append(f"{changes.same} persons have the same")
    rows = [
        [c.person, money_text(c.before, c.unit), money_text(c.after, c.unit), money_text(c.more, c.unit)]
        for c in (*changes.winners, *changes.losers)
    ]
    if rows:
        lines.append(table(["person", "against", "result", "difference"], rows))
    return "\n".join(lines)
