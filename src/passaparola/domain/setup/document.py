"""From answers to the program file. Pure and total: any answers give a file. What is wrong with it, the check says (`places.py`)."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from passaparola.domain.money import UnableToReadAmount, exponent
from passaparola.domain.programs.compiled import RewardKind
from passaparola.domain.programs.goals import BY_FACTOR, BY_SURVEY, GoalKind
from passaparola.domain.rewards.kinds import KINDS
from passaparola.domain.setup.answers import KEEP, Answers, Step, said, slug_of
from passaparola.domain.setup.beginnings import Values, reward_name, worth_key
from passaparola.domain.units import ACCESS, ITEM

ORDER = (
    "program", "name", "type", "currency", "timezone", "access", "audience", "trigger", "windows", "rewards", "caps", "budget",
    "budgets", "landing", "goal", "economics", "launch",
)  # fmt: skip
NOTHING = "nothing"
PERCENT_OFF = RewardKind.PERCENT_DISCOUNT
COUNTED_ALONE = frozenset(
    {str(RewardKind.SHOUT_OUT), *(str(name) for name, kind in KINDS.items() if kind.unit in (ITEM, ACCESS))}
)
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?")


def document_of(answers: Answers, base: Values) -> Values:
    """The values of the file, in the order in which people read them."""
    made = {**base, **_head(answers, base), **_people(answers, base), **_limits(answers, base)}
    made.pop("status", None)  # what is set up is to run
    made["rewards"] = _rewards(answers, base)
    made["goal"] = _goal(answers)
    made["landing"] = _landing(answers, base)
    made["launch"] = _launch(answers)
    filled = {
        key: value for key, value in made.items() if value not in (None, {}) and (value != [] or key == "rewards")
    }
    filled = _whole(filled) if _without_digits(said(answers, Step.GOAL, "currency")) else filled
    return {key: filled[key] for key in (*ORDER, *sorted(filled.keys() - set(ORDER))) if key in filled}


def _without_digits(currency: str) -> bool:
    """Whether amounts of the currency have no digits behind the point; what is no currency, the check says."""
    try:
        return exponent(currency) == 0
    except UnableToReadAmount:
        return False


def _whole(value: Any) -> Any:
    """The same with 10.00 as 10."""
    if isinstance(value, dict):
        return {name: _whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    return int(value) if isinstance(value, Decimal) and value == int(value) else value


def number(text: str) -> int | Decimal | str:
    """A figure as the file has it; what is none stays as it was typed, so that the check says so."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return text
    return Decimal(text) if "." in text else int(text)


def _some(**given: Any) -> Values:
    return {name: value for name, value in given.items() if value not in (None, "")}


def _head(answers: Answers, base: Values) -> Values:
    name = said(answers, Step.GOAL, "name").strip()
    return {
        "program": slug_of(name),
        "name": name or "My program",
        "type": base.get("type", "customer"),
        "currency": said(answers, Step.GOAL, "currency"),
        "timezone": said(answers, Step.GOAL, "timezone"),
    }


def _goal(answers: Answers) -> Values:
    kind, target = said(answers, Step.GOAL, "goal"), number(said(answers, Step.GOAL, "target"))
    measured = kind not in {str(goal) for goal in BY_SURVEY}
    by = "factor" if kind in {str(goal) for goal in BY_FACTOR} else "target"
    months = number(said(answers, Step.GOAL, "months"))
    return _some(kind=kind or str(GoalKind.NEW_CUSTOMERS), **({by: target} if measured else {}), months=months)


def _people(answers: Answers, base: Values) -> Values:
    def told(question: str) -> str:
        return said(answers, Step.PEOPLE, question)

    access, trigger = base.get("access"), base.get("trigger")
    if access is None or told("access") != (access.get("mode", "open") if isinstance(access, dict) else access):
        access = told("access")
    rest = dict(trigger) if isinstance(trigger, dict) and trigger.get("kind") == told("trigger") else {}
    rest.pop("kind", None)
    rest.pop("min_value", None)
    trigger = {"kind": told("trigger"), **_some(min_value=number(told("min_value"))), **rest}
    economics = dict(base.get("economics") or {})
    economics.update(_some(order_value=number(told("order_value")), margin=number(told("margin"))))
    return {"access": access, "trigger": trigger if len(trigger) > 1 else told("trigger"), "economics": economics}


