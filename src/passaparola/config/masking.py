"""What must not be in a log, taken out of any text: addresses, numbers of people and cards, keys and tokens, whatever was quoted."""

import re

MASK = "…"
_EMAIL = re.compile(r"[^\s@'\"<>(),;:=/?&]+(?:@|%40)[^\s@'\"<>(),;:/?&]+\.[^\s'\"<>(),;:/?&]+", re.IGNORECASE)
_KEY = re.compile(r"\bpp_(?:live|pub)_[\w-]+|\bwhsec_[\w+/=-]+|\bv_[\w-]{16,}", re.IGNORECASE)
_BEARER = re.compile(r"\b(bearer|basic)(\s+)[^\s,;'\"&]+", re.IGNORECASE)
_NAMED = re.compile(r"\b(authorization|cookie|token|password|secret)(\s*[:=]\s*)[^\s,;'\"&]+", re.IGNORECASE)
_IN_QUERY = re.compile(r"([?&][\w.\[\]-]{1,64}=)[^&\s'\"]*")
_PHONE = re.compile(r"(?:\+|%2B)\d[\d ().-]{5,}\d")
_DIGITS = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\w)")
_LONG = re.compile(
    r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{32,}(?:\.[\w-]+)*"
)  # a signed token; our ids are small hex digits
_QUOTED = re.compile(  # an apostrophe inside a word ends and begins nothing
    r"(?<!\w)'.*?'(?!\w)|(?<!\w)\".*?\"(?!\w)|\((?:[^()\n]|\([^()\n]*\))*\)=\((?:[^()\n]|\([^()\n]*\))*\)", re.DOTALL
)
_REST = re.compile(r"^(?:DETAIL|CONTEXT|LINE \d+|HINT):?.*$", re.MULTILINE)  # PostgreSQL repeats values there


def masked(text: str) -> str:
    """The text without what is known by its shape."""
    if not text:
        return text
    for pattern in (_EMAIL, _KEY, _PHONE, _LONG):
        text = pattern.sub(MASK, text)
    for pattern in (_BEARER, _NAMED):
        text = pattern.sub(rf"\1\2{MASK}", text)
    text = _IN_QUERY.sub(rf"\1{MASK}", text)
    return _DIGITS.sub(lambda found: MASK if _is_card(found[0]) else found[0], text)


def foreign(text: str) -> str:
    """The text of somebody else's error: it may quote any value, a name too, so what it quotes goes as well."""
    return masked(_QUOTED.sub(MASK, _REST.sub(MASK, text)))


def _is_card(text: str) -> bool:
    """By the check digit that card numbers have."""
    digits = [int(digit) for digit in text if digit.isdigit()]
    doubled = [digit if place % 2 == 0 else digit * 2 - 9 * (digit > 4) for place, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0
