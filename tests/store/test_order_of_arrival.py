"""For one friend the end is the same whatever the order of arrival: every permutation, cut into batches in every way, all told twice.

Each combination is one friend with an advocate of their own, so that thousands of them fit a few commits.
"""

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import pytest

from passaparola.actions.clock import run_clock
from passaparola.actions.events import fold as folding
from passaparola.actions.events import loading as gathering
from passaparola.actions.events import work as working
from passaparola.actions.events.record import Arrival, record_events
from passaparola.domain.events.read import read_event
from passaparola.domain.instant import DAY, iso
from passaparola.domain.referrals.kept import load_state
from passaparola.domain.referrals.state import FriendState, Order
from passaparola.store.read import gather
from passaparola.store.session import Row, reading
from tests.databases import Database, mostly_sqlite
from tests.histories import START, a_workspace
from tests.ledger_clean import assert_books_balance

BOTH_SIDES = """
program: both-sides
name: Both sides
currency: EUR
timezone: Europe/Rome
trigger: first_purchase
rewards:
  - {id: share, side: advocate, kind: store_credit, percent: 10}
  - {id: welcome, side: friend, kind: store_credit, amount: 5.00}
"""
HELD = BOTH_SIDES.replace("percent: 10", "percent: 10, hold_days: 3")
EACH_ORDER = BOTH_SIDES.replace("first_purchase", "purchase")
NOW = START + 20 * DAY
Story = Callable[[int], list[dict[str, Any]]]
Splits = Sequence[tuple[int, ...]]


def at(day: float) -> str:
    return iso(START + int(day * DAY))


def a_story(n: int) -> list[dict[str, Any]]:
    """Ben signs up naming a visit to Ada's link that is told late, buys twice, and gives part of the first order back."""
    ben = f"ben{n}"
    return [
        {"id": f"s{n}", "type": "signup", "at": at(1), "person": ben, "visit": f"v{n}"},
        {
            "id": f"b{n}",
            "type": "purchase",
            "at": at(2),
            "person": ben,
            "order": f"o{n}",
            "amount_minor": 3_333,
            "currency": "EUR",
        },
        {
            "id": f"c{n}",
            "type": "purchase",
            "at": at(3),
            "person": ben,
            "order": f"p{n}",
            "amount_minor": 9_999,
            "currency": "EUR",
        },
        {"id": f"r{n}", "type": "refund", "at": at(4), "order": f"o{n}", "amount_minor": 1_111, "currency": "EUR"},
        {"id": f"v{n}", "type": "visit", "at": at(0), "referred_by": f"ada{n}"},
    ]


def by_two_routes(n: int) -> list[dict[str, Any]]:
    """The first order is told by the shop and by a program of ours, a little later and with the code that the shop does not know."""
    signup, first, second, refund, _ = a_story(n)
    signup.pop("visit")
    ours = {**first, "id": f"x{n}", "source": "api", "at": at(2.001), "referred_by": f"ada{n}"}
    return [signup, {**first, "source": "shop"}, ours, second, refund]


def a_late_visit_to_another(n: int) -> list[dict[str, Any]]:
    """Ben had visited Cara's link after Ada's; an order names Ada's visit again."""
    signup, first, _, refund, visit = a_story(n)
    other = {"id": f"w{n}", "type": "visit", "at": at(0.5), "person": f"ben{n}", "referred_by": f"cara{n}"}
    return [{**signup, "visit": f"w{n}"}, {**first, "visit": f"v{n}"}, refund, visit, other]


def an_own_visit_named_later(n: int) -> list[dict[str, Any]]:
    """Ben visited Ada's link as himself; only his second order names that visit."""
    signup, first, second, refund, visit = a_story(n)
    signup.pop("visit")
    return [signup, first, {**second, "visit": f"v{n}"}, refund, {**visit, "person": f"ben{n}"}]


def a_visit_named_twice(n: int) -> list[dict[str, Any]]:
    """The sign-up and the first order both name the visit that nobody knew as Ben's."""
    signup, first, *others = a_story(n)
    return [signup, {**first, "visit": f"v{n}"}, *others]


