"""What may be shown of a person's name to somebody who is not them."""

import unicodedata

LONGEST = 40
_HIDDEN = {
    "Cc",
    "Cf",
    "Cs",
    "Co",
    "Cn",
    "Zl",
    "Zp",
}  # controls, marks that turn the direction, halves, private and unused
_JOINERS = {"\u200c", "\u200d"}  # Persian, Indian and other scripts need them inside a word
MOST_MARKS = 3  # combining marks on one letter
LOOKS_EMPTY = frozenset("\u115f\u1160\u3164\uffa0\u2800")  # letters and signs that are drawn as nothing


def public_name(name: str) -> str | None:
    """The first word of a name, at most 40 characters, inert; None where there is nothing to show.

    A surname is not shown, nor what looks like an address or a number. Marks that turn the direction of reading, controls, and heaps of
    marks on one letter are left out.
    """
    text = unicodedata.normalize("NFC", name[:1000])
    if "@" in text or "://" in text:
        return None
    text = "".join(c for c in text if c in _JOINERS or c.isspace() or unicodedata.category(c) not in _HIDDEN)
    word = next(iter(text.split()), "")
    word = _few_marks(word)[:LONGEST].strip("\u200c\u200d")
    return word if has_letter(word) else None


def has_letter(text: str) -> bool:
    """Whether it has a letter that somebody sees."""
    return any(c.isalpha() and c not in LOOKS_EMPTY for c in text)


def heaped(text: str) -> bool:
    """Whether more marks stand on one letter than can be read."""
    marks = 0
    for character in unicodedata.normalize("NFD", text):
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks > MOST_MARKS:
            return True
    return False


def _few_marks(word: str) -> str:
    kept, marks = [], 0
    for character in word:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
