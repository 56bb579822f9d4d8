"""Strategies over the whole vocabulary: programs with every structure, kind, limit and condition, and histories of every kind of event.

A program is drawn as values. What the check refuses is taken out of them, finding by finding, until it is a program: so the strategy need
not know what goes together, and every combination that the check lets through is tried.
"""

import re
from copy import deepcopy
from decimal import Decimal
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
    "stock": (1, 2), "choice": ("one",), "applied": ("on_link_open",), "ends": ({"months": 1},),
    "points_per_currency_unit": (10,), "personal": (["size"],), "hold_days": (3, 40), "expires_days": (2, 365),
    "voucher": ({"min_order": 9},), "on_partial_refund": ("keep", "all"),
}  # fmt: skip
WHOLE: tuple[Values, ...] = (  # rewards that go together in one way only
    {"kind": "voucher", "voucher": {"percent": 20, "max_discount": 9, "min_order": 9}},
    {"kind": "percent_discount", "side": "friend", "voucher": {"percent": 10}, "applied": "on_link_open"},
    {"kind": "exclusive_access", "amount": 1, "item": "Spring", "opens": "2026-06-10", "early_days": 7},
    {"kind": "points", "amount": 5, "points_per_currency_unit": 10}, {"kind": "store_credit", "percent": 10, "minimum": 1, "maximum": 3},
    {"kind": "store_credit", "amount": 2, "location": "centre"}, {"kind": "gift", "amount": 1, "item": "Mug", "stock": 1, "fallback": "r0"},
    {"kind": "store_credit", "percent": 10, "boosts": [{"name": "May", "first_day": "05-20", "last_day": "06-29", "add_percent": 5}]},
)  # fmt: skip
PRIZES_WON: tuple[Values, ...] = (
    {"id": "p0", "side": "winners", "place": 1, "kind": "gift_card", "amount": 5, "hold_days": 3},
    {"id": "p1", "side": "winners", "place": 1, "to_place": 3, "kind": "store_credit", "amount": 3},
)
CONTEST: dict[str, tuple[Plain, ...]] = {
    "period": ("day", "week", "month"), "by": ("count", "value"), "least": (1, 2), "ties": ("first", "share"), "wait_days": (0, 2),
}  # fmt: skip
GRANTS: tuple[Values, ...] = (
    {"id": "g0", "when": "person.orders >= 2", "reward": "r0", "reason": "Two orders"},
    {"id": "g1", "when": "person.nps >= 9", "reward": "r0", "reason": "So pleased", "again": "day"},
)
MORE_TIERS: Values = {"reward": "r0", "tiers": [{"at": 1, "amount": 4}, {"at": 3, "amount": 9}]}
MORE_SHARES: Values = {"reward": "r0", "tiers": [{"at": 1, "percent": 4}, {"at": 3, "percent": 9}]}
MORE_BUDGET: Values = {"total": 60, "currency": "EUR", "period": "week", "alert_percent": 50, "on_exhausted": "queue"}
SCALE: dict[str, tuple[Plain, ...]] = {
    "days": (30,), "least_friends": (2,), "budget": (MORE_BUDGET,), "audience": ("person.orders >= 1",),
    "tiers": ([MORE_TIERS], [MORE_SHARES]),
}  # fmt: skip
TO_PRICE: Values = {"reward_to_price": {"min": Decimal("0.1"), "max": Decimal("0.5")}}
BY_SEGMENT: Values = {"by_segment": [{"segment": "b2b", "bind_days": 2, "earn_days": 3}]}
OF_TRIGGER: Values = {"min_value": 9, "item": "ride", "stage": "meeting", "friend_must_be": "new_rider"}
BESIDES: dict[str, tuple[Plain, ...]] = {  # what stands beside the rewards
    "type": ("saas",), "status": ("draft",), "subject": ("candidate", "rider"), "language": ("it",), "combine": (True,), "precedence": (7,),
    "access": (
        {"mode": "invite_only", "join": "by_asking", "token": "single_use", "expires_days": 9},
        {"mode": "segment", "segment": {"top_percent": 10, "by": "orders"}}, {"mode": "segment", "segment": {"named": "b2b"}},
    ),
    "audience": ("person.nps >= 9",), "backfill": ({"rewards": True},), "locations": (["centre", "harbour"],), "windows": (BY_SEGMENT,),
    "goal": ({"kind": "multiply_base", "factor": 2, "months": 15}, {"kind": "sales", "target": 5, "deadline": "2027-02-28"}),
    "economics": (
        {"order_value": 9, "margin": 40, "plan_price": 9, "least_percent": 1, "most_percent": 90},
        {"deal_value": 900, "lifetime_value": 99},
    ),
    "guards": (TO_PRICE,), "launch": ({"satisfaction_known": True, "staff_briefed": False},),
    "leaderboard": ({"period": "month", "by": "referrals", "size": 3, "rewards": True, "others": "hidden"},),
    "onboarding": ({"stages": 3, "referral_step": 3},), "landing": ({"url": "https://shop.example/", "hosts": ["blog.shop.example"]},),
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
    if draw(st.integers(0, 7)) == 0:
        return found | draw(st.sampled_from([one for one in WHOLE if limits or "stock" not in one]))
    if KINDS[kind].names_unit:
        found["unit"] = "MB"
    worth = draw(st.sampled_from(("amount", "amount", "percent", "structure", "structure", "structure", "draw")))
    if worth == "draw":
        found |= {"pick": "weighted_random", "seed": "eight or more", "catalogue": PRIZES}
    if worth == "structure":
        structure = draw(st.sampled_from(STRUCTURES))
        found |= {"structure": structure, "side": "advocate"}
        worth = "" if "tiers" in structure else "amount"
    if worth in ("amount", "percent"):
        found[worth] = draw(st.integers(1, 12))
    further = [key for key in FURTHER if limits or key not in ("stock", "choice")]
    for key in draw(st.lists(st.sampled_from(further), max_size=4, unique=True)):
        found[key] = draw(st.sampled_from(FURTHER[key]))
    return found


COUNTED_IN: dict[str, tuple[Values, ...]] = {
    "value": ({}, {"currency": "USD"}), "count": ({},), "quantity": ({"unit": "MB"}, {"unit": "MB", "max": "1 GB", "unit_base": 1024}),
}  # fmt: skip


@st.composite
def limits_of(draw: st.DrawFn) -> Values:
    """Up to three caps and two budgets of any kind."""
    caps: list[Plain] = []
    for _ in range(draw(st.integers(0, 3))):
        metric = draw(st.sampled_from(("value", "count", "quantity")))
        cap: Values = {"per": draw(st.sampled_from(("advocate", "friend", "referral", "program"))), "metric": metric}
        cap |= {"max": draw(st.integers(1, 20)), "policy": draw(st.sampled_from(("clip", "stop", "queue")))}
        caps.append(cap | draw(st.sampled_from(COUNTED_IN[metric])) | draw(_period()))
    budgets: list[Plain] = []
    for currency in draw(st.lists(st.sampled_from(("EUR", "USD")), max_size=2, unique=True)):
        budget: Values = {
            "total": draw(st.integers(12, 40)),
            "currency": currency,
            "alert_percent": draw(st.sampled_from((50, 80))),
        }
        budgets.append(budget | {"on_exhausted": draw(st.sampled_from(("stop", "queue")))} | draw(_period()))
    if len(budgets) == 1 and draw(st.booleans()):
        return {key: value for key, value in (("caps", caps), ("budget", budgets[0])) if value}
    return {key: value for key, value in (("caps", caps), ("budgets", budgets)) if value}


@st.composite
def _period(draw: st.DrawFn) -> Values:
    period = draw(st.sampled_from(("", "", "day", "week", "month", "quarter", "year")))
    return {"period": period} if period else {}


# Where what is drawn seldom stands in a file, beside what every few programs have.
SELDOM: tuple[tuple[str, Plain], ...] = (
    *(("rewards.", value) for value in (*WHOLE, *PRIZES_WON)), *(("rewards.structure.", value) for value in STRUCTURES),
    *(("rewards.boosts.", value) for value in BOOSTS), *((f"rewards.{key}.", value) for key, values in FURTHER.items() for value in values),
    *((f"{key}.", value) for key, values in BESIDES.items() for value in values),
    *((f"scale.{key}.", value) for key, values in SCALE.items() for value in values),
    *(("caps.", value) for values in COUNTED_IN.values() for value in values),
    ("rewards.", dict.fromkeys(FURTHER)), ("", dict.fromkeys(BESIDES)), ("scale.", dict.fromkeys(SCALE)),
    ("contest.", dict.fromkeys(CONTEST)),
    ("", dict.fromkeys(("scale", "grants", "contest", "budget"))), ("grants.", list(GRANTS)), ("budget.", MORE_BUDGET),
    ("rewards.", {"catalogue": PRIZES, "pick": "", "seed": ""}), ("scale.", {"retention_percent": 40}), ("trigger.", OF_TRIGGER),
)  # fmt: skip


@st.composite
def any_program(draw: st.DrawFn, *, limits: bool = True, climbs: bool = False) -> str:
    """A program of any of the words there are; `climbs`: with tiers among its rewards, whatever else."""
    often = st.sampled_from((Earning.SIGNUP, Earning.FIRST_PURCHASE, Earning.PURCHASE, Earning.PURCHASE))
    trigger: Values = {
        "kind": str(draw(st.one_of(often, st.sampled_from([e for e in Earning if limits or e is not Earning.GRANT]))))
    }
    if draw(st.integers(0, 3)) == 0:
        trigger |= {
            key: OF_TRIGGER[key] for key in draw(st.lists(st.sampled_from(tuple(OF_TRIGGER)), max_size=2, unique=True))
        }
    if trigger["kind"] == Earning.LEAD_STAGE:
        trigger["stage"] = "meeting"
    values: Values = {"program": "any", "name": "Any", "currency": "EUR", "timezone": "Europe/Rome", "trigger": trigger}
    if draw(st.booleans()):
        values["windows"] = {"bind_days": draw(st.integers(1, 3)), "earn_days": draw(st.integers(1, 3))}
    promised = draw(_promised(limits, climbs))
    values["rewards"] = promised
    values |= draw(limits_of()) if limits else {}
    values |= {"attribution": draw(st.sampled_from(("last_touch", "first_touch")))}
    if trigger["kind"] == Earning.GRANT:
        values["grants"] = list(draw(st.sampled_from((GRANTS, GRANTS[:1], ()))))
    elif draw(st.integers(0, 4)) == 0:
        values["contest"] = draw(_one_of_each(CONTEST))
        promised += draw(st.sampled_from((PRIZES_WON, PRIZES_WON[1:])))
    for key in (
        draw(st.lists(st.sampled_from(tuple(BESIDES)), max_size=3, unique=True)) if draw(st.integers(0, 2)) == 0 else ()
    ):
        values[key] = draw(st.sampled_from(BESIDES[key]))
    if any("location" in reward for reward in promised if isinstance(reward, dict)):
        values["locations"] = ["centre", "harbour"]
    if limits and draw(st.integers(0, 5)) == 0:
        chosen = draw(st.lists(st.sampled_from(tuple(SCALE)), min_size=1, unique=True))
        if "tiers" in chosen:
            promised[0] = _tiers(draw(st.sampled_from(STRUCTURES[3:6])))
        values["scale"] = {"retention_percent": 40, **{key: draw(st.sampled_from(SCALE[key])) for key in chosen}}
    return mended(values)


@st.composite
def _promised(draw: st.DrawFn, limits: bool, climbs: bool) -> list[Plain]:
    found: list[Plain] = [draw(rewards(n, limits)) for n in range(draw(st.integers(1, 3)))]
    return [_tiers(draw(st.sampled_from(STRUCTURES[3:7]))), *found[1:]] if climbs else found


def _tiers(structure: Values) -> Values:
    return {"id": "r0", "side": "advocate", "kind": "store_credit", "structure": structure}


@st.composite
def _one_of_each(draw: st.DrawFn, table: dict[str, tuple[Plain, ...]]) -> Values:
    return {key: draw(st.sampled_from(values)) for key, values in table.items()}


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

PLACED = (("location", "centre"), ("segment", "b2b"))
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
    if told.kind == "signup":
        return replace(told, facts=draw(st.sampled_from(((), (), PLACED))))
    return told


def _facts() -> st.SearchStrategy[tuple[tuple[str, str | int | bool], ...]]:
    return st.sampled_from(((), FACTS, FACTS[2:3], PLACED))
