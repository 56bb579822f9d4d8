"""What a report counts, and what it does not."""

from typing import Any

import pytest

from passaparola.actions.people.merge import merge
from passaparola.actions.programs.apply import apply_program
from passaparola.analytics.metrics import CATALOGUE
from passaparola.analytics.report import rate, report
from passaparola.domain.instant import DAY, SECOND
from passaparola.store import session
from passaparola.store.read.catalogue import NoSuchProgram
from tests.databases import Database
from tests.histories import START, a_workspace, example, friend_buys, refund, tell
from tests.shops import asked, person, rows

TEN_PERCENT = """
program: ten
name: Ten
currency: EUR
trigger: {kind: purchase, min_value: 10.00}
rewards:
  - {id: share, side: advocate, kind: store_credit, percent: 10}
  - {id: treat, side: advocate, kind: voucher, structure: {kind: milestone, every: 2}, voucher: {percent: 20}}
caps:
  - {per: advocate, metric: value, max: 25.00, policy: clip}
"""


CODES = "SELECT p.slug, l.code FROM store_sharelink l JOIN store_program p ON p.id = l.program_id"


def day(number: float) -> int:
    return int(number * DAY // SECOND)


def a_story() -> list[dict[str, Any]]:
    """Ada brings Ben and Cid, Ben brings Dan; Mallory brings herself; Eve comes alone."""
    free = {"id": "gift", "type": "purchase", "after": day(1.5), "person": "ben", "amount_minor": 0, "currency": "EUR"}
    return [
        {"id": "share-1", "type": "share", "after": day(0), "person": "ada", "to": "ben", "channel": "mail"},
        {"id": "visit-1", "type": "visit", "after": day(0.5), "referred_by": "ada"},
        *friend_buys("ben", 1, ("o1", 10_000, "EUR"), ("o2", 20_000, "EUR"), ("small", 999, "EUR")),
        free,
        {**free, "id": "o1-again", "after": day(1.6), "order": "o1", "amount_minor": 10_000},
        *friend_buys("cid", 2, ("o3", 5_000, "EUR")),
        refund("o3", 3),
        *friend_buys("dan", 4, ("o4", 3_000, "EUR"), by="ben"),
        *friend_buys("mallory", 5, ("o5", 4_000, "EUR"), by="mallory"),
        {"id": "signup-eve", "type": "signup", "after": day(6), "person": "eve"},
    ]  # fmt: skip


@pytest.fixture
def shop(database: Database) -> str:
    workspace = a_workspace(TEN_PERCENT)
    tell(workspace, a_story())
    return workspace


def line(side: str, kind: str, currency: str, state: str, count: int, value: int) -> dict[str, Any]:
    return {"side": side, "kind": kind, "currency": currency, "state": state, "count": count, "value_minor": value}


def test_a_report_counts_as_the_catalogue_says(shop: str) -> None:
    told = report(shop, "ten")
    period = told.pop("period")
    assert (period["from"][:10], period["to"][:10]) == ("2026-03-01", "2026-03-07")
    assert told.pop("as_of") == len(a_story()) + 1
    assert told == {
        "program": "ten",
        "name": "Ten",
        "status": "active",
        "version": 1,
        "people": 6,
        "shares": 1,
        "sharers": 1,
        "visits": 1,
        "unconfirmed_visits": 0,
        "machine_visits": 0,
        "signups": 5,
        "referred_signups": 3,
        "orders": 7,
        "referred_orders": 5,
        "bound_friends": 3,
        "organic_friends": 0,
        "organic_converted": 0,
        "friends_with_order": 3,
        "converted_friends": 3,
        "conversion_rate": 1.0,
        "revenue_minor": {"EUR": 38_000},
        "rewards": [
            line("advocate", "store_credit", "EUR", "issued", 3, 2_500 + 300),
            line("advocate", "voucher", "VOUCHER", "reversed", 1, 0),
        ],
        "refusals": {"below_minimum_order": 1, "cap_reached": 1, "order_refunded": 1, "self_referral": 1},
        "advocates_with_conversion": 2,
        "top_advocates": [
            {"id": "ada", "converted_friends": 2, "revenue_minor": {"EUR": 35_000}},
            {"id": "ben", "converted_friends": 1, "revenue_minor": {"EUR": 3_000}},
        ],
    }


def test_merged_persons_count_once(shop: str) -> None:
    before = report(shop, "ten")
    assert merge(person(shop, "ada"), duplicate=person(shop, "ben"), asked=asked(shop, 8)).result is not None
    after = report(shop, "ten")
    assert (before["people"], after["people"]) == (6, 5)
    assert after["signups"] == before["signups"], "Ada had not signed up, Ben had: the one person has"
    assert [a["id"] for a in after["top_advocates"]] == ["ada"]
    assert after["advocates_with_conversion"] == 1


def test_currencies_are_kept_apart(database: Database) -> None:
    workspace = a_workspace(TEN_PERCENT.replace("trigger: {kind: purchase, min_value: 10.00}", "trigger: purchase"))
    tell(
        workspace,
        friend_buys("ben", 1, ("o1", 1_000, "EUR"), ("o2", 500, "JPY"), ("o3", 300, "EUR"), ("o4", 70, "JPY")),
    )
    tell(workspace, friend_buys("cid", 2, ("o5", 900, "USD"), by="zoe"))
    told = report(workspace, "ten")
    assert told["revenue_minor"] == {"EUR": 1_300, "JPY": 570, "USD": 900}
    assert told["top_advocates"] == [
        {"id": "ada", "converted_friends": 1, "revenue_minor": {"EUR": 1_300, "JPY": 570}},
        {"id": "zoe", "converted_friends": 1, "revenue_minor": {"USD": 900}},
    ]
    assert {(w["currency"], w["value_minor"]) for w in told["rewards"]} == {("EUR", 130), ("JPY", 57), ("USD", 90)}


def test_the_ten_best_are_ordered_by_friends_then_revenue_then_id(database: Database) -> None:
    workspace = a_workspace(example("give-5-get-5"))
    for n, advocate in enumerate(["b", "a", "Z", "c", "d", "e", "f", "g", "h", "i", "j", "k"]):
        amount = 900 if advocate == "k" else 500
        tell(workspace, friend_buys(f"friend-{n}", n + 1, (f"o{n}", amount, "USD"), by=advocate))
    tell(workspace, friend_buys("one-more", 20, ("more", 100, "USD"), by="j"))
    order = [a["id"] for a in report(workspace, "give-5-get-5")["top_advocates"]]
    assert order == ["j", "k", "Z", "a", "b", "c", "d", "e", "f", "g"]


def test_what_came_through_another_programs_link_is_not_this_ones_and_every_order_is_everyones(shop: str) -> None:
    tell(shop, friend_buys("zoe", 7, by="ada"))
    apply_program(example("give-5-get-5"), workspace=shop, now=START + 8 * DAY, actor="olga")
    tell(shop, [{"id": "ada-again", "type": "share", "after": day(9), "person": "ada", "to": "gus"}])
    (code,) = [c for slug, c in rows(CODES) if slug == "give-5-get-5"]
    before = {slug: report(shop, slug) for slug in ("ten", "give-5-get-5")}
    tell(shop, [{"id": "v", "type": "visit", "after": day(10), "code": code}])
    tell(
        shop,
        [
            {
                "id": "o",
                "type": "purchase",
                "after": day(11),
                "person": "gus",
                "code": code,
                "amount_minor": 700,
                "currency": "USD",
            }
        ],
    )
    after = {slug: report(shop, slug) for slug in before}
    grown = {(slug, key): after[slug][key] - before[slug][key] for slug in before for key in ("visits", "orders")}
    assert grown == {
        ("ten", "visits"): 0,
        ("give-5-get-5", "visits"): 1,
        ("ten", "orders"): 1,
        ("give-5-get-5", "orders"): 1,
    }


def test_a_program_without_events_reports_nothing(database: Database) -> None:
    workspace = a_workspace(TEN_PERCENT)
    told = report(workspace, "ten")
    assert (told["people"], told["period"], told["conversion_rate"], told["rewards"]) == (0, None, None, [])
    with pytest.raises(NoSuchProgram, match="There is: ten"):
        report(workspace, "eleven")


def test_another_workspace_is_not_seen(shop: str) -> None:
    other = a_workspace(TEN_PERCENT, slug="other")
    assert report(other, "ten")["people"] == 0


def test_a_report_takes_the_same_few_statements_however_much_there_is(shop: str) -> None:
    def count() -> int:
        before = session.statements
        report(shop, "ten")
        return session.statements - before

    few = count()
    tell(shop, [e for n in range(20) for e in friend_buys(f"more-{n}", 10 + n, (f"more-{n}", 2_000, "EUR"))])
    assert count() == few
    assert few <= 20


def test_every_metric_of_the_catalogue_is_in_a_report(shop: str) -> None:
    assert {metric.name for metric in CATALOGUE} <= set(report(shop, "ten"))
    assert all(metric.definition.endswith(".") for metric in CATALOGUE)


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(1, 3, 1 / 3), (2, 3, 2 / 3), (0, 5, 0.0), (1, 0, None), (1, 8, 0.125)]
)
def test_a_rate_is_exact_and_none_without_a_whole(part: int, whole: int, expected: float | None) -> None:
    assert rate(part, whole) == expected
