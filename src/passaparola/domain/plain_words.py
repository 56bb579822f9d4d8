"""Words that a person wrote and another one will read in a mail: only words are left of them.

Links, e-mail addresses, phone numbers, markup, control characters and those that turn the direction of writing are taken out: what is sent
in somebody's name cannot be used to send somebody elsewhere. Every pattern takes time in proportion to the text.
"""

import re
import unicodedata

LONGEST_WORDS = 300
LONGEST_NAME = 60
_READ_AT_MOST = 4000

_TAG = re.compile(r"<[^<>]{0,400}>")
_LEADS = re.compile(r"://|\bwww\.|@|[^\W_]\.[^\W\d_]{2,}", re.IGNORECASE)  # a link, an address, a domain
_PHONE = re.compile(r"[+(]?\d(?:[\s().\-/]{0,3}\d){5,}")
_BLANKS = re.compile(r"\s+")
_FORMULA = re.compile(r"[<>{}$%`|\\\[\]]+")


def plain_words(text: str, limit: int = LONGEST_WORDS) -> str:
    """The words on one line, at most `limit` characters, cut between words; empty when nothing is left."""
    words = _printable(text[:_READ_AT_MOST])
    words = _TAG.sub(" ", words)
    words = " ".join(word for word in words.split() if not _LEADS.search(word))
    for pattern in (_PHONE, _FORMULA, _BLANKS):
        words = pattern.sub(" ", words)
    words = words.strip()
    return words if len(words) <= limit else _cut(words, limit)


def plain_name(text: str) -> str:
    """A name as it may stand in somebody else's mail. A name that holds more than a name (a link, a number, markup) is none: empty."""
    name = _BLANKS.sub(" ", _printable(text[:_READ_AT_MOST])).strip()
    return name if name == plain_words(name, LONGEST_NAME) else ""


def leads_elsewhere(text: str) -> bool:
    """Whether a text holds a link, an e-mail address, a domain, a phone number or markup, however it is disguised."""
    words = _printable(text[:_READ_AT_MOST])
    return any(pattern.search(words) for pattern in (_TAG, _LEADS, _PHONE))


def _printable(text: str) -> str:
    """Without control characters, invisible ones and those that turn the direction; look-alikes of ASCII as ASCII."""
    whole = unicodedata.normalize("NFKC", text)
    kept = (" " if c in "\n\r\t\u2028\u2029" else c for c in whole)
    return "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))


def _cut(words: str, limit: int) -> str:
    head, _, _ = words[: limit - 1].rpartition(" ")
    return (head or words[: limit - 1]) + "…"
