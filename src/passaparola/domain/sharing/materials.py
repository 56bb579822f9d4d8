"""What advocates may share beside their words: pictures, texts, films, stories, tips, articles. Each goes out with their own link."""

from collections.abc import Mapping
from enum import StrEnum

from passaparola.domain.design.blocks import LANGUAGES, UnableToReadBlock, address, line, picture, words
from passaparola.domain.sharing.texts import UnableToReadText, check_tags
from passaparola.domain.tongue import gettext_noop
from passaparola.domain.values import value

LONGEST_TITLE, LONGEST_WORDS, MOST_MATERIALS = 120, 2000, 200


class MaterialKind(StrEnum):
    PICTURE = "picture"
    TEXT = "text"
    FILM = "film"
    STORY = "story"
    TIPS = "tips"
    ARTICLE = "article"


_NEEDED: dict[MaterialKind, str] = {
    MaterialKind.PICTURE: "picture",
    MaterialKind.TEXT: "words",
    MaterialKind.FILM: "address",
    MaterialKind.STORY: "words",
    MaterialKind.TIPS: "words",
    MaterialKind.ARTICLE: "address",
}
_READ = {"title": line(LONGEST_TITLE), "words": words(LONGEST_WORDS), "picture": picture, "address": address}


@value(frozen=True, slots=True)
class Material:
    """`language` empty: for readers of every language. `picture` is the digest of one of the firm's pictures."""

    kind: str
    language: str
    title: str
    words: str = ""
    picture: str = ""
    address: str = ""


def read_material(kind: MaterialKind, given: Mapping[str, str]) -> Material:
    """A material of a kind. A picture needs its picture, a film and an article their address, the others words. Raises UnableToReadText."""
    told = {name: _read(name, given.get(name, "")) for name in _READ}
    language = given.get("language", "")
    if language and language not in LANGUAGES:
        raise UnableToReadText("language", gettext_noop("use one of %(known)s, or nothing"), known=", ".join(LANGUAGES))
    for needed in ("title", _NEEDED[kind]):
        if not told[needed]:
            raise UnableToReadText(needed, gettext_noop("it is needed here"))
    check_tags("words", told["words"])
    return Material(str(kind), language, **told)


def _read(field: str, text: str) -> str:
    try:
        return str(_READ[field](field, text))
    except UnableToReadBlock as problem:
        raise UnableToReadText(field, gettext_noop("expected %(expected)s"), expected=str(problem)) from None
