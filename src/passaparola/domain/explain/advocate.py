"""One sentence for the advocate: what became of their recommendation. No friend's data, no threshold, no other advocate."""

from collections.abc import Iterable, Mapping
from typing import Any

from passaparola.domain.explain.words import worth
from passaparola.domain.programs.subject_words import speaking_of
from passaparola.domain.reasons import ADVOCATE_WORDS, Reason
from passaparola.domain.tongue import EXACT, Tongue, gettext_noop

NOT_YOURS = gettext_noop("This was not about a recommendation of yours.")
COUNTED = gettext_noop(
    "A friend came through your recommendation. Your reward follows when the program's conditions are met."
)
STANDS = gettext_noop("Your reward for this stays as it was.")
ENOUGH_FOR_ONE = gettext_noop("You have had the most that the program gives for one recommendation.")
TAKEN_BACK = gettext_noop("Your reward was taken back.")
_GAINED = {
    "issued": gettext_noop("You received %(worth)s."),
    "pending": gettext_noop("%(worth)s is on its way to you."),
    "restored": gettext_noop("You received %(worth)s again."),
    "changed": gettext_noop("Your reward is now %(worth)s."),
}
_LOST = frozenset({"cancelled", "reversed", "denied", "expired"})


def sentence_for_advocate(explanation: Mapping[str, Any], advocate: str, tongue: Tongue = EXACT) -> str:
    """What this advocate (our id of the person) may be told of the decision."""
    tongue = speaking_of(tongue, explanation.get("subject", ""))
    effects = [e for e in explanation["effects"] if e["person"] == advocate and e["side"] == "advocate"]
    if effects:
        return " ".join(dict.fromkeys(_of_effect(effect, tongue) for effect in _summed(effects)))
    bound = explanation["bound"]
    if bound is not None and bound["advocate"] == advocate:
        return tongue.gettext(_of_rules(explanation))
    own = [c["result"] for c in explanation["contenders"] if c["advocate"] == advocate and c["result"] != "won"]
    return tongue.gettext(ADVOCATE_WORDS[Reason(own[0])] if own else NOT_YOURS)


def _of_effect(effect: Mapping[str, Any], tongue: Tongue) -> str:
    _, left = tongue.gettext, max(0, effect["amount"] - effect["reversed"])
    if effect["step"] in _LOST and (left == 0 or effect["step"] != "reversed"):
        return _(ADVOCATE_WORDS[Reason(effect["reason"])] if effect["reason"] else TAKEN_BACK)
    given = {"worth": worth(left, effect["kind"], effect["unit"], tongue)}
    if effect["step"] == "reversed":
        return _("Part of your reward was taken back; %(worth)s is left.") % given
    if effect["state"] == "pending" and effect["reason"]:
        return _(ADVOCATE_WORDS[Reason(effect["reason"])])
    said = _(_GAINED.get(effect["step"], _GAINED["changed"])) % given
    return said[:1].upper() + said[1:]


def _summed(effects: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The effects in their order; those that differ in their amounts only are one."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for effect in effects:
        key = tuple(effect[name] for name in ("step", "kind", "unit", "state", "reason"))
        one = found.get(key)
        sums = {name: effect[name] + (one[name] if one else 0) for name in ("amount", "reversed")}
        found[key] = {**effect, **sums}
    return list(found.values())


def _of_rules(explanation: Mapping[str, Any]) -> str:
    own = [rule for rule in explanation["rules"] if rule["side"] == "advocate"]
    if any(rule.get("result") in ("granted", "counted") for rule in own):
        return COUNTED
    if any(rule.get("result") == "unchanged" and not rule.get("reason") for rule in own):
        return STANDS
    reasons = [_words(rule) for rule in own if rule.get("reason")]
    reasons += [ADVOCATE_WORDS[Reason(r["reason"])] for r in explanation["refusals"] if not r["rule"]]
    return reasons[0] if reasons else COUNTED


def _words(rule: Mapping[str, Any]) -> str:
    """Why a rule gives nothing; of a cap, whose it is."""
    reason = Reason(rule["reason"])
    if reason in (Reason.CAP_REACHED, Reason.CAP_CLIPPED):
        whose = _tightest(rule["saw"])
        if whose == "referral":
            return ENOUGH_FOR_ONE
        reason = Reason.BUDGET_EXHAUSTED if whose == "program" else reason
    return ADVOCATE_WORDS[reason]


def _tightest(saw: Mapping[str, Any]) -> str:
    """Whose cap had the least left; the person's own before another."""
    left = [(saw["cap_value"] - saw["used_value"], 0, "person")] if "cap_value" in saw else []
    left += [(0, 0, "person")] if "cap_count" in saw and saw["used_count"] >= saw["cap_count"] else []
    for cap in saw.get("caps", ()):
        room, whose = cap["max"] - cap["used"], cap["per"]
        if cap["metric"] != "count" or room <= 0:
            left.append((max(0, room), int(whose in ("program", "referral")), whose))
    return min(left, default=(0, 0, "person"))[2]
