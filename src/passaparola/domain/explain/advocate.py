"""One sentence for the advocate: what became of their recommendation. No friend's data, no threshold, no other advocate."""

from collections.abc import Mapping
from typing import Any

from passaparola.domain.explain.words import worth
from passaparola.domain.reasons import ADVOCATE_WORDS, Reason

NOT_YOURS = "This was not about a recommendation of yours."
COUNTED = "A friend came through your recommendation. Your reward follows when the program's conditions are met."
_GAINED = {
    "issued": "You received {worth}.",
    "pending": "{worth} is on its way to you.",
    "restored": "You received {worth} again.",
    "changed": "Your reward is now {worth}.",
}
_LOST = frozenset({"cancelled", "reversed", "denied", "expired"})


def sentence_for_advocate(explanation: Mapping[str, Any], advocate: str) -> str:
    """What this advocate (our id of the person) may be told of the decision."""
    effects = [e for e in explanation["effects"] if e["person"] == advocate and e["side"] == "advocate"]
    if effects:
        return _of_effect(effects[-1])
    bound = explanation["bound"]
    if bound is not None and bound["advocate"] == advocate:
        return _of_rules(explanation)
    own = [c["result"] for c in explanation["contenders"] if c["advocate"] == advocate and c["result"] != "won"]
    return ADVOCATE_WORDS[Reason(own[0])] if own else NOT_YOURS


def _of_effect(effect: Mapping[str, Any]) -> str:
    left = max(0, effect["amount"] - effect["reversed"])
    if effect["step"] in _LOST and (left == 0 or effect["step"] != "reversed"):
        return ADVOCATE_WORDS[Reason(effect["reason"])] if effect["reason"] else "Your reward was taken back."
    if effect["step"] == "reversed":
        return f"Part of your reward was taken back; {worth(left, effect['kind'], effect['unit'])} is left."
    if effect["state"] == "pending" and effect["reason"]:
        return ADVOCATE_WORDS[Reason(effect["reason"])]
    said = _GAINED.get(effect["step"], _GAINED["changed"]).format(worth=worth(left, effect["kind"], effect["unit"]))
    return said[:1].upper() + said[1:]


def _of_rules(explanation: Mapping[str, Any]) -> str:
    own = [rule for rule in explanation["rules"] if rule["side"] == "advocate"]
    if any(rule.get("result") in ("granted", "unchanged", "counted") for rule in own):
        return COUNTED
    reasons = [rule["reason"] for rule in own if rule.get("reason")]
    reasons += [r["reason"] for r in explanation["refusals"] if not r["rule"]]
    return ADVOCATE_WORDS[Reason(reasons[0])] if reasons else COUNTED