def _limits(answers: Answers, base: Values) -> Values:
    def told(question: str) -> str:
        return said(answers, Step.LIMITS, question)

    period = told("cap_period")
    caps = list(base.get("caps") or [])
    for metric, question in (("value", "cap_money"), ("count", "cap_count")):
        before: Values = next((cap for cap in caps if _is_of(cap, metric)), {})
        place = caps.index(before) if before else len(caps)
        same = {name: value for name, value in before.items() if name != "period"}
        anew = {**same, "per": "advocate", "metric": metric, "max": number(told(question)), **_some(period=period)}
        caps[place : place + 1] = [anew] if told(question) else []
    budget = dict(base.get("budget") or {}) if told("budget") else {}
    budget.update(_some(total=number(told("budget")), period=told("budget_period")))
    if not told("budget_period"):
        budget.pop("period", None)
    windows = {name: value for name, value in (base.get("windows") or {}).items() if name == "by_segment"}
    windows = _some(bind_days=number(told("bind_days")), earn_days=number(told("earn_days"))) | windows
    given = {"caps": caps, "windows": windows}
    return given if not told("budget") and base.get("budgets") else {**given, "budget": budget}


def _is_of(cap: Any, metric: str) -> bool:
    """Whether this is the cap that a question is about: of the advocate, on this metric."""
    return isinstance(cap, dict) and cap.get("per") == "advocate" and cap.get("metric") == metric


def _landing(answers: Answers, base: Values) -> Values:
    address = said(answers, Step.CHANNELS, "landing").strip()
    return {**(base.get("landing") or {}), "url": address} if address else {}


def _launch(answers: Answers) -> Values:
    known, briefed = said(answers, Step.PEOPLE, "satisfaction"), said(answers, Step.PROMOTION, "staff_briefed")
    return {
        **({"satisfaction_known": True} if known == "yes" else {}),
        **({"staff_briefed": True} if briefed == "yes" else {}),
    }


# -- rewards -----------------------------------------------------------------------------------------------------------


def keeps(answers: Answers, base: Values) -> bool:
    """Whether the rewards are those of the file from which one began."""
    return "rewards" in base and said(answers, Step.REWARDS, "rewards") == KEEP


def _rewards(answers: Answers, base: Values) -> list[Values]:
    if keeps(answers, base):
        return [_kept(answers, reward) for reward in base["rewards"]]
    return [*_own(answers, "advocate"), *_own(answers, "friend")]


def _kept(answers: Answers, reward: Values) -> Values:
    """As the file has it, with the figure that was typed for it."""
    key = worth_key(reward)
    typed = said(answers, Step.REWARDS, f"worth-{reward_name(reward)}") if key else ""
    return {**reward, key: number(typed)} if typed else dict(reward)


def _own(answers: Answers, side: str) -> Iterator[Values]:
    def told(question: str) -> str:
        return said(answers, Step.REWARDS, question)

    kind = told(side)
    if kind in ("", NOTHING):
        return
    reward: Values = {"id": "thanks" if side == "advocate" else "welcome", "side": side, "kind": kind}
    if kind in COUNTED_ALONE:
        reward |= _some(item=told(f"{side}_item").strip() if kind != "shout_out" else "")
    elif kind == PERCENT_OFF:
        reward["voucher"] = {"percent": number(told(f"{side}_worth"))}
    else:
        reward["amount"] = number(told(f"{side}_worth"))
    if side == "advocate":
        reward = _structured(answers, reward)
    reward |= _some(hold_days=number(told("hold_days")), expires_days=number(told("expires_days")))
    yield reward


def _structured(answers: Answers, reward: Values) -> Values:
    """The advocate's reward as often as was said."""

    def told(question: str) -> str:
        return said(answers, Step.STRUCTURE, question)

    match told("structure"):
        case "share":
            worth = _some(percent=number(told("share")), minimum=number(told("least")), maximum=number(told("most")))
            return {**_without(reward, "amount"), **worth}
        case "every":
            return {**reward, "structure": {"kind": "milestone", "every": number(told("every"))}}
        case "pace":
            pace = {"every": number(told("every")), "within_days": number(told("within_days"))}
            return {**reward, "structure": {"kind": "frequency", **pace}}
        case "more":
            return {**_without(reward, "amount"), "structure": {"kind": "tier", "tiers": _tiers(answers, reward)}}
        case "orders":
            return {**reward, "structure": {"kind": "recurring", **_some(periods=number(told("periods")))}}
    return reward


def _tiers(answers: Answers, reward: Values) -> list[Values]:
    tiers: list[Values] = [{"at": 1, **_some(amount=reward.get("amount"))}]
    for place in ("second", "third"):
        worth = said(answers, Step.STRUCTURE, f"{place}_worth")
        if worth:
            tiers.append({"at": number(said(answers, Step.STRUCTURE, f"{place}_at")), "amount": number(worth)})
    return tiers


def _without(reward: Values, key: str) -> Values:
    return {name: value for name, value in reward.items() if name != key}
