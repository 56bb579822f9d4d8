"""When two spellings of a name are one name: what is compared where a friend says who told them."""

import unicodedata

LONGEST = 200
_LETTERS = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i",
        "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ٱ": "ا", "ـ": None,
    }
)  # fmt: skip


def name_key(name: str) -> str:
    """The key of a name: equal for spellings that differ in case, accents, vowel signs, punctuation, or the order of the words.

    Arabic letters that are written one for another are one (alif with and without hamza, ta marbuta and ha, alif maqsura and ya). Words in
    another script are another name. Empty where there is no letter in it.
    """
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name[:LONGEST]).casefold())
    kept = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Me", "Cf")).translate(_LETTERS)
    words = "".join(c if c.isalnum() else " " for c in kept).split()
    return " ".join(sorted(words)) if any(c.isalpha() for c in kept) else ""
