"""The blocks that a firm writes on its landing page: what each holds, and the reading of it.

Headline, steps, terms and disclosure are no blocks: they follow from the program and are always there.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from passaparola.domain.design.video import UnableToReadVideo, read_video
from passaparola.domain.values import value

LANGUAGES = ("en", "pl", "it", "ro", "ar")
MOST_QUESTIONS = 12
_FLAG = re.compile(
    "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f"
)  # of England, Scotland, Wales
_MEANT = str.maketrans({"\t": " ", "\u00ad": None})  # as tables and word processors give them
LONGEST_ADDRESS = 2048
Content = dict[str, Any]


class Block(StrEnum):
    HERO = "hero"
    MESSAGE = "message"
    PRODUCT = "product"
    VIDEO = "video"
    QUESTIONS = "questions"
    VALUES = "values"
    CONTACT = "contact"


class UnableToReadBlock(ValueError):
    """`field` is where, the message what is expected there."""

    def __init__(self, field: str, expected: str):
        super().__init__(expected)
        self.field = field


@value(frozen=True, slots=True)
class Field:
    """One field of a block: how it is read, and whether it may be left out."""

    read: Callable[[str, Any], Any]
    needed: bool = False


def line(longest: int) -> Callable[[str, Any], str]:
    """One line of at most so many characters."""

    def read(field: str, given: Any) -> str:
        text = words(longest)(field, given)
        if "\n" in text:
            raise UnableToReadBlock(field, "one line, without line breaks")
        return text

    return read


def words(longest: int) -> Callable[[str, Any], str]:
    """A text of at most so many characters; lines may be broken. Controls and marks that turn the direction of reading are refused."""

    def read(field: str, given: Any) -> str:
        if not isinstance(given, str):
            raise UnableToReadBlock(field, "a text")
        text = unicodedata.normalize("NFC", given.replace("\r\n", "\n").translate(_MEANT).strip())
        if len(text) > longest:
            raise UnableToReadBlock(field, f"at most {longest} characters: here are {len(text)}")
        if any(c != "\n" and _hidden(c) for c in _FLAG.sub("", text)):
            raise UnableToReadBlock(field, "letters, figures and signs: here is a character that nobody sees")
        return text

    return read


def _hidden(character: str) -> bool:
    if character in "\u200c\u200d\u200e\u200f\u061c\ufe0f":  # scripts and emoji need these inside a text
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def picture(field: str, given: Any) -> str:
    """The hash of a picture, as taking it gave."""
    text = given if isinstance(given, str) else ""
    if text and (len(text) != 64 or not set(text) <= set("0123456789abcdef")):
        raise UnableToReadBlock(field, "the hash of a picture: 64 figures and letters from a to f")
    return text


def address(field: str, given: Any) -> str:
    """A web address of a page, by https."""
    text = line(LONGEST_ADDRESS)(field, given)
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        good = parts.scheme == "https" and bool(parts.hostname) and not parts.username and " " not in text
    except ValueError:
        good = False
    if not good:
        raise UnableToReadBlock(field, "an address such as https://www.example.com/bread")
    return text


def _video(field: str, given: Any) -> str:
    try:
        return read_video(line(LONGEST_ADDRESS)(field, given)).address
    except UnableToReadVideo as problem:
        raise UnableToReadBlock(field, str(problem)) from None


def _questions(field: str, given: Any) -> list[Content]:
    if not isinstance(given, list) or len(given) > MOST_QUESTIONS:
        raise UnableToReadBlock(field, f"a list of at most {MOST_QUESTIONS} questions")
    fields = {"question": Field(line(160), needed=True), "answer": Field(words(1000), needed=True)}
    return [_read(fields, item, f"{field}[{place}].") for place, item in enumerate(given)]


BLOCKS: dict[Block, dict[str, Field]] = {
    Block.HERO: {"picture": Field(picture, needed=True), "alt": Field(line(160))},
    Block.MESSAGE: {"words": Field(words(400), needed=True)},
    Block.PRODUCT: {
        "name": Field(line(80), needed=True),
        "words": Field(words(500)),
        "picture": Field(picture),
        "alt": Field(line(160)),
        "link": Field(address),
    },
    Block.VIDEO: {"address": Field(_video, needed=True), "title": Field(line(120)), "poster": Field(picture)},
    Block.QUESTIONS: {"items": Field(_questions, needed=True)},
    Block.VALUES: {"title": Field(line(80)), "words": Field(words(800), needed=True)},
    Block.CONTACT: {"words": Field(words(400)), "phone": Field(line(40))},
}


def read_block(block: Block, given: Any) -> Content:
    """The content of a block, each field read; what is left out is empty. Raises UnableToReadBlock, naming the field."""
    content = _read(BLOCKS[block], given, "")
    if not any(content.values()):
        raise UnableToReadBlock(next(iter(content)), "something to show: remove the block where there is nothing")
    return content


def _read(fields: Mapping[str, Field], given: Any, where: str) -> Content:
    if not isinstance(given, dict):
        raise UnableToReadBlock(where.rstrip("."), f"an object with {', '.join(fields)}")
    unknown = sorted(set(map(str, given)) - set(fields))
    if unknown:
        raise UnableToReadBlock(f"{where}{unknown[0][:64]}", f"no field of this block: it has {', '.join(fields)}")
    content = {}
    for name, field in fields.items():
        content[name] = field.read(f"{where}{name}", given.get(name, [] if name == "items" else ""))
        if field.needed and not content[name]:
            raise UnableToReadBlock(f"{where}{name}", "something: it is needed here")
    return content


def pictures_of(block: Block, content: Mapping[str, Any]) -> list[str]:
    """The hashes of the pictures that a block shows."""
    return [content[name] for name, field in BLOCKS[block].items() if field.read is picture and content.get(name)]
