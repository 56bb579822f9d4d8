"""What people read is whole in every language, and says the glossary's words."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from docs.messages import LANGUAGES, catalogue, compiled, extracted, po_of, problems, renewed, texts, written

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
NAMES = {"pl": "Polish", "it": "Italian", "ro": "Romanian", "ar": "Arabic"}


@pytest.fixture(scope="module")
def said() -> Catalog:
    return extracted()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_and_none_is_left_over(language: str, said: Catalog) -> None:
    found = list(problems(catalogue(language), said))
    assert not found, f"{language}: {len(found)} to do; the first: {found[:5]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_as_make_messages_writes_it(language: str, said: Catalog) -> None:
    path = po_of(language)
    assert path.read_bytes() == written(renewed(language, said)), "run `make messages`"
    assert path.with_suffix(".mo").read_bytes() == compiled(catalogue(language)), "run `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_has_a_word_that_the_glossary_forbids(language: str) -> None:
    never = forbidden(language)
    assert len(never) >= 3
    for message in catalogue(language):
        for text in texts(message):
            words = {word.casefold() for word in re.findall(r"\w+", text)}
            hits = [w for w in never if (w in words if language == "ar" else w.casefold() in text.casefold())]
            assert not hits, f"{language}: {hits} in {text!r}"


def test_a_wrong_place_a_lost_mark_and_a_left_over_sentence_are_noticed() -> None:
    said, known = Catalog(), Catalog(locale="pl")
    for english, polish in (("%(n)s rewards", "%(m)s nagród"), ("<bdi>x</bdi>", "x"), ("new", "")):
        said.add(english)
        known.add(english, polish)
    known.add("old", "stare")
    assert [line.partition(":")[0] for line in problems(known, said)] == [
        "other places for values than in English",
        "other marks than in English",
        "not translated",
        "not said any more",
    ]


def forbidden(language: str) -> list[str]:
    row = next(line for line in GLOSSARY.read_text().splitlines() if line.startswith(f"| {NAMES[language]} |"))
    return [word.strip() for word in row.split("|")[2].split(",")]
