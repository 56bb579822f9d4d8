"""A plan as JSON for programs and as words for people."""

from typing import Any

from passaparola.actions.rehearsal.backtest import Outcome
from passaparola.actions.rehearsal.plan import Proposal
from passaparola.domain.instant import iso
from passaparola.domain.money import money_text
from passaparola.domain.programs.changes import KeyChange
from passaparola.domain.rewards.change import RewardState
from passaparola.inbound.backtests import as_json as backtest_json
from passaparola.inbound.backtests import changes_words
from passaparola.inbound.cli.findings import finding_row

OWED = frozenset({RewardState.PENDING, RewardState.APPROVED, RewardState.ISSUING, RewardState.ISSUED})


def plan_json(proposal: Proposal, key: str) -> dict[str, Any]:
    """The difference, the findings, and what it would have cost since `since`."""
    effect = backtest_json(proposal.effect)
    return {
        "plan": key,
        "program": proposal.program,
        "live_version": proposal.live_version,
        "changes": [_change(change) for change in proposal.changes],
        "described": list(proposal.described),
        "findings": [finding_row(finding) for finding in proposal.findings],
        "since": iso(proposal.since),
        "cost_effect_minor": _difference(proposal, _cost),
        "liability_effect_minor": _difference(proposal, _owed),
        "effect": effect,
    }


def _change(change: KeyChange) -> dict[str, Any]:
    return {
        "key": change.key,
        "change": change.kind,
        "values": [{"path": v.path, "before": v.before, "now": v.now} for v in change.values],
        "said_before": list(change.said_before),
        "said_now": list(change.said_now),
    }


def _difference(proposal: Proposal, figure: Any) -> dict[str, int]:
    new = figure(proposal.effect.result)
    old = figure(proposal.effect.against) if proposal.effect.against is not None else {}
    found = {unit: new.get(unit, 0) - old.get(unit, 0) for unit in sorted({*new, *old})}
    return {unit: more for unit, more in found.items() if more}


def _cost(outcome: Outcome) -> dict[str, int]:
    found: dict[str, int] = {}
    for (_, _, unit), value in outcome.sums.cost.items():
        found[unit] = found.get(unit, 0) + value
    return found


def _owed(outcome: Outcome) -> dict[str, int]:
    """What people would have and not have used: it waits, or is issued."""
    found: dict[str, int] = {}
    for (_, _, unit, state), (_, value) in outcome.sums.rewards.items():
        if state in OWED:
            found[unit] = found.get(unit, 0) + value
    return found


def plan_words(proposal: Proposal, key: str) -> str:
    """The same for a terminal."""
    live = proposal.live_version
    parts = [
        f"Plan {key} of {proposal.program}, against version {live}"
        if live
        else f"Plan {key}: {proposal.program} is new"
    ]
    parts += ["\n".join(_words(change)) for change in proposal.changes]
    if live is None:
        parts.append("\n".join(proposal.described))
    elif not proposal.changes:
        parts.append("Nothing that counts is changed.")
    parts += ["\n".join(finding.sentence() for finding in proposal.findings)] if proposal.findings else []
    parts.append("\n".join(_effect(proposal)))
    if proposal.effect.changes is not None:
        parts.append(changes_words(proposal.effect.changes))
    return "\n\n".join(parts)


def _words(change: KeyChange) -> list[str]:
    lines = [f"{change.key}: {change.kind}"]
    lines += [f"  {v.path}: {v.before or 'not there'} → {v.now or 'not there'}" for v in change.values]
    lines += [f"  - {line.removeprefix('- ')}" for line in change.said_before]
    return lines + [f"  + {line.removeprefix('- ')}" for line in change.said_now]


def _effect(proposal: Proposal) -> list[str]:
    cost, owed = _difference(proposal, _cost), _difference(proposal, _owed)
    lines = [f"On what came since {iso(proposal.since)} ({proposal.effect.events:,} events):"]
    lines += [f"  cost {_signed(more, unit)}" for unit, more in cost.items()]
    lines += [f"  owed to people {_signed(more, unit)}" for unit, more in owed.items()]
    return lines if cost or owed else [*lines, "  the same cost"]


def _signed(more: int, unit: str) -> str:
    return f"{'+' if more > 0 else ''}{money_text(more, unit)}"
