"""The report apart for each advocate and each location adds up to the report."""

from typing import Any

import pytest

from passaparola.actions.people.merge import merge
from passaparola.actions.rehearsal.backtest import Trial
from passaparola.analytics import breakdown
from passaparola.analytics.breakdown import advocate_document, by_location, every_advocate, location_document
from passaparola.analytics.report import report
from passaparola.domain.instant import DAY, SECOND
from tests.databases import Database
from tests.histories import a_workspace, friend_buys, tell
from tests.shops import asked, person
from tests.store.test_backtest import assert_gives_the_live_figures

PLACES = """
program: places
name: Places
currency: EUR
trigger: purchase
locations: [centre, station]
rewards:
  - {id: centre, side: advocate, kind: store_credit, amount: 5.00, location: centre}
  - {id: station, side: advocate, kind: store_credit, amount: 2.00, location: station}
"""
EVERYWHERE = """
program: everywhere
name: Everywhere
currency: EUR
trigger: purchase
rewards:
  - {side: advocate, kind: store_credit, amount: 5.00}
"""


def day(number: float) -> int:
    return int(number * DAY // SECOND)


def order(key: str, who: str, at: float, minor: int, place: str = "") -> dict[str, Any]:
    facts = {"facts": {"location": place}} if place else {}
    told = {"id": key, "type": "purchase", "after": day(at), "person": who, "order": key, "amount_minor": minor}
    return {**told, "currency": "EUR", **facts}


@pytest.fixture
def shop(database: Database) -> str:
    workspace = a_workspace(PLACES)
    tell(
        workspace,
        [
            {"id": "share-1", "type": "share", "after": day(0), "person": "ada", "to": {"customer_id": "ben"}},
            *friend_buys("ben", 1),
            order("o1", "ben", 2, 10_000, "centre"),
            order("o2", "ben", 3, 5_001, "station"),
            *friend_buys("cid", 1),
            order("o3", "cid", 2, 700, "centre"),
            order("o4", "cid", 3, 300),
            *friend_buys("dan", 4, by="ben"),
        ],
    )
    return workspace


def test_each_location_has_its_own_friends_orders_and_rewards(shop: str) -> None:
    _, lines = by_location(shop, "places")
    found = {line.location: location_document(line) for line in lines}
    credit = {"kind": "store_credit", "currency": "EUR"}
    assert found == {
        "": {"location": "", "friends": 1, "orders": 1, "revenue_minor": {"EUR": 300}, "rewards": []},
        "centre": {
            "location": "centre",
            "friends": 2,
            "orders": 2,
            "revenue_minor": {"EUR": 10_700},
            "rewards": [{**credit, "count": 2, "value_minor": 1_000}],
        },
        "station": {
            "location": "station",
            "friends": 1,
            "orders": 1,
            "revenue_minor": {"EUR": 5_001},
            "rewards": [{**credit, "count": 1, "value_minor": 200}],
        },
    }
    assert sum(line["orders"] for line in found.values()) == report(shop, "places")["referred_orders"]


def test_what_an_order_without_a_location_earned_is_at_no_location(database: Database) -> None:
    workspace = a_workspace(EVERYWHERE)
    tell(workspace, [*friend_buys("ben", 1), order("o1", "ben", 2, 10_000, "centre"), order("o2", "ben", 3, 5_000)])
    _, lines = by_location(workspace, "everywhere")
    assert {line.location: (line.orders, line.rewards) for line in lines} == {
        "": (1, {("store_credit", "EUR"): (1, 500)}),
        "centre": (1, {("store_credit", "EUR"): (1, 500)}),
    }


def test_an_order_without_a_location_is_where_the_visit_was_that_brought_the_friend(database: Database) -> None:
    """PRG-13: Ben came by a poster in the centre, Cid by a code; what an order tells itself counts before. A backtest says the same."""
    workspace = a_workspace(PLACES)
    poster = {"id": "v", "type": "visit", "after": day(0), "referred_by": "ada", "facts": {"location": "centre"}}
    signup = {"id": "s", "type": "signup", "after": day(1), "person": "ben", "visit": "v"}
    there, elsewhere = order("o1", "ben", 2, 10_000), order("o2", "ben", 3, 5_000, "station")
    tell(workspace, [poster, signup, there, elsewhere, *friend_buys("cid", 1, ("o3", 700, "EUR"))])
    _, lines = by_location(workspace, "places")
    assert {line.location: (line.friends, line.orders, line.rewards) for line in lines} == {
        "": (1, 1, {}),
        "centre": (1, 1, {("store_credit", "EUR"): (1, 500)}),
        "station": (1, 1, {("store_credit", "EUR"): (1, 200)}),
    }
    assert_gives_the_live_figures(workspace, "places", Trial(PLACES), near=1)


def test_each_advocate_has_reach_customers_revenue_and_rewards_and_all_add_up(shop: str) -> None:
    lines = {line.name: advocate_document(line) for line in every_advocate(shop, "places")}
    ada = lines["ada"]
    assert (ada["shares"], ada["friends"], ada["signed_up"], ada["customers"], ada["orders"]) == (1, 2, 2, 2, 4)
    assert ada["revenue_minor"] == {"EUR": 16_001}
    assert ada["rewards"] == [{"kind": "store_credit", "currency": "EUR", "count": 3, "value_minor": 1_200}]
    assert (lines["ben"]["friends"], lines["ben"]["customers"]) == (1, 0)
    whole = report(shop, "places")
    assert sum(line["friends"] for line in lines.values()) == whole["bound_friends"]
    assert sum(line["revenue_minor"].get("EUR", 0) for line in lines.values()) == whole["revenue_minor"]["EUR"]


@pytest.mark.parametrize("page", [1, breakdown.PAGE])
def test_two_records_of_one_advocate_are_one_line_whatever_the_page(
    shop: str, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breakdown, "PAGE", page)
    assert sorted(line.name for line in every_advocate(shop, "places")) == ["ada", "ben"]
    assert merge(person(shop, "ada"), duplicate=person(shop, "ben"), asked=asked(shop, 8)).result is not None
    lines = list(every_advocate(shop, "places"))
    assert [line.name for line in lines] == ["ada"]
    assert sum(line.friends for line in lines) == report(shop, "places")["bound_friends"]
