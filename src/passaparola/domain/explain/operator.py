"""The operator's paragraph: the facts, each contender, each rule with the values it saw and its arithmetic, and every refusal by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from passaparola.domain.explain.words import (
    SIDE_WORDS,
    STATUS_WORDS,
    STEP_WORDS,
    TOUCH_WORDS,
    exact_quotient,
    percent_text,
    reason_words,
    sum_text,
    when,
    worth,
)
from passaparola.domain.money import proportion
from passaparola.domain.reasons import Reason

Label = Callable[[str], str]
Explanation = Mapping[str, Any]
BASIS_POINTS = 10_000
_GAVE = ("granted", "unchanged", "counted")


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, and whether it is good news: a contender who won, a rule that gave. None where that is no question."""

    words: str
    good: bool | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """An explanation in the order in which a person reads it."""

    head: str
    outcome: str
    contenders: tuple[Said, ...]
    rules: tuple[Said, ...]
    effects: tuple[Said, ...]


def story_for_operator(explanation: Explanation, label: Label, *, friend: str | None = None) -> Story:
    """Who was considered, what the rules said, what was given. `label` names a person; `friend` is our id of the friend, where known."""
    e = explanation
    won = [c["result"] == "won" for c in e["contenders"]] or [False]
    contenders = tuple(Said(words, good) for words, good in zip(_contenders(e, label), won, strict=True))
    rules = tuple(Said(_rule(r), r.get("result") in _GAVE) for r in e["rules"])
    refusals = tuple(Said(words, False) for words in _refusals(e))
    effects = tuple(Said(_effect(effect, label)) for effect in e["effects"])
    return Story(_head(e), _outcome(e, label, friend), contenders, rules + refusals, effects)


def paragraph_for_operator(explanation: Explanation, label: Label, *, friend: str | None = None) -> str:
    """The story with one sentence a line."""
    story = story_for_operator(explanation, label, friend=friend)
    told = (*story.contenders, *story.rules, *story.effects)
    return "\n".join([story.head, story.outcome, *(said.words for said in told)])


def transition_sentence(step: Mapping[str, Any], kind: str, unit: str) -> str:
    """One step in a reward's life: `step`, `at`, `amount`, `reason`, `actor`, `note`."""
    why = f": {reason_words(step['reason'])}" if step.get("reason") else ""
    who = f" by {step['actor']}" if step.get("actor") else ""
    note = f" ({step['note']})" if step.get("note") else ""
    return f"{when(step['at'])}: {STEP_WORDS[step['step']]}{who}{why}{note}; {worth(step['amount'], kind, unit)} now."


def _head(e: Explanation) -> str:
    return f"Decided under {e['program']}, version {e['version']}, as of {when(e['now'])}."


def _outcome(e: Explanation, label: Label, friend: str | None) -> str:
    who = f"Friend {label(friend)}: " if friend else ""
    bound = e["bound"]
    said = STATUS_WORDS[e["status"]]
    if bound is not None:
        said = f"{said}; bound to {label(bound['advocate'])} {TOUCH_WORDS[bound['by']]} at {when(bound['at'])}"
        if bound.get("first_order"):
            said += f", first order {bound['first_order']}"
    if e["refused"]:
        said = f"{said}: {reason_words(e['refused'])}"
    return f"{who}{said}."


def _contenders(e: Explanation, label: Label) -> list[str]:
    if not e["contenders"]:
        return ["Nobody was considered: no code, name, visit or invitation leads to this friend."]
    return [
        f"Considered {label(c['advocate'])}, {TOUCH_WORDS[c['by']]} of {when(c['at'])}: {_result(c['result'])}."
        for c in e["contenders"]
    ]


def _result(result: str) -> str:
    return "won" if result == "won" else f"refused, {reason_words(result)}"


def _rule(rule: Mapping[str, Any]) -> str:
    saw = rule["saw"]
    parts = [p for p in (_order(saw), _count(saw), _arithmetic(rule), _limits(saw, _unit(rule))) if p]
    said = "; ".join([*parts, _rule_result(rule)])
    return f"Rule {rule['rule']} for {SIDE_WORDS[rule['side']]}: {said}."


def _unit(rule: Mapping[str, Any]) -> str:
    return str(_numbers(rule).get("unit") or rule["saw"].get("unit") or "")


