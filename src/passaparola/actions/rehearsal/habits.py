"""How people behave, as the history shows it: who brings friends, when they come, whether and what they buy."""

from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from passaparola.actions.events.overlay import MERGED, Case
from passaparola.actions.rehearsal.rehearse import Rehearsal
from passaparola.domain.instant import DAY, Instant
from passaparola.store.shelf import Shelf

KEPT = 5_000  # values of each habit
LEAST_PEOPLE, LEAST_FRIENDS = 100, 20  # fewer say nothing about habits
MOST_OF = 90  # of a hundred friends so many had come when a person has had time to bring theirs
OWN, ASSUMED = "own history", "assumed"
NOBODY_SAYS = "nobody has published it for your firm: our assumption, to be replaced by your own history"
_LIKE = (
    "Rates of this size are quoted for a telecommunications firm from Kumar, Petersen and Leone (2007), How Valuable Is Word of Mouth?,"
    " Harvard Business Review 85(10), from page 139; we have not seen the figures in the article itself, and take them for no fact"
)
BRINGS_ONE = f"our assumption: of 100 people 30 bring one friend each. {_LIKE}"
BUYS = f"our assumption: of 30 friends who come 12 buy. {_LIKE}"
IN_TIME = "how many friends come through one person is counted of people who came so early that nine of ten friends had time to come"
YOUNG = "people who came late in the history had less time to bring somebody than these habits suppose of everybody: K may be higher"


@dataclass(frozen=True, slots=True)
class Habit:
    """Values as they were seen, to draw from with replacement, and where they come from."""

    values: tuple[int, ...]
    source: str
    note: str = ""

    def draw(self, chance: Random) -> int:
        return self.values[chance.randrange(len(self.values))]

    @property
    def mean(self) -> float:
        return sum(self.values) / len(self.values)


@dataclass(frozen=True, slots=True)
class Habits:
    """`friends`: how many come through one person. `comes_after`, `buys_after`: since the advocate came, since the friend came.

    `buys`: 1 or 0 for each friend who came. `orders`: paid orders of a friend who buys; `again_after` between them. Times are
    microseconds, `amounts` minor units.
    """

    friends: Habit
    comes_after: Habit
    buys: Habit
    buys_after: Habit
    orders: Habit
    again_after: Habit
    amounts: Habit


def assumed_habits(order_minor: int) -> Habits:
    """Where there is no history: our assumptions, each marked as such."""
    days = tuple(d * DAY for d in (1, 2, 3, 5, 7, 10, 14, 21, 30, 45))
    return Habits(
        friends=Habit((1,) * 30 + (0,) * 70, ASSUMED, BRINGS_ONE),
        comes_after=Habit(days, ASSUMED, NOBODY_SAYS),
        buys=Habit((1,) * 12 + (0,) * 18, ASSUMED, BUYS),
        buys_after=Habit(days, ASSUMED, NOBODY_SAYS),
        orders=Habit((1,), ASSUMED, NOBODY_SAYS),
        again_after=Habit((30 * DAY,), ASSUMED, NOBODY_SAYS),
        amounts=Habit((order_minor,), ASSUMED, NOBODY_SAYS),
    )


@dataclass(slots=True)
class _Sample:
    """At most KEPT of the values seen, each as likely to be kept as any other."""

    chance: Random
    values: list[int] = field(default_factory=list)
    seen: int = 0

    def add(self, value: int) -> None:
        self.seen += 1
        if len(self.values) < KEPT:
            self.values.append(value)
        elif (place := self.chance.randrange(self.seen)) < KEPT:
            self.values[place] = value


@dataclass(slots=True)
class _Bringing:
    """How many friends some people brought: the numbers above none are sampled."""

    some: _Sample
    people: int = 0
    friends: int = 0

    def add(self, friends: int) -> None:
        self.people += 1
        self.friends += friends
        if friends:
            self.some.add(friends)

    @property
    def says_enough(self) -> bool:
        return self.people >= LEAST_PEOPLE and self.friends >= LEAST_FRIENDS

    def values(self) -> tuple[int, ...]:
        """As they were seen, with as many who brought nobody as there are beside them."""
        share = len(self.some.values) / self.some.seen if self.some.seen else 0
        return (*self.some.values, *(0,) * round((self.people - self.some.seen) * share))


