"""A language that shows what was translated, and the sentences that translators are given."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from passaparola import domain
from passaparola.domain.tongue import Tongue

PLACE = re.compile(r"%\([a-z_]+\)s")
MARKERS = {
    "_": 1,
    "gettext": 1,
    "gettext_noop": 1,
    "gettext_lazy": 1,
    "ngettext": 2,
    "ngettext_lazy": 2,
    "ngettext_noop": 2,
}
_MARKED = re.compile("⟦[^⟦⟧]*⟧")
_NAMES = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ| \[[a-z_]+\]"
)  # moments, and the name behind the words of a reason


class Marking:
    """Puts what it translates between ⟦ and ⟧, its values outside, writes amounts without letters, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: set[str] = set()
        self.tongue = Tongue(self._one, self._many, lambda *_: "#", lambda _: "#", "#".join)

    def _one(self, text: str) -> str:
        self.asked.add(text)
        return marked(text)

    def _many(self, one: str, many: str, n: int) -> str:
        self.asked |= {one, many}
        return marked(one if n == 1 else many)


def marked(text: str) -> str:
    """`order %(order)s of %(amount)s` as `⟦order ⟧%(order)s⟦ of ⟧%(amount)s`."""
    literals, places = PLACE.split(text), [*PLACE.findall(text), ""]
    return "".join(f"⟦{literal}⟧{place}" if literal else place for literal, place in zip(literals, places, strict=True))


def letters_outside(text: str) -> str:
    """The letters that no translator has seen, where the values have none."""
    return "".join(c for c in _NAMES.sub("", _MARKED.sub("", text)) if c.isalpha())


def sentences_for_translators() -> set[str]:
    """Every text of the domain that `makemessages` finds."""
    return {text for entry in entries_below(Path(domain.__path__[0])) for text in entry}


def entries_below(folder: Path) -> set[tuple[str, ...]]:
    """What `makemessages` finds in the Python files below a folder: texts, and pairs of one and many."""
    return {entry for file in folder.rglob("*.py") for entry in entries_in(file.read_text(encoding="utf-8"))}


def entries_in(source: str) -> Iterator[tuple[str, ...]]:
    """Texts written out whole as the arguments of a function that has one of the known names."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        given = [a.value for a in node.args[: MARKERS.get(name, 0)] if isinstance(a, ast.Constant)]
        texts = tuple(text for text in given if isinstance(text, str))
        if texts and len(texts) == MARKERS[name]:
            yield texts
