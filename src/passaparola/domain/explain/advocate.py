"""One sentence for the advocate: what became of their recommendation. No friend's data, no threshold, no other advocate."""

from collections.abc import Mapping
from typing import Any

from passaparola.domain.explain.words import worth
from passaparola.domain.programs.subject_words import speaking_of
from passaparola.domain.reasons import ADVOCATE_WORDS, Reason
from passaparola.domain.tongue import EXACT, Tongue, gettext_noop

NOT_YOURS = gettext_noop("This was not about a recommendation of yours.")
COUNTED = gettext_noop(
    "A friend came through your recommendation. Your reward follows when the program's conditions are met."
)
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
        return _of_effect(effects[-1], tongue)
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


def _of_rules(explanation: Mapping[str, Any]) -> str:
    own = [rule for rule in explanation["rules"] if rule["side"] == "advocate"]
    if any(rule.get("result") in ("granted", "unchanged", "counted") for rule in own):
        return COUNTED
    reasons = [rule["reason"] for rule in own if rule.get("reason")]
    reasons += [r["reason"] for r in explanation["refusals"] if not r["rule"]]
    return ADVOCATE_WORDS[Reason(reasons[0])] if reasons else COUNTED
