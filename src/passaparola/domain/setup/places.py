"""Where a finding of the check belongs: the step and the question that it is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.findings import Finding
from passaparola.domain.programs.reader import read_program
from passaparola.domain.setup.answers import Answers, Step, said
from passaparola.domain.setup.beginnings import Values, reward_name, values_of
from passaparola.domain.setup.document import document_of, keeps
from passaparola.domain.setup.written import written

_PLACES: tuple[tuple[str, Step, str], ...] = (  # the first beginning of a path that fits
    ("program", Step.GOAL, "name"),
    ("name", Step.GOAL, "name"),
    ("currency", Step.GOAL, "currency"),
    ("timezone", Step.GOAL, "timezone"),
    ("goal.target", Step.GOAL, "target"),
    ("goal.factor", Step.GOAL, "target"),
    ("goal.months", Step.GOAL, "months"),
    ("goal", Step.GOAL, "goal"),
    ("access", Step.PEOPLE, "access"),
    ("audience", Step.PEOPLE, "access"),
    ("trigger.min_value", Step.PEOPLE, "min_value"),
    ("trigger", Step.PEOPLE, "trigger"),
    ("economics.order_value", Step.PEOPLE, "order_value"),
    ("economics.margin", Step.PEOPLE, "margin"),
    ("economics", Step.PEOPLE, "order_value"),
    ("launch.staff_briefed", Step.PROMOTION, "staff_briefed"),
    ("launch", Step.PEOPLE, "satisfaction"),
    ("windows.bind_days", Step.LIMITS, "bind_days"),
    ("windows.earn_days", Step.LIMITS, "earn_days"),
    ("caps", Step.LIMITS, "cap_money"),
    ("budget.period", Step.LIMITS, "budget_period"),
    ("budget", Step.LIMITS, "budget"),
    ("landing", Step.CHANNELS, "landing"),
)
_OF_REWARDS = {"amount": "worth", "percent": "worth", "voucher": "worth", "item": "item"}
_OF_STRUCTURES = {
    "structure.every": "every",
    "structure.within_days": "within_days",
    "structure.periods": "periods",
    "structure.tiers[0]": "structure",
    "structure.tiers[1].at": "second_at",
    "structure.tiers[1]": "second_worth",
    "structure.tiers[2].at": "third_at",
    "structure.tiers[2]": "third_worth",
    "structure": "structure",
    "minimum": "least",
    "maximum": "most",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding, with the step and the question that it is about."""

    step: Step
    question: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Draft:
    """What the answers make: the text of the file, its program unless there is an error, and what the check says, where."""

    text: str
    program: Program | None
    findings: tuple[Placed, ...]

    @property
    def errors(self) -> list[Placed]:
        return [placed for placed in self.findings if placed.finding.severity == "error"]

    def of(self, step: Step) -> list[Placed]:
        """What is said about one step."""
        return [placed for placed in self.findings if placed.step is step]


def draft_of(answers: Answers, beginning: str | None, *, now: Instant) -> Draft:
    """The file of the answers, checked. Total: whatever was answered, there is a program, or an error on a step. `beginning` is the text
    of the file from which one began."""
    base = values_of(beginning)
    values = document_of(answers, base)
    text = written(values)
    program, findings = read_program(text, key="0" * 32, version=1, effective_from=now)
    placed = [_placed(finding, answers, base, values) for finding in findings if not _noted(finding, base)]
    return Draft(text, program, tuple(sorted(placed, key=lambda p: list(Step).index(p.step))))


def _noted(finding: Finding, base: Values) -> bool:
    """A remark on a key that the file from which one began has and no question is about."""
    return (
        finding.severity == "warning" and finding.reason.value == "not_yet" and finding.path.partition(".")[0] in base
    )


def _placed(finding: Finding, answers: Answers, base: Values, values: Values) -> Placed:
    path = finding.path
    if path.startswith("rewards"):
        return Placed(*_of_reward(path, answers, base, values["rewards"]), finding)
    for start, step, question in _PLACES:
        if path == start or path.startswith((f"{start}.", f"{start}[")):
            counts = start == "caps" and _counts(path, values)
            return Placed(step, "cap_count" if counts else question, finding)
    return Placed(Step.BEGINNING, "beginning", finding)


def _counts(path: str, values: Values) -> bool:
    """Whether it is the cap on the number of rewards."""
    place = path.partition("[")[2].partition("]")[0]
    caps = values.get("caps") or []
    return place.isdigit() and int(place) < len(caps) and caps[int(place)].get("metric") == "count"


def _of_reward(path: str, answers: Answers, base: Values, rewards: Sequence[Values]) -> tuple[Step, str]:
    place, _, rest = path.removeprefix("rewards[").partition("]")
    rest = rest.removeprefix(".")
    if not place.isdigit() or int(place) >= len(rewards):
        return Step.REWARDS, "rewards" if keeps(answers, base) else "advocate"
    reward = rewards[int(place)]
    if keeps(answers, base):
        name = f"worth-{reward_name(reward)}"
        return Step.REWARDS, name if rest in ("amount", "percent") else "rewards"
    side = str(reward["side"])
    if side == "advocate":
        if rest == "percent" and said(answers, Step.STRUCTURE, "structure") == "share":
            return Step.STRUCTURE, "share"
        for start, question in _OF_STRUCTURES.items():
            if rest.startswith(start):
                return Step.STRUCTURE, question
    for question in ("hold_days", "expires_days"):
        if rest.startswith(question):
            return Step.REWARDS, question
    word = _OF_REWARDS.get(rest.partition(".")[0])
    return Step.REWARDS, f"{side}_{word}" if word else side
