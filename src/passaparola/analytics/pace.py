"""Budgets that end within a week at the present rate: what a file's budgets would have left, by what its program gave in the last week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from passaparola.domain.instant import DAY, Instant, iso
from passaparola.domain.programs.compiled import Budget, Program, ProgramStatus
from passaparola.domain.programs.findings import Finding, FindingReason, Wrong
from passaparola.domain.programs.reader import read_document, with_warnings
from passaparola.domain.rewards.pace import SOON, Rate, ends_soon
from passaparola.domain.rewards.periods import this_period
from passaparola.domain.tongue import PLAIN
from passaparola.store.read.catalogue import programs_of, version_numbers
from passaparola.store.read.snapshot import Session, reading
from passaparola.store.read.spending import counted_since

NEVER_LESS = DAY  # a rate of hours says nothing of a week


@dataclass(frozen=True, slots=True)
class Change:
    """How much more or less another file gives than the live one, by unit, as found on history. What is not there stays the same."""

    factors: Mapping[str, Fraction]


_SAME = Change({})


def with_pace(
    text: str,
    program: Program | None,
    findings: Sequence[Finding],
    *,
    workspace: str,
    now: Instant,
    change: Change = _SAME,
    source: str = "program.yaml",
) -> list[Finding]:
    """The findings about a file, with a warning for every budget that would end within a week, where its program has a history here."""
    if program is None or not program.budgets or program.status is ProgramStatus.DRAFT:
        return list(findings)
    with reading() as session:
        key = next((p.key for p in programs_of(session, workspace) if p.slug == program.slug), None)
        launched = _launched(session, workspace, key) if key else None
        if key is None or launched is None:
            return list(findings)
        rates = rates_of(session, workspace, key, launched=launched, now=now)
        used = [_used(session, workspace, key, budget, program.timezone, now) for budget in program.budgets]
    warnings = []
    for number, (budget, gone) in enumerate(zip(program.budgets, used, strict=True)):
        rate = rates.get(budget.unit, Rate(0, SOON))
        spent = int(rate.spent * change.factors.get(budget.unit, Fraction(1)))
        end = ends_soon(budget, gone, Rate(spent, rate.span), now=now, timezone=program.timezone)
        if end is not None:
            warnings.append((_place(text, number), _wrong(budget, gone, spent, rate.span, end)))
    return with_warnings(text, findings, warnings, source)


def rates_of(session: Session, workspace: str, key: str, *, launched: Instant, now: Instant) -> dict[str, Rate]:
    """Unit → what the program gave in the last week, or since its launch where that is later (a day at least)."""
    span = min(SOON, max(NEVER_LESS, now - launched))
    return {unit: Rate(spent, span) for unit, spent in counted_since(session, workspace, key, now - span).items()}


def _launched(session: Session, workspace: str, key: str) -> Instant | None:
    return next((at for _, at in version_numbers(session, workspace, key) if at is not None), None)


def _used(session: Session, workspace: str, key: str, budget: Budget, timezone: str, now: Instant) -> int:
    since = this_period(now, budget.period, timezone) if budget.period else 0
    return counted_since(session, workspace, key, since).get(budget.unit, 0)


def _place(text: str, number: int) -> tuple[str | int, ...]:
    document, _ = read_document(text)
    return ("budget",) if document is not None and document.budget is not None else ("budgets", number)


def _wrong(budget: Budget, used: int, spent: int, span: int, end: Instant) -> Wrong:
    left = PLAIN.money(max(0, budget.total - used), budget.unit)
    given = PLAIN.money(spent, budget.unit)
    return Wrong(
        FindingReason.BUDGET_ENDS_SOON,
        "a budget that lasts longer than a week at the present rate",
        "raise the total, or lower the rewards",
        f"{left} left and {given} given in the last {span // DAY} days: used up on {iso(end)[:10]}",
        "warning",
    )
