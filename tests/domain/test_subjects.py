"""A program about riders, guests, candidates and others says so wherever it would speak of friends."""

import re
from pathlib import Path

import pytest

import passaparola
from passaparola.domain import reasons
from passaparola.domain.explain import paragraph_for_operator, sentence_for_advocate
from passaparola.domain.programs import describe
from passaparola.domain.programs.flow import flow_of
from passaparola.domain.programs.offer import offer_of
from passaparola.domain.programs.subject_words import FRIENDS, SAID, speaking_of
from passaparola.domain.programs.subjects import Subject
from passaparola.domain.programs.whoever_comes import WHOEVER_COMES
from passaparola.domain.referrals import requests
from passaparola.domain.tongue import EXACT
from tests.domain.program_files import FULL, edited, example, good
from tests.domain.test_explain import ADA, BEN, decision, label, rule
from tests.domain.tongues import entries_below

ROOT = Path(passaparola.__path__[0])
IN_TEMPLATES = re.compile(r'{% of_friends _\("(.+?)"\)')
SAID_OF_FRIENDS = {text for entry in entries_below(ROOT) for text in entry} | {
    text for file in ROOT.rglob("inbound/templates/**/*.html") for text in IN_TEMPLATES.findall(file.read_text("utf-8"))
}
OTHERS = [subject for subject in Subject if subject is not Subject.CUSTOMER]

ANYBODYS = {text for said in WHOEVER_COMES.values() for text in ((said,) if isinstance(said, str) else said)}


@pytest.mark.parametrize("subject", OTHERS)
def test_what_is_said_of_a_subject_is_what_was_said_of_friends(subject: Subject) -> None:
    one = FRIENDS[subject].removesuffix("s")
    for of_friends, said in SAID[subject].items():
        assert of_friends in SAID_OF_FRIENDS, "nobody says this of friends any more"
        for text in said if isinstance(said, tuple) else (said,):
            named = (
                text in ANYBODYS
                or one in text.lower()
                or "applies" in text
                or text.partition(" %")[0] not in of_friends
            )
            assert (named, " friend" in text) == (True, False), text


@pytest.mark.parametrize("subject", OTHERS)
def test_pages_and_explanations_have_the_word_of_the_program(subject: Subject) -> None:
    one, text = FRIENDS[subject].removesuffix("s"), edited("type: saas", f"type: saas\nsubject: {subject}")
    program, before = good(text), good(FULL)
    assert f"The {one} gets" in describe(program)
    assert (one in describe(before), "The friend gets" in describe(before)) == (False, True)
    assert f"The {one}'s reward friend" in [part.title for part in flow_of(program).parts]
    told = decision(subject=subject, rules=[rule(result="counted")], effects=[])
    assert f"the {one} is bound and has converted" in paragraph_for_operator(told, label, friend=BEN)
    assert f"{one} came through your recommendation" in sentence_for_advocate(told, ADA)


def test_a_candidate_is_told_to_apply_and_need_not_be_new() -> None:
    program = good(example("x22-candidates.yaml"))
    said = offer_of(program, name="Ada", firm="Shop")
    assert said.headline.startswith("Apply to ")
    assert any("whoever applies" in condition for condition in said.conditions)
    assert not any("new customers" in condition for condition in said.conditions)
    assert "may be a customer already" in describe(program)
    told = good(example("x22-candidates.yaml").replace("trigger: hired", "trigger: first_purchase"))
    assert not told.newcomers_only
    asked = "trigger: {kind: first_purchase, friend_must_be: new_customer}"
    assert good(example("x22-candidates.yaml").replace("trigger: hired", asked)).newcomers_only


def test_pages_say_nothing_of_friends_that_has_no_other_words() -> None:
    of_friends = {
        text
        for file in ROOT.rglob("inbound/templates/**/*.html")
        for text in IN_TEMPLATES.findall(file.read_text("utf-8"))
    }
    advocates = {*reasons.ADVOCATE_WORDS.values(), *requests.ADVOCATE_WORDS.values()}
    assert len(of_friends) > 30
    for subject in OTHERS:
        missing = {text for text in of_friends | advocates if "friend" in text.lower()} - set(SAID[subject])
        assert not missing, (subject, missing)


def test_what_has_no_word_of_its_own_is_said_of_friends() -> None:
    assert speaking_of(EXACT, Subject.CUSTOMER) is EXACT
    tongue = speaking_of(EXACT, Subject.RIDER)
    assert tongue.gettext("A friend recommends this to you") == "A friend recommends this to you", "who is an advocate"
    assert tongue.ngettext("%(n)s friend", "%(n)s friends", 2) == "%(n)s friends"
