"""The operator's paragraph: the facts, each contender, each rule with the values it saw and its arithmetic, and every refusal by name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from passaparola.domain.access import OPERATOR_WORDS as ACCESS_WORDS
from passaparola.domain.access import NotAdmitted
from passaparola.domain.explain.rules import GAVE, rule_sentence
from passaparola.domain.explain.structures import unearned
from passaparola.domain.explain.words import (
    BOUND,
    CONSIDERED,
    EFFECTS,
    SIDE_WORDS,
    STATES,
    STATUS_WORDS,
    STEP_WORDS,
    reason_words,
    sum_text,
    when,
    worth,
)
from passaparola.domain.programs.subject_words import speaking_of
from passaparola.domain.tongue import EXACT, Tongue, in_clauses

Label = Callable[[str], str]
Explanation = Mapping[str, Any]
_STANDING = frozenset({"changed", "reversed", "issued", "pending", "restored"})


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


def story_for_operator(
    explanation: Explanation, label: Label, *, friend: str | None = None, tongue: Tongue = EXACT
) -> Story:
    """Who was considered, what the rules said, what was given. `label` names a person; `friend` is our id of the friend, where known."""
    tongue = speaking_of(tongue, explanation.get("subject", ""))
    e, tell = explanation, _Teller(label, tongue)
    refusals = tuple(Said(tell.refusal(r), False) for r in e["refusals"] if not r["rule"])
    return Story(
        tell.head(e),
        tell.outcome(e, friend),
        tuple(tell.windows(e.get("windows")))
        + (
            tuple(Said(tell.contender(c), c["result"] == "won") for c in e["contenders"])
            or (Said(tell.nobody(), False),)
        ),
        tuple(Said(rule_sentence(r, tongue), r.get("result") in GAVE) for r in e["rules"]) + refusals,
        tuple(Said(tell.effect(effect)) for effect in e["effects"]),
    )


def paragraph_for_operator(
    explanation: Explanation, label: Label, *, friend: str | None = None, tongue: Tongue = EXACT
) -> str:
    """The story with one sentence a line."""
    story = story_for_operator(explanation, label, friend=friend, tongue=tongue)
    told = (*story.contenders, *story.rules, *story.effects)
    return "\n".join([story.head, story.outcome, *(said.words for said in told)])


def transition_sentence(step: Mapping[str, Any], kind: str, unit: str, tongue: Tongue = EXACT) -> str:
    """One step in a reward's life: `step`, `at`, `amount`, `reason`, `actor`, `note`."""
    _, said = tongue.gettext, tongue.gettext(STEP_WORDS[step["step"]])
    if step.get("actor"):
        said = _("%(said)s by %(actor)s") % {"said": said, "actor": step["actor"]}
    if step.get("reason"):
        said = _("%(said)s: %(reason)s") % {"said": said, "reason": reason_words(step["reason"], tongue)}
    if step.get("note"):
        said = _("%(said)s (%(note)s)") % {"said": said, "note": step["note"]}
    left = worth(step["amount"], kind, unit, tongue)
    return _("%(when)s: %(said)s; %(worth)s now.") % {"when": when(step["at"], tongue), "said": said, "worth": left}


