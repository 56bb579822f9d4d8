"""A simulation: habits from the history, chance from the seed, decisions from the engine, and no growth that is not in the data."""

from dataclasses import fields
from random import Random
from statistics import stdev
from typing import Any

import pytest

from passaparola.actions.rehearsal.backtest import Trial, program_of
from passaparola.actions.rehearsal.habits import ASSUMED, OWN, Habit, Habits, assumed_habits
from passaparola.actions.rehearsal.habits_of import habits_of_lines
from passaparola.actions.rehearsal.simulate import BEGIN, Dose, Simulation, UnableToSimulate, simulate
from passaparola.domain.instant import DAY, SECOND, iso
from tests.histories import example

GIVE = Trial(example("give-5-get-5"))
PROGRAM = program_of(GIVE)
NOTHING = {"people": 0, "friends": 0, "customers": 0}


def habits(friends: tuple[int, ...], source: str = OWN) -> Habits:
    one = Habit((1,), OWN)
    day = Habit((DAY,), OWN)
    return Habits(Habit(friends, source), day, one, day, one, day, Habit((4_000,), OWN))


def run(found: Habits, **dose: Any) -> Simulation:
    return simulate(PROGRAM, found, Dose(**{"people": 50, "days": 60, "runs": 3, **dose}), NOTHING)


def test_the_same_seed_gives_the_same_and_another_seed_another() -> None:
    mixed = habits((0, 0, 1, 3))
    assert run(mixed) == run(mixed)
    assert run(mixed).figures != run(mixed, seed=2).figures


def test_cost_and_revenue_are_what_the_engine_decides() -> None:
    found = run(habits((1, 0)), people=40)
    came, customers = found.figures["friends_came"], found.figures["new_customers"]
    assert customers.high <= came.high
    for low in ("low", "middle", "high"):
        assert getattr(found.figures["cost_minor:USD"], low) == pytest.approx(1000 * getattr(customers, low), abs=1)
        assert getattr(found.figures["revenue_minor:USD"], low) == pytest.approx(4000 * getattr(customers, low), abs=1)


def test_growth_by_itself_is_shown_only_where_k_of_one_came_out_of_the_data() -> None:
    many = run(habits((2,)), people=5, days=20)
    assert many.figures["k"].low == pytest.approx(2)
    assert (many.grows, many.cut) == (True, 3)
    assert not run(habits((2,), ASSUMED), people=5, days=20).grows
    few = run(habits((0, 1)))
    assert few.figures["k"].high < 1
    assert not few.grows
    assert few.generations[0] == 50


def test_without_a_history_every_habit_is_marked_as_our_assumption() -> None:
    found = assumed_habits(5_000)
    every = [getattr(found, field.name) for field in fields(found)]
    assert {habit.source for habit in every} == {ASSUMED}
    assert all("our assumption" in habit.note for habit in every)
    assert found.friends.mean * found.buys.mean == pytest.approx(0.12)


def history(advocates: int, each: int) -> list[dict[str, Any]]:
    """Advocates who sign up, each with friends who come two days later and buy for 30.00 three days after that."""
    events: list[dict[str, Any]] = []
    for n in range(advocates):
        at = BEGIN + n * SECOND
        events.append({"id": f"a{n}", "type": "signup", "at": iso(at), "person": f"a{n}"})
        for m in range(each):
            who = f"f{n}-{m}"
            events.append({"id": who, "type": "signup", "at": iso(at + 2 * DAY), "person": who, "referred_by": f"a{n}"})
            order = {"amount_minor": 3_000, "currency": "USD", "person": who}
            events.append({"id": f"o{who}", "type": "purchase", "at": iso(at + 5 * DAY), **order})
    return events


def test_habits_are_those_of_the_history() -> None:
    found, known = habits_of_lines(GIVE, PROGRAM, lambda: enumerate(history(60, 2), 1), 5_000)
    assert known == {"people": 180, "friends": 120, "customers": 120, "left_out": 0}
    assert found.friends.mean == pytest.approx(120 / 180)
    assert set(found.comes_after.values) == {2 * DAY}
    assert set(found.buys_after.values) == {3 * DAY}
    assert set(found.amounts.values) == {3_000}
    assert {found.friends.source, found.again_after.source} == {OWN, "assumed"}


KNOWN = Habits(
    friends=Habit((0, 0, 0, 0, 0, 0, 1, 1, 2, 3), OWN),
    comes_after=Habit(tuple(day * DAY for day in (1, 2, 4, 8, 20)), OWN),
    buys=Habit((1, 1, 0, 0, 0), OWN),
    buys_after=Habit(tuple(day * DAY for day in (1, 3, 9)), OWN),
    orders=Habit((1, 1, 1, 2, 3), OWN),
    again_after=Habit((10 * DAY, 30 * DAY), OWN),
    amounts=Habit((1_500, 4_000, 9_900), OWN),
)


