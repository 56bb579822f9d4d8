"""How long a text is where it is sent: parts of a text message, characters as X counts them.

Source: 3GPP TS 23.038 (the seven-bit alphabet and its extension), TS 23.040 (parts of a long message); X's published weights.
"""

import re
from collections.abc import Iterator

_SEVEN_BITS = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # an escape and the sign: two places
ONE_OF_SEVEN_BITS, EACH_OF_SEVEN_BITS = 160, 153
ONE_OF_UCS2, EACH_OF_UCS2 = 70, 67
WEIGHT_OF_LINK = 23  # whatever its length: X shortens it
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_LINK = re.compile(r"https?://\S+")


def is_seven_bits(text: str) -> bool:
    """Whether a text message carries it in seven bits a character. One other character, and the whole message takes sixteen."""
    return all(c in _SEVEN_BITS or c in _EXTENDED for c in text)


def costly_signs(text: str) -> str:
    """The characters for which a text message takes sixteen bits a character, each once; empty where it takes seven."""
    return "".join(dict.fromkeys(c for c in text if not is_seven_bits(c)))


def sms_parts(text: str) -> tuple[str, ...]:
    """The parts in which a telephone sends the text: 160 places alone, 153 each of several; in UCS-2 70 and 67.

    A sign of the extension takes two places, so does a character outside of the first plane; neither is cut in two.
    """
    small = is_seven_bits(text)
    one, each = (ONE_OF_SEVEN_BITS, EACH_OF_SEVEN_BITS) if small else (ONE_OF_UCS2, EACH_OF_UCS2)
    sized = [(c, _places(c, small)) for c in text]
    if sum(size for _, size in sized) <= one:
        return (text,)
    return tuple(_cut(sized, each))


def _places(character: str, small: bool) -> int:
    return 2 if (character in _EXTENDED if small else ord(character) > 0xFFFF) else 1


def _cut(sized: list[tuple[str, int]], room: int) -> Iterator[str]:
    part, taken = "", 0
    for character, size in sized:
        if taken + size > room:
            yield part
            part, taken = "", 0
        part, taken = part + character, taken + size
    yield part


def x_length(text: str) -> int:
    """Characters as X counts them: a link is 23, most scripts of Asia and emoji count twice."""
    links = _LINK.findall(text)
    return len(links) * WEIGHT_OF_LINK + sum(_weight(c) for c in _LINK.sub("", text))


def _weight(character: str) -> int:
    return 1 if any(first <= ord(character) <= last for first, last in _LIGHT) else 2
