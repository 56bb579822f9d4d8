"""The cascade of the shared data under both shipped programs: the report on both databases is what plain Python makes of the file.

With every run each program and each database once; crosswise with `make gauntlet`.
The file stays where it is; where it is absent these tests say so and are skipped.
"""

import json
import os
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Database, on_both
from tests.journeys.command_line import GIVE_5, ROOT, TEN_PERCENT, said

SHARED = Path(os.environ.get("TEST_SHARED") or ROOT.parent / "shared")
CASCADE = SHARED / "data" / "cascade.jsonl"

pytestmark = [
    on_both,
    pytest.mark.slow,
    pytest.mark.skipif(not CASCADE.exists(), reason=f"{CASCADE} is absent (PASSAPAROLA_SHARED names its folder)"),
]


def minor(amount: str) -> int:
    whole, _, cents = amount.partition(".")
    return int(whole) * 100 + int(cents.ljust(2, "0"))


class Expected:
    """Who brought whom and who bought, computed from the file alone."""

    def __init__(self) -> None:
        events = [json.loads(line) for line in CASCADE.read_text().splitlines()]
        self.kinds = Counter(e["type"] for e in events)
        self.people = {e[k] for e in events for k in ("person", "to", "referred_by") if k in e}
        self.period = {"from": min(e["at"] for e in events), "to": max(e["at"] for e in events)}
        self.signups = {e["person"]: e for e in events if e["type"] == "signup"}
        self.orders: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
        for e in events:
            if e["type"] == "purchase":
                self.orders[e["person"]].append((e["at"], e["id"], minor(e["amount"])))
        self.invited: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for e in events:
            if e["type"] == "share":
                self.invited[e["to"]].append((e["at"], e["id"], e["person"]))
        self.bound = {p: b for p in sorted(self.people) if (b := self.bind(p))}

    def bind(self, friend: str) -> tuple[str, str, str] | None:
        """(advocate, at, id of the event that bound): named at the sign-up before invited; never after an order that was paid."""
        signup = self.signups.get(friend)
        came = [(at, key) for at, key, _ in self.orders[friend]] + ([(signup["at"], signup["id"])] if signup else [])
        if not came:
            return None
        arrival = min(came)
        named = signup["referred_by"] if signup and "referred_by" in signup else None
        candidates = [named] if signup and named and arrival == (signup["at"], signup["id"]) else []
        candidates += [by for at, _, by in sorted(self.invited[friend]) if at <= arrival[0]]
        if winner := next((by for by in candidates if by != friend), None):
            return winner, *arrival
        paid_before = any(
            amount and signup and (at, key) < (signup["at"], signup["id"]) for at, key, amount in self.orders[friend]
        )
        if signup and named and named != friend and not paid_before:
            return named, signup["at"], signup["id"]
        return None

    def first_paid(self, friend: str) -> int | None:
        _, at, key = self.bound[friend]
        paid = sorted(o for o in self.orders[friend] if o[2] > 0 and o[:2] >= (at, key))
        return paid[0][2] if paid else None

    def report(self) -> dict[str, Any]:
        converted = {f: amount for f in self.bound if (amount := self.first_paid(f)) is not None}
        signed_up = [f for f in self.bound if f in self.signups]
        by_advocate: dict[str, list[int]] = defaultdict(list)
        for friend, amount in converted.items():
            by_advocate[self.bound[friend][0]].append(amount)
        top = sorted(by_advocate.items(), key=lambda a: (-len(a[1]), -sum(a[1]), a[0]))[:10]
        return {
            "period": self.period,
            "people": len(self.people),
            "shares": self.kinds["share"],
            "sharers": len({by for invited in self.invited.values() for _, _, by in invited}),
            "visits": 0,
            "unconfirmed_visits": 0,
            "machine_visits": 0,
            "signups": len(self.signups),
            "referred_signups": len(signed_up),
            "orders": self.kinds["purchase"],
            "referred_orders": sum(1 for f in self.bound for o in self.orders[f] if o[2] > 0),
            "bound_friends": len(self.bound),
            "organic_friends": 0,
            "organic_converted": 0,
            "friends_with_order": sum(1 for f in self.bound if any(o[2] > 0 for o in self.orders[f])),
            "converted_friends": len(converted),
            "conversion_rate": len(converted) / len(signed_up),
            "revenue_minor": {"USD": sum(converted.values())},
            "refusals": {},  # an invitation to somebody who had come already is no claim
            "advocates_with_conversion": len(by_advocate),
            "top_advocates": [
                {"id": who, "converted_friends": len(sums), "revenue_minor": {"USD": sum(sums)}} for who, sums in top
            ],
            "first_orders": list(converted.values()),
        }


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return Expected().report()


def credit(side: str, count: int, value: int) -> dict[str, Any]:
    return {
        "side": side,
        "kind": "store_credit",
        "currency": "USD",
        "state": "issued",
        "count": count,
        "value_minor": value,
    }


@pytest.mark.parametrize(
    ("database_template", "file", "slug"),
    [
        pytest.param("sqlite", GIVE_5, "give-5-get-5", id="sqlite-give-5", marks=pytest.mark.gauntlet),
        pytest.param("postgres", GIVE_5, "give-5-get-5", id="postgres-give-5", marks=pytest.mark.postgres),
        pytest.param("sqlite", TEN_PERCENT, "ten-percent", id="sqlite-ten-percent"),
        pytest.param(
            "postgres",
            TEN_PERCENT,
            "ten-percent",
            id="postgres-ten-percent",
            marks=[pytest.mark.postgres, pytest.mark.gauntlet],
        ),
    ],
    indirect=["database_template"],
)
def test_the_report_on_the_cascade_is_what_the_file_says(
    database: Database, expected: dict[str, Any], file: Path, slug: str
) -> None:
    said("program", "apply", file)
    imported = said("events", "import", CASCADE, "--program", slug)
    assert (imported["recorded"], imported["rejected"], imported["conflicts"]) == (25_989, 0, 0)
    report = said("report", "--program", slug)
    orders = expected["first_orders"]
    if slug == "give-5-get-5":
        rewards = [credit("advocate", len(orders), 500 * len(orders)), credit("friend", len(orders), 500 * len(orders))]
    else:
        shares = [(amount + 5) // 10 for amount in orders]
        rewards = [credit("advocate", sum(1 for s in shares if s), sum(shares))]
    head = {"program": slug, "name": report["name"], "status": "active", "version": 1, "as_of": report["as_of"]}
    assert report == {**head, **{k: v for k, v in expected.items() if k != "first_orders"}, "rewards": rewards}

    balance = said("ledger", "trial-balance")
    assert balance["balanced"] is True
    assert [(u["unit"], u["difference"], u["debit"]) for u in balance["units"]] == [
        ("USD", 0, sum(r["value_minor"] for r in rewards))
    ]
    assert said("ledger", "verify") == {"ok": True, "violations": []}

    again = said("events", "import", CASCADE, "--program", slug)
    assert (again["recorded"], again["duplicates"], again["changed"]) == (0, 25_989, False)
    assert said("report", "--program", slug) == report
