"""Strategies: programs, and histories of friends in which instants meet, orders are told twice and refunds come first."""

from typing import Any

from hypothesis import strategies as st

from passaparola.domain.instant import DAY
from tests.domain.town import Told

HOUR = DAY // 24
BEGIN = 20_600 * DAY
END = BEGIN + 20 * DAY
ADVOCATES = ("ada", "cara", "dora", "ben")
VISITS = ("v1", "v2")
KINDS = ("invite", "visit", "anonymous", "signup", "order", "order", "refund", "stage", "customer")
TRIGGERS = {  # what a file may say, and whether orders earn it
    "signup": False, "first_purchase": True, "purchase": True, "first_ride_completed": True, "ride_completed": True,
    "{kind: lead_stage, stage: meeting}": False, "contract": False, "content_visit": False,
    "{kind: first_ride_completed, friend_must_be: new_rider}": True,
}  # fmt: skip
STAGES = ("meeting", "contract", "cancelled")
ITEMS = ("", "", "ride")

_instants = st.integers(0, 12).map(lambda n: BEGIN + n * 6 * HOUR)
_advocates = st.sampled_from(ADVOCATES)
_amounts = st.sampled_from((0, 1, 3, 999, 1000, 1001, 3333, 10_000))
_nobody_or = st.one_of(st.just(""), _advocates)
_units = st.sampled_from(("EUR", "EUR", "EUR", "USD"))


@st.composite
def events(draw: st.DrawFn, friend: str = "ben", prefix: str = "") -> list[Told]:
    """Up to nine events of one friend, each with an id of its own; an order's tellings say the same amount."""
    amounts: dict[str, tuple[int, str]] = {}
    return [draw(_event(friend, f"{prefix}e{n}", prefix, amounts)) for n in range(draw(st.integers(1, 9)))]


@st.composite
def _event(draw: st.DrawFn, friend: str, key: str, prefix: str, amounts: dict[str, tuple[int, str]]) -> Told:
    kind = draw(st.sampled_from(KINDS))
    at, order = draw(_instants), prefix + draw(st.sampled_from(("o1", "o2", "o3")))
    if kind in ("invite", "visit"):
        return Told(kind, friend, at, key, advocate=draw(_advocates))
    if kind == "anonymous":
        return Told(kind, "", at, prefix + draw(st.sampled_from(VISITS)), advocate=draw(_advocates))
    if kind == "refund":
        amount = draw(st.one_of(st.none(), _amounts.filter(bool)))
        return Told(kind, friend, at, key, order=order, amount=amount, unit=draw(_units))
    if kind == "customer":
        return Told(kind, friend, at, key, only_date=draw(st.booleans()))
    code, named = draw(_nobody_or), draw(_nobody_or)
    visit = draw(st.sampled_from(("", *(prefix + v for v in VISITS))))
    told: dict[str, Any] = draw(_stages(prefix)) if kind == "stage" else {}
    if kind == "order":
        amount, unit = amounts.setdefault(order, (draw(_amounts), draw(_units)))
        item, facts = draw(st.sampled_from(ITEMS)), draw(st.sampled_from(((), (("plan_price_minor", 6500),))))
        told = {"order": order, "amount": amount, "unit": unit, "item": item, "facts": facts}
    return Told(kind, friend, at, key, code=code, named=named, visit=visit, **told)


@st.composite
def _stages(draw: st.DrawFn, prefix: str) -> dict[str, Any]:
    """A stage, of a deal or of none, its worth told or not."""
    deal, worth = draw(st.sampled_from(("", "", prefix + "d1"))), draw(st.one_of(st.none(), _amounts))
    return {"stage": draw(st.sampled_from(STAGES)), "order": deal, "amount": worth}


def single(history: list[Told]) -> list[Told]:
    """The history with each event id once: a visit's token is one visit."""
    return list({told.id: told for told in history}.values())


@st.composite
def programs(draw: st.DrawFn, *, limits: bool = False, holds: bool = True) -> str:
    """A program file: any trigger, one to three rules, windows, and caps and a budget if asked."""
    lines = ["program: any", "name: Any", "currency: EUR", "timezone: Europe/Rome"]
    trigger = draw(st.sampled_from(tuple(TRIGGERS)))
    by_order = TRIGGERS[trigger]
    written = trigger.strip("{}") if trigger.startswith("{") else f"kind: {trigger}"
    minimum = draw(st.sampled_from(("", ", min_value: 9.99"))) if by_order else ""
    lines.append(f"trigger: {{{written}{minimum}}}")
    if draw(st.booleans()):
        earn = f", earn_days: {draw(st.integers(1, 3))}" if trigger != "signup" else ""
        lines.append(f"windows: {{bind_days: {draw(st.integers(1, 3))}{earn}}}")
    lines.append("rewards:")
    lines += [draw(_rule(n, trigger, holds)) for n in range(draw(st.integers(1, 3)))]
    if limits:
        lines += draw(_limits())
    return "\n".join(lines) + "\n"