def _numbers(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    """How the amount came about; what came to nothing has it among the values seen."""
    return rule.get("arithmetic") or rule["saw"].get("arithmetic") or {}


def _order(saw: Mapping[str, Any]) -> str:
    if "order" not in saw:
        return "the friend signed up" if saw.get("trigger") == "signup" else ""
    said = f"order {saw['order']} of {sum_text(saw['amount'], saw['unit'])}"
    return f"{said}, {sum_text(saw['refunded'], saw['unit'])} of it refunded" if saw.get("refunded") else said


def _count(saw: Mapping[str, Any]) -> str:
    if "count" not in saw:
        return ""
    which = f", this is number {str(saw['occasion']).rpartition(':')[2]}" if saw.get("occasion") else ""
    return f"the advocate's converted friends are {saw['count']}, one reward for every {saw['every']}: {saw['reached']} in all{which}"


def _arithmetic(rule: Mapping[str, Any]) -> str:
    a = _numbers(rule)
    if not a:
        return ""
    unit, steps = _unit(rule), []
    if "flat" in a:
        amount = a["flat"]
        steps.append(f"the amount is {sum_text(amount, unit)}")
    else:
        amount = a["half_up"]
        exact = exact_quotient(a["of"] * a["percent_bp"], BASIS_POINTS, unit)
        steps.append(
            f"{percent_text(a['percent_bp'])} of {sum_text(a['of'], unit)} = {exact}, half up {sum_text(amount, unit)}"
        )
        for bound, verb in (("minimum", "raised"), ("maximum", "lowered")):
            if bound in a:
                amount = a[bound]
                steps.append(f"{verb} to the {bound} of {sum_text(amount, unit)}")
    if a.get("reversed"):
        steps.append(_reversal(amount, a["reversed"], rule["saw"], unit))
    return ", ".join(steps)


def _reversal(amount: int, back: int, saw: Mapping[str, Any], unit: str) -> str:
    refunded, total = saw.get("refunded", 0), saw.get("amount", 0)
    if back == amount or not total or back != proportion(amount, refunded, total):
        return f"of which {sum_text(back, unit)} goes back for the refund"
    exact = exact_quotient(amount * refunded, total, unit)
    order_unit = saw["unit"]
    return (
        f"of which {sum_text(amount, unit)} × {sum_text(refunded, order_unit)} ÷ {sum_text(total, order_unit)} = {exact},"
        f" half up {sum_text(back, unit)}, goes back for the refunds so far"
    )


def _limits(saw: Mapping[str, Any], unit: str) -> str:
    said = []
    if "cap_value" in saw:
        left = max(0, saw["cap_value"] - saw["used_value"])
        said.append(f"the person's cap of {sum_text(saw['cap_value'], unit)} had {sum_text(left, unit)} left")
    if "cap_count" in saw:
        said.append(f"{saw['used_count']} of at most {saw['cap_count']} rewards were given to the person before")
    if "budget" in saw:
        left = sum_text(saw["budget_left"], unit)
        said.append(
            f"the budget of {sum_text(saw['budget'], unit)} had {left} left, and {sum_text(saw['asked'], unit)} was asked"
        )
    return "; ".join(said)


def _rule_result(rule: Mapping[str, Any]) -> str:
    result, reason = rule.get("result"), rule.get("reason")
    if result == "granted":
        return f"given, but {reason_words(reason)}" if reason == Reason.CAP_CLIPPED else "given"
    if result == "unchanged":
        return (
            f"given before and ended since, {reason_words(reason)}" if reason else "given before, nothing more is due"
        )
    if result == "counted":
        return "counted, no new reward is due"
    return f"refused, {reason_words(reason or result)}" if reason or result else "no result"


def _refusals(e: Explanation) -> list[str]:
    """Those that no rule line has told: the ones of the order as a whole."""
    return [f"No reward is earned: {reason_words(r['reason'])}." for r in e["refusals"] if not r["rule"]]


def _effect(effect: Mapping[str, Any], label: Label) -> str:
    gained = worth(effect["amount"], effect["kind"], effect["unit"])
    said = f"{gained[:1].upper()}{gained[1:]} for {label(effect['person'])} ({SIDE_WORDS[effect['side']]}) {STEP_WORDS[effect['step']]}"
    if effect["reversed"] and effect["step"] in ("changed", "reversed", "issued", "pending", "restored"):
        kept = sum_text(effect["amount"] - effect["reversed"], effect["unit"])
        said += f", {sum_text(effect['reversed'], effect['unit'])} of it reversed so far, {kept} is left"
    if effect["hold_until"] is not None:
        said += f", held until {when(effect['hold_until'])}"
    if effect["reason"]:
        said += f": {reason_words(effect['reason'])}"
    return f"{said}. State: {effect['state']}."
