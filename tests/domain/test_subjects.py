"""A program about riders, guests, candidates and others says so wherever it would speak of friends."""

from pathlib import Path

import pytest

import passaparola
from passaparola.domain.explain import paragraph_for_operator, sentence_for_advocate
from passaparola.domain.programs import describe
from passaparola.domain.programs.flow import flow_of
from passaparola.domain.programs.offer import offer_of
from passaparola.domain.programs.subject_words import FRIENDS, SAID, speaking_of
from passaparola.domain.programs.subjects import Subject
from passaparola.domain.tongue import EXACT
from tests.domain.program_files import FULL, edited, example, good
from tests.domain.test_explain import ADA, BEN, decision, label, rule
from tests.domain.tongues import entries_below

SAID_OF_FRIENDS = {text for entry in entries_below(Path(passaparola.__path__[0])) for text in entry}
OTHERS = [subject for subject in Subject if subject is not Subject.CUSTOMER]


@pytest.mark.parametrize("subject", OTHERS)
def test_what_is_said_of_a_subject_is_what_was_said_of_friends(subject: Subject) -> None:
    one = FRIENDS[subject].removesuffix("s")
    for of_friends, said in SAID[subject].items():
        assert of_friends in SAID_OF_FRIENDS, "nobody says this of friends any more"
        for text in said if isinstance(said, tuple) else (said,):
            named = one in text.lower() or "applies" in text or text.partition(" %")[0] not in of_friends
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


def test_what_has_no_word_of_its_own_is_said_of_friends() -> None:
    assert speaking_of(EXACT, Subject.CUSTOMER) is EXACT
    tongue = speaking_of(EXACT, Subject.RIDER)
    assert (
        tongue.gettext("when a friend who comes through you is hired") == "when a friend who comes through you is hired"
    )
    assert tongue.ngettext("%(n)s friend", "%(n)s friends", 2) == "%(n)s friends"
