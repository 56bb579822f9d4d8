"""From what a program begins: a file of the gallery, the small-business preset, or nothing; and which answers follow from it."""

from decimal import Decimal
from typing import Any

from passaparola.domain.programs.reading import read_yaml
from passaparola.domain.programs.tree import plain
from passaparola.domain.setup.answers import KEEP, Answers, Said, Step

Values = dict[str, Any]

# No money changes hands and nothing outside is needed: a thing of one's own, codes on paper, entered at the counter.
SMALL_BUSINESS_FILE = """\
program: neighbours
name: Tell your neighbours
currency: EUR
type: customer
access: customers
trigger: first_purchase
windows: {bind_days: 90}
rewards:
  - {id: thanks, side: advocate, kind: small_gift, item: Coffee and cake}
  - {id: welcome, side: friend, kind: small_gift, item: Coffee}
caps:
  - {per: advocate, metric: count, max: 5, period: month}
"""
SMALL_BUSINESS_ANSWERS: Answers = {
    Step.CHANNELS: {"channels": ("cards", "counter", "talk"), "landing": ""},
    Step.TRACKING: {"tracking": "hand"},
    Step.PROMOTION: {"promotion": ("team", "poster"), "recognition": ("thanks",)},
}


def values_of(text: str | None) -> Values:
    """The values of the file from which one began; empty for none."""
    root, _ = read_yaml(text, "program.yaml") if text else (None, [])
    values = plain(root) if root is not None else None
    return values if isinstance(values, dict) else {}


def reward_name(reward: Values) -> str:
    """The id of a reward in a file; its side where it has none."""
    return str(reward.get("id", reward.get("side", "")))


def worth_key(reward: Values) -> str:
    """What a reward of the file is worth by: `amount`, `percent`, or empty where it is no single figure."""
    return next((key for key in ("amount", "percent") if key in reward), "")


def beginning_answers(base: Values) -> dict[str, dict[str, Said]]:
    """What a file says to the questions that it answers; where it says nothing, the questions' own answers hold."""
    if not base:
        return {}
    access, trigger = _group(base, "access", "mode"), _group(base, "trigger", "kind")
    windows, economics = base.get("windows") or {}, base.get("economics") or {}
    people: dict[str, Said] = {
        "access": str(access.get("mode", "open")),
        "trigger": str(trigger.get("kind", "first_purchase")),
        "min_value": text_of(trigger.get("min_value")),
        "order_value": text_of(economics.get("order_value")),
        "margin": text_of(economics.get("margin")),
        "satisfaction": "",
    }
    rewards: dict[str, Said] = {"rewards": KEEP}
    for reward in base.get("rewards") or []:
        if worth_key(reward):
            rewards[f"worth-{reward_name(reward)}"] = text_of(reward[worth_key(reward)])
    return {
        Step.PEOPLE: people,
        Step.REWARDS: rewards,
        Step.LIMITS: _limits(base, windows),
        Step.CHANNELS: {
            "channels": ("link", "mail", "receipt"),
            "landing": str((base.get("landing") or {}).get("url", "")),
        },
    }


def _limits(base: Values, windows: Values) -> dict[str, Said]:
    caps = [cap for cap in base.get("caps") or [] if cap.get("per") == "advocate"]
    money: Values = next((cap for cap in caps if cap.get("metric") == "value"), {})
    count: Values = next((cap for cap in caps if cap.get("metric") == "count"), {})
    budget = base.get("budget") or {}
    return {
        "budget": text_of(budget.get("total")),
        "budget_period": str(budget.get("period", "")),
        "cap_money": text_of(money.get("max")),
        "cap_count": text_of(count.get("max")),
        "cap_period": str(money.get("period", count.get("period", ""))),
        "bind_days": _days(windows.get("bind_days")),
        "earn_days": _days(windows.get("earn_days")),
    }


def _group(base: Values, key: str, word: str) -> Values:
    """A group, also where it is written as one word."""
    found = base.get(key)
    return found if isinstance(found, dict) else {word: found} if found is not None else {}


def _days(value: Any) -> str:
    return "" if value == "unlimited" else text_of(value)


def text_of(value: Any) -> str:
    """A number of a file as one types it; empty for none."""
    if value is None or isinstance(value, bool):
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)
