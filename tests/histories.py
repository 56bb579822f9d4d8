"""A workspace with a history in its books: credit, vouchers, holds, refunds, milestones, caps and a budget."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from passaparola.actions.events.record import Arrival, record_events
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.workspaces import ensure_workspace
from passaparola.domain.events.read import read_event
from passaparola.domain.instant import DAY, SECOND, iso, parse_instant
from tests.domain.town import Told

EXAMPLES = Path(__file__).parents[1] / "examples" / "programs"
START = parse_instant("2026-03-01T09:00:00Z")
TWO_FRIENDS = """
program: two-friends
name: Two friends
currency: EUR
trigger: first_purchase
rewards:
  - id: voucher-for-two
    side: advocate
    kind: voucher
    structure: {kind: milestone, every: 2, repeat: true}
    voucher: {percent: 20}
"""
SMALL_BUDGET = """
program: small-budget
name: Small budget
currency: EUR
trigger: purchase
rewards:
  - id: share
    side: advocate
    kind: store_credit
    percent: 10
    hold_days: 14
    expires_days: 30
  - id: thanks
    side: friend
    kind: voucher
    amount: 3.00
caps:
  - {per: advocate, metric: value, max: 20.00, policy: clip}
  - {per: friend, metric: count, max: 2}
budget: {total: 40.00}
"""


def a_workspace(*documents: str, slug: str = "main", now: int = START) -> str:
    """A workspace with these programs live. Several earn beside each other, unless a file says which one comes first."""
    workspace = ensure_workspace(slug=slug, now=now)
    for document in documents if len(documents) == 1 else map(beside_others, documents):
        apply_program(document, workspace=workspace, now=now, actor="olga")
    return workspace


def beside_others(document: str) -> str:
    """The program with `combine: true`, or as it is where it says something of other programs itself."""
    return (
        document
        if re.search("^(combine|precedence):", document, re.MULTILINE)
        else document.rstrip() + "\ncombine: true\n"
    )


def example(name: str) -> str:
    return (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8")


def tell(workspace: str, events: Iterable[dict[str, Any]], *, until_due: bool = True, at_once: int = 1) -> list[str]:
    """Record events, each decided with its own time, `at_once` in a commit. Their outcomes."""
    arrivals = [_arrival(event, until_due) for event in events]
    outcomes: list[str] = []
    for first in range(0, len(arrivals), at_once):
        for answer in record_events(arrivals[first : first + at_once], workspace=workspace):
            assert answer.failed is None, answer.failed
            outcomes += [recorded.outcome for recorded in answer.events]
    return outcomes


def _arrival(event: dict[str, Any], until_due: bool) -> Arrival:
    at = START + event["after"] * SECOND
    told = {name: value for name, value in event.items() if name != "after"}
    read = read_event({"at": iso(at), **told}, now=at)
    return Arrival(read, at, until_due=until_due, trusted_past=until_due)


def friend_buys(name: str, day: int, *orders: tuple[str, int, str], by: str = "ada") -> list[dict[str, Any]]:
    """A friend signs up, named by an advocate, and buys: (order, minor units, currency) each, an hour apart."""
    start = day * DAY // SECOND
    signup = {"id": f"signup-{name}", "type": "signup", "after": start, "person": name, "referred_by": by}
    return [
        signup,
        *(
            {
                "id": f"buy-{order}",
                "type": "purchase",
                "after": start + 3600 * (n + 1),
                "person": name,
                "order": order,
                "amount_minor": minor,
                "currency": currency,
            }
            for n, (order, minor, currency) in enumerate(orders)
        ),
    ]


def refund(order: str, day: int, minor: int | None = None, currency: str = "EUR") -> dict[str, Any]:
    """Money back for an order: all of it, or some."""
    amount = {} if minor is None else {"amount_minor": minor, "currency": currency}
    return {"id": f"refund-{order}-{day}", "type": "refund", "after": day * DAY // SECOND, "order": order, **amount}


def a_full_history(slug: str = "main", at_once: int = 1) -> str:
    """A workspace whose books hold some of everything that events alone can bring about."""
    workspace = a_workspace(example("give-5-get-5"), TWO_FRIENDS, SMALL_BUDGET, slug=slug)
    tell(workspace, a_full_story(), at_once=at_once)
    return workspace


def a_full_story() -> list[dict[str, Any]]:
    """Ada brings four friends and Eva four: refunds, holds that end, one that goes on, credit that expires, a budget that runs out."""
    return [
        *friend_buys("ben", 1, ("o1", 10_000, "EUR"), ("o2", 3_333, "EUR")),
        *friend_buys("cid", 2, ("o3", 2_599, "USD")),
        refund("o1", 3, 2_500),
        *friend_buys("dan", 4, ("o4", 5_000, "EUR")),
        refund("o4", 5),
        *friend_buys("eva", 6, ("o5", 7_777, "GBP"), ("o6", 12_000, "EUR")),
        *friend_buys("fay", 20, ("o7", 9_000, "EUR"), ("o8", 100, "EUR"), ("o9", 100, "EUR"), by="eva"),
        refund("o6", 21, 6_000),
        *friend_buys("gus", 60, ("o10", 20_000, "EUR"), by="eva"),
        *friend_buys("hal", 61, ("o11", 20_000, "EUR"), by="eva"),
        *friend_buys("ivo", 62, ("o12", 2_000, "EUR"), by="eva"),
    ]


def event_of(told: Told) -> dict[str, Any]:
    """What a strategy made, as it is told: `after` the start."""
    after = (told.at - START) // SECOND
    event: dict[str, Any] = {"id": told.id, "after": after, "person": told.friend}
    if told.kind == "invite":
        return {"id": told.id, "after": after, "type": "share", "person": told.advocate, "to": told.friend}
    if told.kind in ("visit", "anonymous"):
        person = {"person": told.friend} if told.kind == "visit" else {}
        return {"id": told.id, "after": after, "type": "visit", "referred_by": told.advocate, **person}
    if told.kind == "customer":
        since = iso(told.at)
        return {**event, "type": "signup", "customer_since": since[:10] if told.only_date else since}
    if told.kind == "refund":
        amount = {} if told.amount is None else {"amount_minor": told.amount, "currency": told.unit}
        return {"id": told.id, "after": after, "type": "refund", "order": told.order, **amount}
    named = {"referred_by": told.named or told.code} if told.named or told.code else {}
    visit = {"visit": told.visit} if told.visit else {}
    facts = {"facts": dict(told.facts)} if told.facts else {}
    if told.kind == "signup":
        return {**event, "type": "signup", **named, **visit, **facts}
    given = {
        "order": told.order,
        "amount_minor": told.amount,
        "currency": told.unit,
        "stage": told.stage,
        "item": told.item,
    }
    if told.amount is None:
        del given["amount_minor"], given["currency"]
    more = {name: value for name, value in given.items() if value not in ("", None)}
    return {**event, "type": "stage" if told.kind == "stage" else "purchase", **named, **visit, **more, **facts}