def cut(length: int) -> list[tuple[int, ...]]:
    """Every way to cut a row of events into batches: the places where a batch ends."""
    return [tuple(n for n in range(1, length) if mask >> (n - 1) & 1) for mask in range(2 ** (length - 1))]


EVERY_CUT = cut(5)
SOME_CUTS = [(), (1, 2, 3, 4), (2,)]


def tell_in_every_order(workspace: str, story: Story, splits: Splits) -> int:
    """One friend for each permutation and each cut; what they have in their n-th batch goes into the n-th commit. All twice."""
    friends = 0
    batches: list[list[Arrival]] = [[] for _ in range(5)]
    for order in permutations(range(5)):
        for ends in splits:
            arrivals = [Arrival(read_event(raw, now=NOW), NOW) for raw in story(friends)]
            shuffled = [arrivals[place] for place in order]
            for number, (first, last) in enumerate(zip((0, *ends), (*ends, 5), strict=True)):
                batches[number] += shuffled[first:last] * 2
            friends += 1
    for batch in [*batches, *batches]:
        answers = record_events(batch, workspace=workspace)
        assert not [a.failed for a in answers if a.failed]
    return friends


def end_states(workspace: str) -> dict[tuple[Any, ...], list[str]]:
    """Binding, first order and what each side has by the ledger → the friends that ended so."""
    with reading() as session:
        referrals = session.rows(
            "SELECT r.id, p.slug, i.value, a.value, r.touch_kind, r.bound_at, r.status, r.qualifying_minor, r.state FROM store_referral r"
            " JOIN store_identity i ON i.person_id = r.friend_id JOIN store_program p ON p.id = r.program_id"
            " LEFT JOIN store_identity a ON a.person_id = r.advocate_person_id"
            " WHERE r.workspace_id = %(ws)s::uuid AND i.value LIKE 'ben%%' ORDER BY i.value",
            ws=workspace,
        )
        balances = balances_by_referral(session.rows(BALANCES, ws=workspace))
    found: dict[tuple[Any, ...], list[str]] = {}
    for key, program, friend, advocate, kind, bound_at, status, minor, state in referrals:
        concluded = load_state(state).concluded
        number = friend.removeprefix("ben")
        own = (advocate or "nobody").removesuffix(number)
        first = (concluded.first_order or "").removesuffix(number) if concluded else ""
        end = (program, own, kind, bound_at, status, first, minor, balances.get(key, ()))
        found.setdefault(end, []).append(friend)
    return found


BALANCES = (
    "SELECT w.referral_id, w.side, t.unit, SUM(CASE WHEN t.kind IN ('single', 'post') THEN t.amount WHEN t.kind = 'reversal' THEN -t.amount"
    " ELSE 0 END), SUM(CASE WHEN t.kind = 'pending' THEN t.amount WHEN t.kind IN ('post', 'void') THEN -t.amount ELSE 0 END)"
    " FROM store_transfer t JOIN store_reward w ON w.id = t.reward_id WHERE t.workspace_id = %(ws)s::uuid"
    " GROUP BY w.referral_id, w.side, t.unit ORDER BY w.referral_id, w.side, t.unit"
)


def balances_by_referral(rows: list[Row]) -> dict[str, tuple[tuple[Any, ...], ...]]:
    found: dict[str, tuple[tuple[Any, ...], ...]] = {}
    for referral, side, unit, posted, waiting in rows:
        if posted or waiting:
            found[referral] = (*found.get(referral, ()), (side, unit, int(posted), int(waiting)))
    return found


def the_one(workspace: str, friends: int) -> tuple[Any, ...]:
    ends = end_states(workspace)
    assert len(ends) == 1, {end: (len(who), who[:3]) for end, who in ends.items()}
    assert [len(who) for who in ends.values()] == [friends]
    return next(iter(ends))


def test_every_order_and_every_cut_into_batches_ends_the_same(database: Database) -> None:
    workspace = a_workspace(BOTH_SIDES)
    friends = tell_in_every_order(workspace, a_story, EVERY_CUT)
    assert friends == 120 * 16
    _, advocate, kind, _, status, first, minor, balances = the_one(workspace, friends)
    assert (advocate, kind, status, first, minor) == ("ada", "visit", "converted", "o", 3_333)
    assert balances == (("advocate", "EUR", 222, 0), ("friend", "EUR", 333, 0))
    assert_books_balance(workspace)


