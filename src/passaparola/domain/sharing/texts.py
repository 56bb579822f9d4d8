"""Texts that stand ready when an advocate shares: one a channel and language, with places for what differs from advocate to advocate.

An advocate reads them before they are sent and may change every word. What is allowed is measured with all places filled.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from passaparola.domain.design.blocks import UnableToReadBlock, line, words
from passaparola.domain.sharing.lengths import sms_parts, x_length
from passaparola.domain.tongue import gettext_noop
from passaparola.domain.values import value

LONGEST, LONGEST_SUBJECT, MOST_PARTS, LONGEST_POST = 600, 120, 3, 280
TAGS = ("name", "firm", "headline", "code", "link")
FALLBACK = "en"
BUTTONS = ("whatsapp", "telegram", "email", "sms", "facebook", "x", "linkedin")  # a firm may leave each of them out
HIDDEN = ""  # in place of a language: the channel has no button, and no words
_TAG = re.compile(r"\{([^{}]*)\}")
_BRACE = re.compile(r"[{}]")


class TextChannel(StrEnum):
    """Where a text is for. Facebook and LinkedIn take a link and no words; `any` is for whatever has no text of its own."""

    ANY = "any"
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    EMAIL = "email"
    SMS = "sms"
    X = "x"


@value(frozen=True, slots=True)
class ShareText:
    """A text as it was written; only a mail has a subject."""

    language: str
    channel: str
    words: str
    subject: str = ""


class UnableToReadText(ValueError):
    """`field` is where; `sentence` with `said` says what is wrong and how to mend it."""

    def __init__(self, field: str, sentence: str, **said: str):
        self.field, self.sentence, self.said = field, sentence, said
        super().__init__(sentence % said if said else sentence)


def read_text(channel: TextChannel, language: str, given: Mapping[str, str], sample: Mapping[str, str]) -> ShareText:
    """A text with its places, short enough for its channel when they are filled as in `sample`. Raises UnableToReadText."""
    said = _read("words", words(LONGEST), given.get("words", ""))
    subject = _read("subject", line(LONGEST_SUBJECT), given.get("subject", ""))
    if not said:
        raise UnableToReadText("words", gettext_noop("write something, or take the text away"))
    if subject and channel is not TextChannel.EMAIL:
        raise UnableToReadText("subject", gettext_noop("only a mail has a subject"))
    for field, text in (("words", said), ("subject", subject)):
        check_tags(field, text)
    _check_length(channel, with_link(filled(said, sample), sample["link"]))
    return ShareText(language, str(channel), said, subject)


def hidden_buttons(texts: Iterable[ShareText]) -> frozenset[str]:
    """The channels whose buttons the firm leaves out."""
    return frozenset(text.channel for text in texts if text.language == HIDDEN)


def _read(field: str, read: object, given: str) -> str:
    try:
        return str(read(field, given))  # type: ignore[operator]
    except UnableToReadBlock as problem:
        raise UnableToReadText(field, gettext_noop("expected %(expected)s"), expected=str(problem)) from None


def check_tags(field: str, text: str) -> None:
    """Only known tags, and no brace besides. Raises UnableToReadText."""
    known = ", ".join(f"{{{tag}}}" for tag in TAGS)
    for found in _TAG.finditer(text):
        if found[1] not in TAGS:
            sentence = gettext_noop("there is no %(tag)s: use %(known)s")
            raise UnableToReadText(field, sentence, tag=found[0][:40], known=known)
    if _BRACE.search(_TAG.sub("", text)):
        sentence = gettext_noop("a brace without its other half: braces are for %(known)s only")
        raise UnableToReadText(field, sentence, known=known)


def _check_length(channel: TextChannel, text: str) -> None:
    if channel is TextChannel.X and x_length(text) > LONGEST_POST:
        sentence = gettext_noop("too long for X: %(length)s characters with the link, and %(most)s are allowed")
        raise UnableToReadText("words", sentence, length=str(x_length(text)), most=str(LONGEST_POST))
    if channel is TextChannel.SMS and len(sms_parts(text)) > MOST_PARTS:
        sentence = gettext_noop("too long: it takes %(parts)s text messages with the link, and %(most)s are allowed")
        raise UnableToReadText("words", sentence, parts=str(len(sms_parts(text))), most=str(MOST_PARTS))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled; what fills them is not looked through again."""
    return _TAG.sub(lambda found: values.get(found[1], found[0]), text)


def with_link(text: str, link: str) -> str:
    """The text with the link, which follows on a line of its own where the text does not hold it."""
    return text if link in text else f"{text}\n{link}" if text else link


def text_for(texts: Iterable[ShareText], channel: str, language: str) -> ShareText | None:
    """The text of a channel in a language: its own, else that for any channel; else so in English; else so in the first language."""
    mine = [text for text in texts if text.words and text.channel in (channel, TextChannel.ANY)]

    def rank(text: ShareText) -> tuple[bool, bool, str, bool]:
        return text.language != language, text.language != FALLBACK, text.language, text.channel != channel

    return min(mine, key=rank, default=None)