class _Teller:
    def __init__(self, label: Label, tongue: Tongue):
        self.label, self.tongue = label, tongue

    def head(self, e: Explanation) -> str:
        given = {"program": e["program"], "version": e["version"], "when": self._when(e["now"])}
        return self.tongue.gettext("Decided under %(program)s, version %(version)s, as of %(when)s.") % given

    def outcome(self, e: Explanation, friend: str | None) -> str:
        """How the friend stands, to whom they are bound, and why to nobody."""
        _, said = self.tongue.gettext, self.tongue.gettext(STATUS_WORDS[e["status"]])
        if e["bound"] is not None:
            said = in_clauses((said, self._bound(e["bound"])), self.tongue)
        if e["refused"]:
            said = self._because(said, e["refused"])
        if friend:
            return _("Friend %(friend)s: %(said)s.") % {"friend": self.label(friend), "said": said}
        return _("%(said)s.") % {"said": said}

    def _bound(self, bound: Mapping[str, Any]) -> str:
        _, given = self.tongue.gettext, {"advocate": self.label(bound["advocate"]), "when": self._when(bound["at"])}
        said = _(BOUND[bound["by"]]) % given
        if not bound.get("first_order"):
            return said
        return _("%(said)s, first order %(order)s") % {"said": said, "order": bound["first_order"]}

    def windows(self, windows: Mapping[str, Any] | None) -> Iterator[Said]:
        """Which windows counted, where they go by segment."""
        if windows is None:
            return
        _, given = self.tongue.gettext, dict(windows)
        for name in ("bind_days", "earn_days"):
            days = windows[name]
            text = self.tongue.ngettext("%(n)s day", "%(n)s days", days or 0)
            given[name] = _("without end") if days is None else text % {"n": days}
        said = _("Windows for everybody: %(bind_days)s to bind, %(earn_days)s to earn.")
        if windows["segment"] is not None:
            said = _("Windows for the segment %(segment)s: %(bind_days)s to bind, %(earn_days)s to earn.")
        yield Said(said % given)

    def nobody(self) -> str:
        return self.tongue.gettext("Nobody was considered: no code, name, visit or invitation leads to this friend.")

    def contender(self, c: Mapping[str, Any]) -> str:
        """An advocate who was considered, and what came of it."""
        _ = self.tongue.gettext
        result = _("won")
        if c["result"] != "won":
            result = _("refused, %(reason)s") % {"reason": reason_words(c["result"], self.tongue)}
        if c.get("turned_away"):
            result = in_clauses((result, self._turned_away(c["turned_away"])), self.tongue)
        given = {"advocate": self.label(c["advocate"]), "when": self._when(c["at"]), "result": result}
        return _(CONSIDERED[c["by"]]) % given

    def _turned_away(self, by: Mapping[str, Any]) -> str:
        """The rule of access that keeps them out now, and what it sees."""
        _ = self.tongue.gettext
        if by["rule"] is None:
            return _("by now no rule keeps them out")
        said = _("as things are now, %(rule)s") % {"rule": _(ACCESS_WORDS[NotAdmitted(by["rule"])])}
        seen = {**by["saw"], **by["saw"].get("saw", {})}
        told = (f"{name}: {_('not said') if fact is None else fact}" for name, fact in seen.items() if name != "saw")
        return f"{said} ({', '.join(told)})" if seen else said

    def refusal(self, refused: Mapping[str, Any]) -> str:
        """One that no rule line has told: of the order as a whole."""
        _, why = self.tongue.gettext, {"reason": reason_words(refused["reason"], self.tongue)}
        if refused.get("taken_by"):
            said = _("no reward is earned here: %(reason)s: %(program)s") % {**why, "program": refused["taken_by"]}
        else:
            said = _("no reward is earned: %(reason)s") % why
        said = in_clauses((*unearned(refused.get("saw", {}), self.tongue), said), self.tongue)
        return _("%(said)s.") % {"said": said[:1].upper() + said[1:]}

    def effect(self, effect: Mapping[str, Any]) -> str:
        """What became of one reward."""
        _, unit = self.tongue.gettext, effect["unit"]
        said = self._step(effect)
        if effect["reversed"] and effect["step"] in _STANDING:
            back = {
                "reversed": sum_text(effect["reversed"], unit, self.tongue),
                "left": sum_text(effect["amount"] - effect["reversed"], unit, self.tongue),
            }
            said = _("%(said)s, %(reversed)s of it reversed so far, %(left)s is left") % {"said": said, **back}
        if effect["hold_until"] is not None:
            said = _("%(said)s, held until %(when)s") % {"said": said, "when": self._when(effect["hold_until"])}
        if effect["reason"]:
            said = self._because(said, effect["reason"])
        return _("%(said)s. State: %(state)s.") % {"said": said, "state": _(STATES[effect["state"]])}

    def _step(self, effect: Mapping[str, Any]) -> str:
        _, gained = self.tongue.gettext, worth(effect["amount"], effect["kind"], effect["unit"], self.tongue)
        said = _(EFFECTS[effect["step"]]) % {
            "worth": gained,
            "person": self.label(effect["person"]),
            "side": _(SIDE_WORDS[effect["side"]]),
        }
        return said[:1].upper() + said[1:]

    def _because(self, said: str, reason: str) -> str:
        given = {"said": said, "reason": reason_words(reason, self.tongue)}
        return self.tongue.gettext("%(said)s: %(reason)s") % given

    def _when(self, at: int | None) -> str:
        return when(at, self.tongue)
