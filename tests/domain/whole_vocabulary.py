"""Strategies over the whole vocabulary: programs with every structure, kind, limit and condition, and histories of every kind of event.

A program is drawn as values. What the check refuses is taken out of them, finding by finding, until it is a program: so the strategy need
not know what goes together, and every combination that the check lets through is tried.
"""

import re
from copy import deepcopy
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from passaparola.domain.programs import Finding, FindingReason
from passaparola.domain.programs.tree import Plain
from passaparola.domain.programs.triggers import Earning
from passaparola.domain.rewards.kinds import KINDS
from passaparola.domain.values import replace
from tests.domain.histories import events, single
from tests.domain.program_files import read
from tests.domain.spoiling import text_of, tree_of
from tests.domain.town import Told

Values = dict[str, Plain]
MISSING = {FindingReason.MISSING_KEY, FindingReason.AMOUNT_OR_PERCENT}

CONDITIONS = (
    "weekday >= 4",
    "order.amount_minor >= 1000 && order.number < 3",
    "advocate.converted >= 2",
    'stage == "contract"',
)
STRUCTURES: tuple[Values, ...] = (
    {"kind": "milestone", "every": 2, "repeat": False}, {"kind": "milestone", "every": 2},
    {"kind": "frequency", "every": 2, "within_days": 2},
    {"kind": "tier", "tiers": [{"at": 1, "amount": 3}, {"at": 2, "amount": 4}]},
    {"kind": "tier", "retroactive": True, "tiers": [{"at": 2, "amount": 3}, {"at": 3, "amount": 4}]},
    {"kind": "tier", "tiers": [{"at": 1, "percent": 5}, {"at": 2, "percent": 10}]},
    {"kind": "tier", "by": "value", "retroactive": True, "tiers": [{"at": 1, "percent": 5}, {"at": 20, "percent": 10}]},
    {"kind": "recurring", "periods": 2}, {"kind": "recurring"}, {"kind": "bonus", "every": 2, "bonus": 2},
    {"kind": "staged", "parts": [{"stage": "meeting", "percent": 33}, {"stage": "contract", "percent": 67}]},
)  # fmt: skip
BOOSTS: tuple[Values, ...] = (
    {"first_day": "2026-05-28", "last_day": "2026-05-29", "add": 1}, {"first_day": "05-29", "last_day": "01-01", "times": 2},
    {"first_day": "2026-05-01", "last_day": "2026-06-29", "add_percent": 5},
)  # fmt: skip
PRIZES: list[Plain] = [{"name": "AAA", "amount": 2, "weight": 3}, {"name": "BBB", "amount": 5, "weight": 1}]
FURTHER: dict[str, tuple[Plain, ...]] = {
    "of": ("plan", "deal", "ltv"), "when": CONDITIONS, "boosts": tuple([boost] for boost in BOOSTS), "minimum": (1, 2), "maximum": (3, 6),
    "currency": ("USD",), "item": ("Tote bag",), "fulfil": ("after_hold", "approval", "claim", "batch"),
    "use": ("next_purchase", "first_order"),
    "stock": (1, 2), "fallback": ("r0", "r1"), "choice": ("one",), "applied": ("on_link_open",), "ends": ({"months": 1},),
    "points_per_currency_unit": (10,), "personal": (["size"],), "hold_days": (3, 40), "expires_days": (2, 365),
    "voucher": ({"percent": 20, "max_discount": 9}, {"min_order": 9}), "on_partial_refund": ("keep", "all"),
}  # fmt: skip


@st.composite
def rewards(draw: st.DrawFn, number: int, limits: bool) -> Values:
    """One promise, of any kind, with up to four further keys."""
    kind = draw(st.sampled_from(tuple(KINDS)))
    found: Values = {
        "id": f"r{number}",
        "side": draw(st.sampled_from(("advocate", "advocate", "friend"))),
        "kind": str(kind),
    }
    if KINDS[kind].names_unit:
        found["unit"] = "MB"
    worth = draw(st.sampled_from(("amount", "amount", "percent", "structure", "structure", "draw")))
    if worth == "draw":
        found |= {"pick": "weighted_random", "seed": "eight or more", "catalogue": PRIZES}
    if worth == "structure":
        structure = draw(st.sampled_from(STRUCTURES))
        found["structure"] = structure
        worth = "" if "tiers" in structure else "amount"
    if worth in ("amount", "percent"):
        found[worth] = draw(st.integers(1, 12))
    further = [key for key in FURTHER if limits or key not in ("stock", "fallback", "choice")]
    for key in draw(st.lists(st.sampled_from(further), max_size=4, unique=True)):
        found[key] = draw(st.sampled_from(FURTHER[key]))
    return found


