"""A simulation as JSON for programs and as words for people."""

from dataclasses import fields
from typing import Any

from passaparola.actions.rehearsal.habits import OWN, Habit
from passaparola.actions.rehearsal.habits_of import LEFT_OUT
from passaparola.actions.rehearsal.simulate import Range, Simulation
from passaparola.domain.instant import DAY
from passaparola.domain.money import money_text
from passaparola.domain.programs.compiled import Program
from passaparola.inbound.cli.output import table

TIMES = frozenset({"comes_after", "buys_after", "again_after"})
NO_GROWTH = "K is below 1: the program brings friends and does not grow by itself. Growth like Dropbox's is not in these habits."
NOT_SURE = (
    "K is 1 or more in some runs and below 1 in others: whether the program grows by itself, these habits do not say."
)
NOT_SHOWN = "Growth by itself is only shown where one's own history has K of 1 or more; these habits are assumed ones."
GROWS = "Even in the low runs each person brings at least one: while that lasts, the program grows by itself, until the market ends it."
UNCHANGED = (
    "A larger or smaller reward changes nobody's habits here: what it would change, only an experiment can tell."
)


def simulation_json(found: Simulation, program: Program) -> dict[str, Any]:
    """Figures as low, middle and high: the 5th, the 50th and the 95th of a hundred runs."""
    dose = found.dose
    return {
        "program": program.slug,
        "people": dose.people,
        "days": dose.days,
        "runs": dose.runs,
        "seed": dose.seed,
        "habits": {f.name: _habit(f.name, getattr(found.habits, f.name)) for f in fields(found.habits)},
        "rests_on": found.rests_on,
        "figures": {name: _range(value) for name, value in found.figures.items()},
        "generations": list(found.generations),
        "grows_by_itself": found.grows,
        "cut_short": found.cut,
        "notes": notes(found),
    }


def notes(found: Simulation) -> list[str]:
    """What a reader must know to trust the figures."""
    own = found.habits.friends.source == OWN
    below = found.figures["k"].high < 1
    said = [GROWS if found.grows else NO_GROWTH if below else NOT_SURE if own else NOT_SHOWN, UNCHANGED]
    if own and (note := found.habits.friends.note):
        said.append(f"{note[:1].upper()}{note[1:]}.")
    if left_out := found.rests_on.get(LEFT_OUT):
        said.append(f"{left_out} lines are no events and were left out; `events import` says why.")
    if found.cut:
        said.append(
            f"{found.cut} runs grew beyond what is simulated and were cut short; their figures are lower bounds."
        )
    return said


def _habit(name: str, habit: Habit) -> dict[str, Any]:
    mean = habit.mean / DAY if name in TIMES else habit.mean
    said = {"mean": mean, "unit": "days" if name in TIMES else "", "values": len(habit.values), "source": habit.source}
    return {**said, "note": habit.note}


def _range(value: Range) -> dict[str, float]:
    return {"low": value.low, "middle": value.middle, "high": value.high}


def simulation_words(found: Simulation, program: Program) -> str:
    """The same for a terminal."""
    dose = found.dose
    head = f"{program.name}: {dose.people:,} people, {dose.days} days, {dose.runs} runs, seed {dose.seed}"
    rows = [[_name(name), *(_text(name, v) for v in (r.low, r.middle, r.high))] for name, r in found.figures.items()]
    habits = [
        [name.replace("_", " "), _mean(name, habit, program.currency), habit.source]
        for name, habit in ((f.name, getattr(found.habits, f.name)) for f in fields(found.habits))
    ]
    sources = sorted(
        {h.note for f in fields(found.habits) if (h := getattr(found.habits, f.name)).note and h.source != OWN}
    )
    parts = [
        head,
        table(["of 100 runs", "the 5th", "the 50th", "the 95th"], rows),
        table(["habit", "mean", "from"], habits),
    ]
    return "\n\n".join([*parts, *sources, *notes(found)])


def _name(name: str) -> str:
    return name.partition(":")[0].replace("_minor", "").replace("_", " ")


def _text(name: str, value: float) -> str:
    _, _, unit = name.partition(":")
    if unit:
        return money_text(round(value), unit)
    return f"{value:.3f}" if name.startswith("k") else f"{value:,.1f}"


def _mean(name: str, habit: Habit, currency: str) -> str:
    if name == "amounts":
        return money_text(round(habit.mean), currency)
    return f"{habit.mean / DAY:.1f} days" if name in TIMES else f"{habit.mean:,.2f}"