def behaving(habits: Habits, people: int, seed: int) -> list[dict[str, Any]]:
    """A history of people of these habits, told until nobody brings anybody any more."""
    chance = Random(seed)
    events: list[dict[str, Any]] = []
    coming: list[tuple[int, str | None]] = [(BEGIN + n * SECOND, None) for n in range(people)]
    for n, (at, by) in enumerate(coming):
        who = {"person": f"p{n}"}
        named = {"referred_by": by} if by else {}
        events.append({"id": f"s{n}", "type": "signup", "at": iso(at), **who, **named})
        orders = habits.orders.draw(chance) if by and habits.buys.draw(chance) else 0
        when = at + habits.buys_after.draw(chance)
        for m in range(orders):
            worth = {"amount_minor": habits.amounts.draw(chance), "currency": "USD"}
            events.append(
                {"id": f"o{n}-{m}", "type": "purchase", "at": iso(when), "order": f"o{n}-{m}", **who, **worth}
            )
            when += habits.again_after.draw(chance)
        coming += [(at + habits.comes_after.draw(chance), f"p{n}") for _ in range(habits.friends.draw(chance))]
    return events


def test_fitting_recovers_the_habits_that_made_the_history() -> None:
    """Each mean within four standard errors, and no value that nobody has."""
    told = behaving(KNOWN, people=250, seed=7)
    found, known = habits_of_lines(GIVE, PROGRAM, lambda: enumerate(told, 1), 5_000)
    assert known["people"] == sum(event["type"] == "signup" for event in told)
    for name in (field.name for field in fields(Habits)):
        fitted, true = getattr(found, name), getattr(KNOWN, name)
        assert fitted.source == OWN, name
        assert set(fitted.values) == set(true.values), name
        error = stdev(true.values) / len(fitted.values) ** 0.5
        assert abs(fitted.mean - true.mean) < 4 * error, (name, fitted.mean, true.mean)


def test_who_brought_friends_counts_as_somebody_also_where_nothing_else_is_told_of_them() -> None:
    """A hundred customers of before bring one friend each, and no friend brings any: that does not grow by itself."""
    told = [event for event in history(100, 1) if not event["id"].startswith("a")]
    found, known = habits_of_lines(GIVE, PROGRAM, lambda: enumerate(told, 1), 5_000)
    assert (known["people"], known["friends"], found.friends.mean) == (200, 100, 0.5)
    assert not simulate(PROGRAM, found, Dose(people=50, days=90, runs=3), known).grows


def test_who_had_no_time_yet_does_not_hide_that_each_person_brings_two() -> None:
    """Half of a history that grows came last, and brings nobody within it."""
    told = [
        {"id": f"p{n}", "type": "signup", "at": iso(BEGIN + 2 * DAY * (n.bit_length() - 6)), "person": f"p{n}"}
        | ({"referred_by": f"p{n // 2}"} if n >= 64 else {})
        for n in range(32, 1024)
    ]
    found, known = habits_of_lines(GIVE, PROGRAM, lambda: enumerate(told, 1), 5_000)
    assert (known["people"], known["friends"], found.friends.mean) == (992, 960, 2)
    assert simulate(PROGRAM, found, Dose(people=5, days=9, runs=2), known).grows


def test_what_is_due_by_the_end_of_the_days_is_due() -> None:
    """Nobody brings anybody any more long before the end, so nothing is told after what was held last."""
    held = program_of(Trial(GIVE.document.replace("amount: 5.00", "amount: 5.00\n    hold_days: 7")))
    found = simulate(held, habits((1, 0)), Dose(people=5, days=200, runs=1), NOTHING).figures
    assert found["cost_minor:USD"].middle == 1000 * found["new_customers"].middle > 0


DRAWN = """
program: drawn
name: By chance
currency: EUR
trigger: signup
rewards:
  - side: friend
    kind: cash
    pick: weighted_random
    seed: "0123456789abcdef"
    catalogue: [{name: a, amount: 1.00, weight: 1}, {name: b, amount: 9.00, weight: 1}]
"""


def test_what_is_drawn_falls_the_same_each_time() -> None:
    drawn = program_of(Trial(DRAWN))
    costs = {
        simulate(drawn, habits((1, 0)), Dose(people=50, days=9, runs=1), NOTHING).figures["cost_minor:EUR"]
        for _ in "ab"
    }
    assert len(costs) == 1


def test_too_small_a_history_says_nothing() -> None:
    found, known = habits_of_lines(GIVE, PROGRAM, lambda: enumerate(history(3, 1), 1), 5_000)
    assert (found.friends.source, known["friends"]) == (ASSUMED, 3)


@pytest.mark.parametrize("access", ["{mode: invite_only}", "{mode: open, join: by_asking}"])
def test_a_program_that_only_invited_people_may_recommend_lets_them_in(access: str) -> None:
    invited = program_of(Trial(example("give-5-get-5") + f"access: {access}\n"))
    found = simulate(invited, habits((1,)), Dose(people=10, days=5, runs=2), NOTHING)
    assert found.figures["new_customers"].low > 0


def test_what_is_earned_by_something_else_is_not_simulated() -> None:
    other = program_of(GIVE)
    object.__setattr__(other, "trigger", "stage")
    with pytest.raises(UnableToSimulate, match="stage"):
        simulate(other, habits((1,)), Dose(people=1, runs=1), NOTHING)
