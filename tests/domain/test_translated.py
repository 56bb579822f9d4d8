"""Every sentence that the domain makes is whole, known to translators, and made in the language of who reads it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson
import pytest

from passaparola.domain.decision import Decision
from passaparola.domain.explain import (
    paragraph_for_operator,
    sentence_for_advocate,
    transition_sentence,
)
from passaparola.domain.explain.words import BOUND, CONSIDERED, EFFECTS, STATES, STATUS_WORDS, STEP_WORDS, when
from passaparola.domain.programs import describe, read_program
from passaparola.domain.programs.compiled import RewardRule
from passaparola.domain.programs.earned import earning_key
from passaparola.domain.programs.languages import Language
from passaparola.domain.programs.offer import offer_of
from passaparola.domain.reasons import ADVOCATE_WORDS, OPERATOR_WORDS, Reason
from passaparola.domain.referrals.state import TouchKind
from passaparola.domain.rewards.change import RewardState
from tests.domain.phrases import Story
from tests.domain.program_files import FULL
from tests.domain.street import Street, StreetStory
from tests.domain.test_explain import ADA, BEN, NOON, decision, effect, rule
from tests.domain.test_offer_words import EXAMPLES
from tests.domain.test_rules_run import STORIES
from tests.domain.tongues import Marking, entries_in, letters_outside, marked, sentences_for_translators
from tests.domain.town import Town, versions

KNOWN = sentences_for_translators()
FILES = sorted(
    {
        FULL,
        *(text for row in STORIES for written in row.programs for text in written.split("\n---\n")),
        *(path.read_text() for path in EXAMPLES),
    }
)
NAMES_IN_EXPLANATIONS = {
    "program",
    "rule",
    "order",
    "first_order",
    "occasion",
    "name",
    "prize",
    "hash",
    "when",
    "problem",
    "stage",
    "item",
    "deal",
    "taken_by",
    "of_period",
    "segment",
}


def nameless(value: Any) -> Any:
    """An explanation whose names (of a program, a rule, an order) have no letters."""
    if isinstance(value, list):
        return [nameless(part) for part in value]
    if not isinstance(value, dict):
        return value
    if "when" in value:  # a condition: what the file and the events call things has no letters
        return {"when": "0", "facts": {"0": 0}, **({"problem": "0"} if "problem" in value else {})}
    return {k: _number(v) if k in NAMES_IN_EXPLANATIONS and v else nameless(v) for k, v in value.items()}


def _number(name: str) -> str:
    return ":".join(str(sum(part.encode())) for part in name.split(":"))


def words_of(explanation: Mapping[str, Any], marking: Marking) -> Iterator[str]:
    """All that anybody is told of a decision."""
    told = nameless(explanation)
    yield from paragraph_for_operator(told, lambda _: "0", friend=BEN, tongue=marking.tongue).split("\n")
    yield paragraph_for_operator({**told, "refused": "outranked"}, lambda _: "0", tongue=marking.tongue)
    advocates = {c["advocate"] for c in told["contenders"]} | {e["person"] for e in told["effects"]} | {ADA}
    for advocate in sorted(advocates):
        yield sentence_for_advocate(told, advocate, marking.tongue)


def is_translated(sentences: Iterator[str], marking: Marking) -> None:
    """No letter is written past the language, and translators know everything it was asked for."""
    for sentence in sentences:
        assert not letters_outside(sentence), sentence
    assert marking.asked <= KNOWN, marking.asked - KNOWN


def histories_of(reason: str) -> Iterator[dict[str, Any]]:
    """The reason in each place of an explanation."""
    yield decision(bound=None, refused=reason)
    yield decision(bound=None, contenders=[{"advocate": ADA, "by": "email", "at": NOON, "result": reason}], effects=[])
    for result in (reason, "granted", "unchanged", "counted"):
        yield decision(rules=[rule(result=result, reason=reason)], effects=[])
    yield decision(rules=[], effects=[], refusals=[{"rule": "", "occasion": "", "reason": reason}])
    yield from (decision(effects=[effect(step=step, reason=reason, state=state, hold_until=NOON, reversed=back)])
                for step in EFFECTS for state, back in (("pending", 0), ("issued", 120)))  # fmt: skip


@pytest.mark.parametrize("reason", list(Reason))
def test_each_reason_is_told_in_the_readers_language_wherever_it_stands(reason: Reason) -> None:
    marking = Marking()
    is_translated((text for told in histories_of(reason) for text in words_of(told, marking)), marking)
    assert {OPERATOR_WORDS[reason], ADVOCATE_WORDS[reason]} <= marking.asked


def decided(told: Town | Street) -> list[Decision]:
    """The last decision on each friend, in each program."""
    towns = told.towns if isinstance(told, Street) else [told]
    return [decision for town in towns for decision in town.last.values()]


@pytest.mark.parametrize("row", STORIES, ids=lambda row: row.name)
def test_each_worked_case_is_told_in_the_readers_language(row: Any) -> None:
    marking, several = Marking(), [text for written in row.programs for text in written.split("\n---\n")]
    story = Story(versions(*several)) if len(several) == 1 else StreetStory(several)
    told = 0
    for sentence in row.cells["What happens"].split(";"):
        for explained in decided(story.tell(sentence)):
            is_translated(words_of(orjson.loads(orjson.dumps(explained.explanation)), marking), marking)
            told += 1
    assert told or not any(town.states for town in getattr(story.town, "towns", [story.town]))


def test_every_touch_status_side_state_and_step_is_translated() -> None:
    marking = Marking()
    assert set(CONSIDERED) == set(BOUND) == set(TouchKind)
    assert set(STATES) == set(RewardState)
    assert set(EFFECTS) == set(STEP_WORDS)
    cases = [decision(status=status, contenders=[], rules=[], effects=[effect(step="issued", reason=None)])
             for status in STATUS_WORDS]  # fmt: skip
    cases += [decision(bound={"advocate": ADA, "by": kind, "at": NOON}) for kind in TouchKind]
    cases += [decision(contenders=[{"advocate": ADA, "by": kind, "at": NOON, "result": "won"}]) for kind in TouchKind]
    cases += [decision(effects=[effect(side=side, state=str(state), kind=kind, unit=unit, amount=n)])
              for side in ("advocate", "friend") for state in RewardState
              for kind, unit, n in (("voucher", "VOUCHER", 1), ("voucher", "VOUCHER", 2), ("voucher", "EUR", 5))]  # fmt: skip
    is_translated((text for told in cases for text in words_of(told, marking)), marking)
    line = {"at": NOON, "amount": 414, "reason": "denied", "actor": "0", "note": "0"}
    steps = [transition_sentence({**line, "step": s}, "store_credit", "USD", marking.tongue) for s in STEP_WORDS]
    is_translated(iter([*steps, when(None, marking.tongue)]), marking)
    assert {*STATUS_WORDS.values(), *CONSIDERED.values(), *BOUND.values(), *STATES.values()} <= marking.asked


def without_names(rule: RewardRule) -> RewardRule:
    """What the file calls things, prizes, stages and facts has no letters."""
    draw = rule.draw and replace(rule.draw, catalogue=tuple(replace(p, name="0") for p in rule.draw.catalogue))
    parts = tuple(replace(part, stage="0") for part in rule.parts)
    when = rule.when and replace(rule.when, text="0")
    instead = "0" if rule.fallback else None
    return replace(rule, item="0" * bool(rule.item), fallback=instead, draw=draw, parts=parts, when=when)


@pytest.mark.parametrize("text", FILES, ids=range(len(FILES)))
def test_the_rule_in_words_and_the_offer_are_told_in_the_readers_language(text: str) -> None:
    program, findings = read_program(text, key="0" * 32, version=1, effective_from=0)
    assert program is not None, findings
    landing = program.landing and replace(program.landing, url="0", hosts=("0",) * len(program.landing.hosts))
    rules = tuple(without_names(rule) for rule in program.rules)
    segments = dict(zip("012", program.segments.values(), strict=False))
    stage = "0" if earning_key(program) == "stage" else program.stage
    prizes = tuple(without_names(rule) for rule in program.prizes)
    program = replace(program, segments=segments, name="0", slug="0", timezone="0", landing=landing, rules=rules)
    program = replace(program, stage=stage, prizes=prizes, language=Language.EN)  # the code of another is a name
    marking = Marking()
    offer = offer_of(program, name=None, firm="0", tongue=marking.tongue)
    gifts = [text for gift in (*offer.friend, *offer.advocate) for text in (gift.worth, *gift.terms)]
    said = (offer.headline, *gifts, *offer.steps, *offer.conditions, offer.disclosure)
    is_translated(iter((*describe(program, marking.tongue).split("\n"), *said)), marking)


def test_the_values_of_a_sentence_have_names() -> None:
    """A translator must be able to move them about."""
    assert len(KNOWN) > 250
    nameless_places = {text for text in KNOWN if "%" in re.sub(r"%\([a-z_]+\)s", "", text)}
    assert not nameless_places


def test_a_sentence_past_the_language_is_caught() -> None:
    assert marked("order %(order)s of %(amount)s") == "⟦order ⟧%(order)s⟦ of ⟧%(amount)s"
    assert letters_outside(f"{marked('%(said)s by code') % {'said': marked('won')}} [cap_reached]") == ""
    assert letters_outside(marked("won by %(how)s") % {"how": "code"}) == "code"
    marking = Marking()
    lazy = replace(marking.tongue, gettext=lambda t: t if t == "won" else marked(t))
    assert letters_outside(paragraph_for_operator(nameless(decision()), lambda _: "0", tongue=lazy)) == "won"


@pytest.mark.parametrize("source", ["gettext(f'{n} won')", "gettext(WORDS[n])", "said('won')", "gettext('w' + n)"])
def test_a_text_that_makemessages_would_miss_is_not_taken_for_known(source: str) -> None:
    assert list(entries_in("tongue.gettext('won')")) == [("won",)]
    assert list(entries_in("tongue.ngettext('%(n)s day', '%(n)s days', n)")) == [("%(n)s day", "%(n)s days")]
    assert list(entries_in(source)) == []
