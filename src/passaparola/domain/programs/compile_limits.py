"""From the file's caps and budgets to those that decide."""

from passaparola.domain import money
from passaparola.domain.programs.compiled import Budget, Cap, CapMetric
from passaparola.domain.programs.document import ProgramDocument
from passaparola.domain.programs.limit_groups import BudgetGroup, CapGroup, sized


def cap_of(cap: CapGroup, program_currency: str) -> Cap:
    """A cap that passed every check."""
    unit, most = None, 0
    if cap.metric is CapMetric.COUNT:
        most = int(cap.max)
    elif cap.metric is CapMetric.QUANTITY:
        unit = cap.unit or ""
        most = sized(cap.max, unit, cap.unit_base) or 0
    else:
        unit = cap.currency or program_currency
        most = money.parse_amount(cap.max, unit)
    return Cap(cap.per, cap.metric, most, unit, cap.policy, cap.period)


def budgets_of(document: ProgramDocument) -> tuple[Budget, ...]:
    """The budget, or the several budgets, of a document that passed every check."""
    found = document.budgets if document.budget is None else [document.budget]
    return tuple(_budget(budget, document.currency) for budget in found)


def _budget(budget: BudgetGroup, program_currency: str) -> Budget:
    unit = budget.currency or program_currency
    total = money.parse_amount(budget.total, unit)
    return Budget(unit, total, budget.alert_percent, budget.period, budget.on_exhausted)