@mostly_sqlite
@pytest.mark.parametrize(
    ("story", "advocate"),
    [
        (by_two_routes, "ada"),
        (a_late_visit_to_another, "cara"),
        (an_own_visit_named_later, "ada"),
        (a_visit_named_twice, "ada"),
    ],
)
def test_other_histories_end_the_same_in_every_order(database: Database, story: Story, advocate: str) -> None:
    workspace = a_workspace(BOTH_SIDES, EACH_ORDER.replace("both-sides", "each-order"))
    friends = tell_in_every_order(workspace, story, SOME_CUTS)
    ends = end_states(workspace)
    assert sorted(len(who) for who in ends.values()) == [friends, friends], "one end in each of the two programs"
    assert {end[1] for end in ends} == {advocate}
    assert {end[5] for end in ends} == {"o"}
    assert_books_balance(workspace)


def test_with_a_hold_the_end_is_the_same_before_and_after_the_clock_came_by(database: Database) -> None:
    """Day 3 after the first order is over; what was held meanwhile is released with it."""
    workspace = a_workspace(HELD)
    friends = tell_in_every_order(workspace, a_story, SOME_CUTS)
    run_clock(workspace, now=NOW)
    end = the_one(workspace, friends)
    assert end[-1] == (("advocate", "EUR", 222, 0), ("friend", "EUR", 333, 0))
    assert_books_balance(workspace)


def test_while_the_hold_lasts_the_end_is_the_same_too(database: Database) -> None:
    workspace = a_workspace(HELD.replace("hold_days: 3", "hold_days: 30"))
    friends = tell_in_every_order(workspace, a_story, SOME_CUTS)
    end = the_one(workspace, friends)
    assert end[-1] == (("advocate", "EUR", 0, 222), ("friend", "EUR", 333, 0))
    assert_books_balance(workspace)


# -- planted mutants: the same test catches each ------------------------------------------------------------------------------


def arrival_decides_which_is_first(patch: pytest.MonkeyPatch) -> None:
    """`first` is the first to arrive: an order takes its time from a counter."""
    clock = iter(range(NOW, NOW + 10**9))
    real = Order
    patch.setattr(folding, "Order", lambda key, when, *rest: real(key, next(clock) if when else when, *rest))


def late_visits_are_not_looked_for(patch: pytest.MonkeyPatch) -> None:
    """A sign-up that names a visit not yet seen binds nobody, and stays so."""
    for module in (gathering, working):
        patch.setattr(module, "names_a_visit", lambda _: False)


def early_refunds_are_lost(patch: pytest.MonkeyPatch) -> None:
    """A refund before its purchase finds no order, and is forgotten."""
    real = gather.events_by_order

    def only_purchases(*given: Any) -> list[gather.StoredEvent]:
        return [e for e in real(*given) if e.type == "purchase"]

    patch.setattr(gather, "events_by_order", only_purchases)


def the_first_naming_stands(patch: pytest.MonkeyPatch) -> None:
    """State that is kept instead of joined: the moment of a visit is that of the event that named it first."""
    patch.setattr(FriendState, "touch", lambda state, touch: state.touches.setdefault(touch.id, touch))


@mostly_sqlite
@pytest.mark.parametrize(
    ("mutant", "story"),
    [
        (arrival_decides_which_is_first, a_story),
        (late_visits_are_not_looked_for, a_story),
        (early_refunds_are_lost, a_story),
        (the_first_naming_stands, a_visit_named_twice),
    ],
)
def test_a_planted_mutant_is_caught(
    database: Database, monkeypatch: pytest.MonkeyPatch, mutant: Callable[[pytest.MonkeyPatch], None], story: Story
) -> None:
    workspace = a_workspace(BOTH_SIDES)
    mutant(monkeypatch)
    tell_in_every_order(workspace, story, SOME_CUTS)
    ends = len(end_states(workspace))
    assert ends > 1, f"{mutant.__name__} was not caught: {ends} end state"
