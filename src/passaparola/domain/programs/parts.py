"""The parts of a program file that are valid by themselves, so that one bad part does not hide others."""

from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from passaparola.domain.programs.access_groups import AccessGroup, GuardsGroup
from passaparola.domain.programs.contest_groups import ContestGroup
from passaparola.domain.programs.document import RewardGroup, TriggerGroup, WindowsGroup
from passaparola.domain.programs.fields import CurrencyCode
from passaparola.domain.programs.findings import Wrong
from passaparola.domain.programs.goals import EconomicsGroup, GoalGroup, OnboardingGroup
from passaparola.domain.programs.granting import GrantGroup
from passaparola.domain.programs.leaderboard_groups import LeaderboardGroup
from passaparola.domain.programs.limit_groups import BudgetGroup, CapGroup
from passaparola.domain.programs.tree import Path
from passaparola.domain.programs.vocabulary import ProgramType

Placed = tuple[Path, Wrong]
M = TypeVar("M", bound=BaseModel)
_CURRENCY: TypeAdapter[str] = TypeAdapter(CurrencyCode)


@dataclass(frozen=True, slots=True)
class Parts:
    """What could be read. `currency` and the like are None where the file has none that is valid."""

    currency: str | None
    trigger: TriggerGroup | None
    windows: WindowsGroup | None
    rewards: tuple[tuple[Path, RewardGroup], ...]
    caps: tuple[tuple[Path, CapGroup], ...]
    budgets: tuple[tuple[Path, BudgetGroup], ...]
    goal: GoalGroup | None
    economics: EconomicsGroup | None
    onboarding: OnboardingGroup | None
    access: AccessGroup | None
    guards: GuardsGroup | None
    contest: ContestGroup | None
    leaderboard: LeaderboardGroup | None
    contest_written: bool  # whether the file has one, valid or not
    type: ProgramType
    grants: tuple[tuple[Path, GrantGroup], ...]
    locations: tuple[str, ...]
    complete: bool  # every reward of the file is among them


def parts_of(values: Any) -> Parts:
    """The valid parts of a file's values."""
    values = values if isinstance(values, dict) else {}
    rewards = _entries(RewardGroup, values, "rewards")
    written = values.get("rewards")
    return Parts(
        currency=_currency(values.get("currency")),
        trigger=_part(TriggerGroup, values.get("trigger")),
        windows=_part(WindowsGroup, values.get("windows")),
        rewards=rewards,
        caps=_entries(CapGroup, values, "caps"),
        budgets=_budgets(values),
        goal=_part(GoalGroup, values.get("goal")),
        economics=_part(EconomicsGroup, values.get("economics")),
        onboarding=_part(OnboardingGroup, values.get("onboarding")),
        access=_part(AccessGroup, values.get("access")),
        guards=_part(GuardsGroup, values.get("guards")),
        grants=_entries(GrantGroup, values, "grants"),
        contest=_part(ContestGroup, values.get("contest")),
        leaderboard=_part(LeaderboardGroup, values.get("leaderboard")),
        contest_written="contest" in values,
        type=_type(values.get("type")),
        locations=_words(values.get("locations")),
        complete=isinstance(written, list) and len(rewards) == len(written),
    )


def _currency(value: Any) -> str | None:
    try:
        return _CURRENCY.validate_python(value)
    except ValidationError:
        return None


def _type(value: Any) -> ProgramType:
    known = isinstance(value, str) and value in frozenset(ProgramType)
    return ProgramType(value) if known else ProgramType.CUSTOMER


def _words(value: Any) -> tuple[str, ...]:
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else ()


def _budgets(values: dict[str, Any]) -> tuple[tuple[Path, BudgetGroup], ...]:
    """The one below `budget`, then those of the list `budgets`."""
    one = _part(BudgetGroup, values.get("budget"))
    first: tuple[tuple[Path, BudgetGroup], ...] = () if one is None else ((("budget",), one),)
    return first + _entries(BudgetGroup, values, "budgets")


def _part(model: type[M], value: Any) -> M | None:
    try:
        return model.model_validate(value)
    except ValidationError:
        return None


def _entries(model: type[M], values: dict[str, Any], key: str) -> tuple[tuple[Path, M], ...]:
    written = values.get(key)
    read = [_part(model, value) for value in written] if isinstance(written, list) else []
    return tuple(((key, index), entry) for index, entry in enumerate(read) if entry is not None)