def fit(rehearsal: Rehearsal, unit: str, order_minor: int) -> tuple[Habits, dict[str, int]]:
    """The habits that a history shows, and what they rest on: people, friends who came, friends who bought.

    A habit of which the history says too little is the assumed one, and marked so.
    """
    samples: dict[str, _Sample] = {
        name: _Sample(Random(name))  # noqa: S311  chance, no secret
        for name in ("comes", "buys", "after", "orders", "again", "amounts")
    }
    brought, began = rehearsal.new_shelf("brought"), rehearsal.new_shelf("began")
    for case in rehearsal.memory.cases.values():
        if case.program != rehearsal.stage.trial or case.status == MERGED:
            continue
        came = _came(case)
        if came is None:
            continue
        began[rehearsal.memory.root(case.friend)] = came
        began.trim()
        bound = case.state.concluded
        if bound is not None:
            advocate = rehearsal.memory.root(bound.advocate)
            brought[advocate] = brought.get(advocate, 0) + 1
            brought.trim()
            _friend(case, came, unit, rehearsal, samples)
    everybody, friends = _who_brings(began, brought, (rehearsal.last or 0) - _most_of(samples["comes"].values))
    known = {"people": everybody.people, "friends": everybody.friends, "customers": samples["after"].seen}
    if not everybody.says_enough:
        return assumed_habits(order_minor), known
    return _fitted(samples, friends, order_minor), known


def _most_of(values: list[int]) -> int:
    """Within which time most friends had come since their advocate came."""
    return sorted(values)[(len(values) * MOST_OF - 1) // 100] if values else 0


def _who_brings(began: Shelf, brought: Shelf, until: Instant) -> tuple[_Bringing, Habit]:
    """How many friends each person brought, and the habit that it shows.

    In any history there are more people than friends who came through them: only of those who came by `until`, and so had time, can it be
    one or more. Where most friends came through people of whose own coming nothing is told, everybody counts: of such people only those
    are known who brought somebody.
    """
    everybody, in_time, before = (_Bringing(_Sample(Random("friends"))) for _ in range(3))  # noqa: S311  chance, no secret
    for person, came in began.items():
        count = brought.get(person, 0)
        for found in (everybody, in_time) if came <= until else (everybody,):
            found.add(count)
        brought.trim()
    for advocate, count in brought.items():
        if advocate not in began:
            everybody.add(count)
            before.add(count)
        began.trim()
    if in_time.says_enough and before.friends * 2 <= everybody.friends:
        return everybody, Habit(in_time.values(), OWN, IN_TIME)
    return everybody, Habit(everybody.values(), OWN, YOUNG)


def _fitted(samples: dict[str, _Sample], friends: Habit, order_minor: int) -> Habits:
    other = assumed_habits(order_minor)

    def habit(name: str, instead: Habit) -> Habit:
        values = samples[name].values
        return Habit(tuple(values), OWN) if values else instead

    return Habits(
        friends=friends,
        comes_after=habit("comes", other.comes_after),
        buys=habit("buys", other.buys),
        buys_after=habit("after", other.buys_after),
        orders=habit("orders", other.orders),
        again_after=habit("again", other.again_after),
        amounts=habit("amounts", other.amounts),
    )


def _came(case: Case) -> Instant | None:
    """When somebody came of their own: signed up, or bought."""
    times = [order.at for order in case.state.orders.values()]
    if case.state.signup is not None:
        times.append(case.state.signup[0])
    return min(times, default=None)


def _friend(case: Case, came: Instant, unit: str, rehearsal: Rehearsal, samples: dict[str, _Sample]) -> None:
    bound = case.state.concluded
    advocates = rehearsal.memory.cases.get((case.program, rehearsal.memory.root(bound.advocate))) if bound else None
    began = _came(advocates) if advocates is not None else None
    if began is not None and came > began:
        samples["comes"].add(came - began)
    orders = [order for order in case.state.paid_orders() if order.at >= came]
    samples["buys"].add(1 if orders else 0)
    if not orders:
        return
    samples["after"].add(max(0, orders[0].at - came))
    samples["orders"].add(len(orders))
    for before, after in pairwise(orders):
        samples["again"].add(after.at - before.at)
    for order in orders:
        if order.unit == unit:
            samples["amounts"].add(order.amount)
