"""What may come of a program: people behave as the history shows, by chance, and every event is decided by the very same engine."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random

from passaparola.actions.rehearsal.habits import OWN, Habits
from passaparola.actions.rehearsal.history import Due, Fact
from passaparola.actions.rehearsal.rehearse import Rehearsal
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.events.event import Event, EventType
from passaparola.domain.instant import DAY, Instant
from passaparola.domain.programs.access import Join
from passaparola.domain.programs.compiled import Program, Trigger
from passaparola.store.read.gather import WorkspaceRow
from passaparola.store.shelf import ShelfFile

BEGIN: Instant = 20_454 * DAY  # 2026-01-01: any day would do
MOST_TIMES = 20  # a run ends when so many people came as there were at the beginning
_KEY = "0" * 31 + "1"
_SIMULATED = frozenset({Trigger.SIGNUP, Trigger.FIRST_PURCHASE, Trigger.PURCHASE})


class UnableToSimulate(ValueError):
    """The program is earned by what is not simulated; the message says what."""


@dataclass(frozen=True, slots=True)
class Dose:
    """How much is simulated: people at the beginning, days, runs, and the seed of chance."""

    people: int = 1000
    days: int = 365
    runs: int = 20
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Range:
    """A figure over all runs: the 5th, the 50th and the 95th of a hundred."""

    low: float
    middle: float
    high: float


@dataclass(slots=True)
class Run:
    """What one run gave. `generations`: how many people came in each, those at the beginning first."""

    came: int = 0
    customers: int = 0
    bound: int = 0  # customers included
    each: float = 0  # friends that one person brings in the end
    cycle_days: float | None = None
    cost: Counter[str] = field(default_factory=Counter)
    revenue: Counter[str] = field(default_factory=Counter)
    generations: Counter[int] = field(default_factory=Counter)
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Simulation:
    """`k`: friends bound to one person who came; `k_customers`: of these, who converted. `cut`: runs that grew beyond what is simulated.

    `grows`: whether the program grows by itself, as far as one's own history shows: even in the low runs each person brings at least one.
    """

    dose: Dose
    habits: Habits
    rests_on: dict[str, int]
    figures: dict[str, Range]
    generations: tuple[float, ...]
    grows: bool
    cut: int


def simulate(program: Program, habits: Habits, dose: Dose, rests_on: dict[str, int]) -> Simulation:
    """Run the program with people at the beginning who bring friends, who bring friends. The same seed gives the same.

    Rewards change nobody's habits here: how a larger one would change them, only an experiment can tell. Raises UnableToSimulate.
    """
    if program.trigger not in _SIMULATED:
        raise UnableToSimulate(f"The program is earned by {program.trigger}; only sign-ups and orders are simulated.")
    runs = [_run(program, habits, dose, Random(f"{dose.seed}:{n}")) for n in range(dose.runs)]  # noqa: S311  chance, no secret
    figures = _figures(runs)
    longest = max(max(run.generations) for run in runs) + 1
    generations = tuple(_middle([run.generations[n] for run in runs]) for n in range(longest))
    grows = habits.friends.source == OWN and figures["k"].low >= 1
    return Simulation(dose, habits, rests_on, figures, generations, grows, sum(run.cut for run in runs))


def _figures(runs: Sequence[Run]) -> dict[str, Range]:
    """K is what everybody who came would bring in the end, times the share of those who came that the program binds, or converts."""
    found = {
        "friends_came": _range([run.came for run in runs]),
        "new_customers": _range([run.customers for run in runs]),
        "k": _range([run.each * run.bound / run.came if run.came else 0 for run in runs]),
        "k_customers": _range([run.each * run.customers / run.came if run.came else 0 for run in runs]),
    }
    cycles = [run.cycle_days for run in runs if run.cycle_days is not None]
    if cycles:
        found["cycle_days"] = _range(cycles)
    for unit in sorted({unit for run in runs for unit in run.cost}):
        found[f"cost_minor:{unit}"] = _range([run.cost[unit] for run in runs])
        each = [run.cost[unit] / run.customers for run in runs if run.customers]
        if each:
            found[f"cost_per_new_customer_minor:{unit}"] = _range(each)
    for unit in sorted({unit for run in runs for unit in run.revenue}):
        found[f"revenue_minor:{unit}"] = _range([run.revenue[unit] for run in runs])
    return found


def _range(values: Sequence[float]) -> Range:
    return Range(*(_percentile(sorted(values), part) for part in (5, 50, 95)))


def _percentile(values: Sequence[float], part: int) -> float:
    """By linear interpolation between the closest ranks."""
    place = (len(values) - 1) * part / 100
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def _middle(values: Sequence[float]) -> float:
    return _percentile(sorted(values), 50)


def _run(program: Program, habits: Habits, dose: Dose, chance: Random) -> Run:
    found = Run()
    with ShelfFile() as file:
        versions = ProgramVersions((program,), program)
        rehearsal = Rehearsal(file, WorkspaceRow(_KEY, 0, 30, 0), {_KEY: versions}, trial=_KEY)
        town = _Town(rehearsal, habits, dose, chance, found)
        town.live()
        sums = rehearsal.figures.sums()
        found.customers = sums.referrals["converted"]
        found.bound = found.customers + sums.referrals["bound"]
        found.each = town.brings / (dose.people + found.came)
        found.revenue = sums.revenue
        for (_, _, unit), value in sums.cost.items():
            found.cost[unit] += value
    return found


@dataclass(slots=True)
class _Town:
    """One run: what happens next is on a heap, by time and then by the order in which it was thought of."""

    rehearsal: Rehearsal
    habits: Habits
    dose: Dose
    chance: Random
    found: Run
    due: list[tuple[Instant, int, Event, int | None]] = field(default_factory=list)
    thought: int = 0
    names: int = 0
    brings: int = 0
    lags: list[int] = field(default_factory=list)

    def live(self) -> None:
        """Begin with people who signed up on the first day, and go on until the days are over."""
        end = BEGIN + self.dose.days * DAY
        for _ in range(self.dose.people):
            self._arrive(BEGIN + self.chance.randrange(DAY), None, 0)
        while self.due and self.due[0][0] < end:
            at, _, event, generation = heappop(self.due)
            if generation is not None:
                if not self._room():
                    continue
                self._came(event, at, generation)
            self.rehearsal.tell(Fact(event, at))
            if self.rehearsal.told % 256 == 0:
                self.rehearsal.trim()
        self.rehearsal.tell(Due(end - 1))
        self.found.cycle_days = sum(self.lags) / len(self.lags) / DAY if self.lags else None

    def _room(self) -> bool:
        there = self.found.came < self.dose.people * (MOST_TIMES - 1)
        self.found.cut = self.found.cut or not there
        return there

    def _think(self, at: Instant, event: Event, generation: int | None = None) -> None:
        self.thought += 1
        heappush(self.due, (at, self.thought, event, generation))

    def _arrive(self, at: Instant, by: str | None, generation: int) -> None:
        self.names += 1
        name = f"p{self.names}"
        named = (("customer_id", by),) if by is not None else ()
        signup = Event("default", f"s{self.names}", EventType.SIGNUP, at, (("customer_id", name),), (), named)
        self._think(at, signup, generation)

    def _came(self, signup: Event, at: Instant, generation: int) -> None:
        """Somebody is here: they may buy, and bring friends."""
        name = signup.person[0][1]
        self.found.generations[generation] += 1
        self.found.came += generation > 0
        self._may_recommend(name, at)
        if generation == 0 or self.habits.buys.draw(self.chance):
            self._buy(name, at, first=generation > 0)
        friends = self.habits.friends.draw(self.chance)
        self.brings += friends
        for _ in range(friends):
            lag = max(1, self.habits.comes_after.draw(self.chance))
            if at + lag < BEGIN + self.dose.days * DAY:
                self.lags.append(lag)
            self._arrive(at + lag, name, generation + 1)

    def _may_recommend(self, name: str, at: Instant) -> None:
        """Where not everybody may recommend, or nobody does without asking, these people were let in."""
        program = self.rehearsal.memory.programs[_KEY].live
        if not program.is_open or program.admission.join is Join.BY_ASKING:
            person = self.rehearsal.work.person((("customer_id", name),), at)
            if person is not None:
                self.rehearsal.work.enrol(program, person, at)

    def _buy(self, name: str, at: Instant, *, first: bool) -> None:
        """Orders of a person. Those who were there at the beginning are customers already: what they buy is not the program's."""
        if not first:
            return
        program = self.rehearsal.memory.programs[_KEY].live
        at += max(1, self.habits.buys_after.draw(self.chance))
        for n in range(self.habits.orders.draw(self.chance)):
            if n:
                at += max(1, self.habits.again_after.draw(self.chance))
            amount = self.habits.amounts.draw(self.chance)
            key = f"o{name}-{n}"
            order = Event(
                "default", key, EventType.PURCHASE, at, (("customer_id", name),), order=key, amount=amount, unit=program.currency,
                item=getattr(program, "item", None) or "",
            )  # fmt: skip
            self._think(at, order)
