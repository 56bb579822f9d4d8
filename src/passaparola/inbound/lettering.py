"""Letters in the order in which they are seen, each by the font that has it: for pictures and papers that we draw ourselves."""

from pathlib import Path

from arabic_reshaper import reshape
from bidi import get_display

FONTS = Path(__file__).parent / "fonts"
_UNSEEN = {ord(mark): None for mark in "\u2066\u2067\u2068\u2069\u200e\u200f\u061c"}
_ARABIC = range(0x600, 0x700)
_FORMS = (range(0xFB50, 0xFE00), range(0xFE70, 0xFF00), _ARABIC)


def font_file(*, arabic: bool, strong: bool) -> Path:
    """One of our four fonts."""
    return FONTS / f"NotoSans{'Arabic' if arabic else ''}-{'SemiBold' if strong else 'Regular'}.ttf"


def visual(text: str) -> str:
    """Letters joined, and in the order in which they are seen. The marks that keep directions apart have done their work then."""
    if not any(ord(c) in _ARABIC or "\u0590" <= c < "\u0600" for c in text):
        return text.translate(_UNSEEN)
    return str(get_display(reshape(text), base_dir="R")).translate(_UNSEEN)


def split(text: str) -> list[tuple[bool, str]]:
    """The runs of a line, and whether each is Arabic."""
    runs: list[tuple[bool, str]] = []
    for letter in text:
        arabic = any(ord(letter) in forms for forms in _FORMS)
        if runs and runs[-1][0] == arabic:
            runs[-1] = (arabic, runs[-1][1] + letter)
        else:
            runs.append((arabic, letter))
    return runs