FLAT = {"flat": "kind: store_credit, amount: 5.00", "voucher": "kind: voucher, voucher: {percent: 20}"}
SHARES = {
    "percent": "kind: store_credit, percent: 12.5",
    "clamped": "kind: store_credit, percent: 12.5, minimum: 1.00, maximum: 6.00",
    "plan": "kind: store_credit, percent: 12.5, of: plan",
}
ANY_SIDE = {
    "boosted": "kind: store_credit, amount: 5.00, boosts: [{first_day: 2026-05-28, last_day: 2026-05-29, add: 1.01},"
    " {first_day: 05-29, last_day: 01-01, times: 1.5}]",
    "lot": "kind: stock, pick: weighted_random, seed: 'eight or more',"
    " catalogue: [{name: AAA, amount: 2.50, weight: 3}, {name: BBB, amount: 5.00, weight: 1}]",
    "weekend": "kind: store_credit, amount: 4.00, when: 'weekday >= 4'",
    "staged": "kind: store_credit, amount: 3.01, structure: {kind: staged,"
    " parts: [{stage: meeting, percent: 33.33}, {stage: contract, percent: 66.67}]}",
}
LARGE = {"large": "kind: store_credit, percent: 10, when: 'order.amount_minor >= 1000 && order.number < 3'"}
COUNTED = {
    "milestone": "kind: store_credit, amount: 2.00, structure: {kind: milestone, every: 2, repeat: @}",
    "frequency": "kind: store_credit, amount: 3.00, structure: {kind: frequency, every: 2, within_days: 1, repeat: @}",
    "tier": "kind: store_credit, structure: {kind: tier, tiers: [{at: 1, amount: 3.00}, {at: 2, amount: 4.00}]}",
    "second": "kind: store_credit, amount: 4.00, when: 'advocate.converted >= 2'",
}
BY_VALUE = "structure: {kind: tier, by: value, retroactive: @, tiers: [{at: 0, percent: 5}, {at: 20.00, percent: 10}]}"
TOPPED = "structure: {kind: tier, retroactive: true, tiers: [{at: 2, amount: 3.00}, {at: 3, amount: 4.00}]}"


@st.composite
def _rule(draw: st.DrawFn, n: int, trigger: str, holds: bool) -> str:
    by_order, each = TRIGGERS[trigger], trigger == "purchase"
    kinds = {**FLAT, **ANY_SIDE, **COUNTED}
    if by_order:
        kinds |= SHARES | LARGE | {"value": f"kind: store_credit, {BY_VALUE}"}
    if each:
        kinds |= {"recurring": "kind: store_credit, percent: 20, structure: {kind: recurring, periods: 2}"}
    if trigger in ("signup", "first_purchase"):
        kinds |= {"topped": f"kind: store_credit, {TOPPED}"}
    kind = draw(st.sampled_from(tuple(kinds)))
    counted = kind in COUNTED or kind in ("value", "topped")
    side = "advocate" if counted else draw(st.sampled_from(("advocate", "friend")))
    what = kinds[kind].replace("@", draw(st.sampled_from(("true", "false"))))
    hold = f", hold_days: {draw(st.sampled_from((0, 3, 40)))}" if holds else ""
    backs = ("proportional", "keep", "all")
    back = (
        f", on_partial_refund: {draw(st.sampled_from(backs))}" if kind in (FLAT | SHARES) and kind != "voucher" else ""
    )
    return f"  - {{id: r{n}, side: {side}, {what}{hold}{back}}}"


@st.composite
def _limits(draw: st.DrawFn) -> list[str]:
    lines = ["caps:"]
    lines.append(
        f"  - {{per: advocate, metric: value, max: {draw(st.integers(6, 18))}.00, policy: {draw(st.sampled_from(('clip', 'stop')))}}}"
    )
    lines.append(
        f"  - {{per: {draw(st.sampled_from(('advocate', 'friend')))}, metric: count, max: {draw(st.integers(1, 4))}}}"
    )
    return [*lines, f"budget: {{total: {draw(st.integers(18, 40))}.00}}"]