@st.composite
def limits_of(draw: st.DrawFn) -> Values:
    """Up to three caps and two budgets of any kind."""
    caps: list[Plain] = []
    for _ in range(draw(st.integers(0, 3))):
        metric = draw(st.sampled_from(("value", "count", "quantity")))
        cap: Values = {"per": draw(st.sampled_from(("advocate", "friend", "referral", "program"))), "metric": metric}
        cap |= {"max": draw(st.integers(1, 20)), "policy": draw(st.sampled_from(("clip", "stop", "queue")))}
        caps.append(cap | ({"unit": "MB"} if metric == "quantity" else {}) | draw(_period()))
    budgets: list[Plain] = []
    for currency in draw(st.lists(st.sampled_from(("EUR", "USD")), max_size=2, unique=True)):
        budget: Values = {"total": draw(st.integers(12, 40)), "currency": currency}
        budgets.append(budget | {"on_exhausted": draw(st.sampled_from(("stop", "queue")))} | draw(_period()))
    return {key: value for key, value in (("caps", caps), ("budgets", budgets)) if value}


@st.composite
def _period(draw: st.DrawFn) -> Values:
    period = draw(st.sampled_from(("", "", "day", "week", "month", "quarter", "year")))
    return {"period": period} if period else {}


@st.composite
def any_program(draw: st.DrawFn, *, limits: bool = True) -> str:
    """A program of any of the words there are."""
    often = st.sampled_from((Earning.SIGNUP, Earning.FIRST_PURCHASE, Earning.PURCHASE, Earning.PURCHASE))
    trigger: Values = {
        "kind": str(draw(st.one_of(often, st.sampled_from([e for e in Earning if e is not Earning.GRANT]))))
    }
    further: dict[str, Plain] = {"min_value": 9, "item": "ride", "stage": "meeting", "friend_must_be": "new_rider"}
    if draw(st.integers(0, 3)) == 0:
        trigger |= {
            key: further[key] for key in draw(st.lists(st.sampled_from(tuple(further)), max_size=2, unique=True))
        }
    if trigger["kind"] == Earning.LEAD_STAGE:
        trigger["stage"] = "meeting"
    values: Values = {"program": "any", "name": "Any", "currency": "EUR", "timezone": "Europe/Rome", "trigger": trigger}
    if draw(st.booleans()):
        values["windows"] = {"bind_days": draw(st.integers(1, 3)), "earn_days": draw(st.integers(1, 3))}
    values["rewards"] = [draw(rewards(n, limits)) for n in range(draw(st.integers(1, 3)))]
    values |= draw(limits_of()) if limits else {}
    values |= {"attribution": draw(st.sampled_from(("last_touch", "first_touch")))}
    return mended(values)


def mended(values: Values) -> str:
    """The values as a program: what the check refuses is taken out."""
    values = deepcopy(values)
    for _ in range(20):
        text = text_of(tree_of(values))
        program, findings = read(text)
        if program is not None:
            return text
        _take_out(values, next(f for f in findings if f.severity == "error"))
    assume(not values)
    return ""


def _take_out(values: Values, finding: Finding) -> None:
    """What a finding names; where something is lacking, the group that lacks it."""
    steps: list[Any] = [int(step) if step.isdigit() else step for step in re.findall(r"\w+", finding.path)]
    if finding.reason in MISSING and not isinstance(steps[-1], int):
        steps.pop()
    while len(steps) > 1:
        at: Any = values
        for step in steps[:-1]:
            at = at[step]
        if isinstance(at, list) or steps[-1] in at:
            del at[steps[-1]]
            return
        steps.pop()
    assume(steps[0] in values and steps[0] not in ("rewards", "trigger"))
    del values[steps[0]]


# -- histories ----------------------------------------------------------------------------------------------------------------

FACTS = (("deal_minor", 70_000), ("ltv_minor", 9_900), ("plan_price_minor", 6_500), ("tier", "gold"))
STAGES = ("verified", "approved", "hired", "contract", "meeting", "cancelled")


@st.composite
def any_history(draw: st.DrawFn, friend: str) -> list[Told]:
    """Events of one friend of every type: any item, any stage, any facts."""
    return [draw(_with_facts(told)) for told in single(draw(events(friend, friend)))]


@st.composite
def _with_facts(draw: st.DrawFn, told: Told) -> Told:
    if told.kind == "order":
        return replace(told, item=draw(st.sampled_from(("", "ride", "invoice", "stay"))), facts=draw(_facts()))
    if told.kind == "stage" and told.stage != "cancelled":
        return replace(told, stage=draw(st.sampled_from(STAGES)), facts=draw(_facts()))
    return told


def _facts() -> st.SearchStrategy[tuple[tuple[str, str | int | bool], ...]]:
    return st.sampled_from(((), FACTS, FACTS[2:3]))
