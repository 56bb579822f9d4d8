"""Quotes: what people say of the firm in public, in words and under a name that are theirs, for as long as they agree."""

import unicodedata
from collections.abc import Callable, Mapping
from enum import StrEnum

from passaparola.domain.design.blocks import LANGUAGES, UnableToReadBlock, line
from passaparola.domain.people.public_name import LOOKS_EMPTY, has_letter, heaped
from passaparola.domain.plain_words import leads_elsewhere
from passaparola.domain.sharing.texts import UnableToReadText
from passaparola.domain.tongue import gettext_noop
from passaparola.domain.values import value

LONGEST_QUOTE, LONGEST_SHOWN_AS, LONGEST_NOTE = 280, 60, 200
MOST_SHOWN = 3  # at one place
MOST_OF_A_PERSON, MOST_QUOTES = 5, 1000


class QuoteState(StrEnum):
    """Only what is approved is shown. Withdrawn is the end: words and name are gone."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


class ConsentBy(StrEnum):
    """How somebody agreed to be quoted."""

    PORTAL = "portal"
    MAIL = "mail"
    PAPER = "paper"
    IN_PERSON = "in_person"


@value(frozen=True, slots=True)
class Quote:
    """`language` empty: nobody said."""

    text: str
    shown_as: str
    language: str = ""


def read_quote(given: Mapping[str, str]) -> Quote:
    """`text` and `shown_as`, each on one line, as words and nothing else, and `language`. Raises UnableToReadText, naming the field."""
    return Quote(**{name: read(given.get(name, "")) for name, read in _FIELDS.items()})


def troubles(given: Mapping[str, str]) -> list[UnableToReadText]:
    """What is wrong with each field, for a form that says it all at once."""
    found = []
    for name, read in _FIELDS.items():
        try:
            read(given.get(name, ""))
        except UnableToReadText as problem:
            found.append(problem)
    return found


def read_note(text: str) -> str:
    """What is noted of a consent: one line, perhaps empty. Raises UnableToReadText."""
    return _line("note", text, LONGEST_NOTE)


def _language(given: str) -> str:
    if given and given not in LANGUAGES:
        raise UnableToReadText("language", gettext_noop("use one of %(known)s, or nothing"), known=", ".join(LANGUAGES))
    return given


def _name(given: str) -> str:
    name = _words("shown_as", given, LONGEST_SHOWN_AS)
    if not has_letter(name):
        raise UnableToReadText("shown_as", gettext_noop("a name has letters"))
    return name


def _words(field: str, given: str, longest: int) -> str:
    text = _line(field, given, longest)
    if not any(c not in LOOKS_EMPTY and unicodedata.category(c)[0] not in "CZM" for c in text):
        raise UnableToReadText(field, gettext_noop("it is needed here"))
    if leads_elsewhere(text):
        sentence = gettext_noop(
            "words only: no link, address, phone number or markup, and a space behind each full stop"
        )
        raise UnableToReadText(field, sentence)
    if heaped(text):
        raise UnableToReadText(field, gettext_noop("so many marks on one letter cannot be read"))
    return text


def _line(field: str, given: str, longest: int) -> str:
    try:
        return line(longest)(field, " ".join(given.split()))
    except UnableToReadBlock as problem:
        raise UnableToReadText(field, gettext_noop("expected %(expected)s"), expected=str(problem)) from None


_FIELDS: dict[str, Callable[[str], str]] = {
    "text": lambda given: _words("text", given, LONGEST_QUOTE),
    "shown_as": _name,
    "language": _language,
}
