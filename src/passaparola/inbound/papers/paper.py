"""A PDF as we draw it: places are counted from the edge at which the language begins, so that one drawing serves both directions."""

from functools import lru_cache
from io import BytesIO

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from passaparola.inbound.lettering import font_file, split, visual

WIDTH, HEIGHT = A4
INK, QUIET, LINE = "#14211f", "#52635f", "#d5dedb"
KNOWN = 1024  # lines that were laid out lately: a table says the same again and again
_LACKING = "\N{WHITE SQUARE}"


@lru_cache(maxsize=4)
def _font(arabic: bool, strong: bool) -> str:
    name = f"paper-{'arabic' if arabic else 'plain'}-{'strong' if strong else 'text'}"
    pdfmetrics.registerFont(TTFont(name, str(font_file(arabic=arabic, strong=strong))))
    return name


@lru_cache(maxsize=4)
def _letters(arabic: bool, strong: bool) -> frozenset[int]:
    return frozenset(pdfmetrics.getFont(_font(arabic, strong)).face.charToGlyph)


class Paper:
    """One PDF. `x` is the distance from the edge at which lines begin, `y` from the bottom; in points."""

    def __init__(self, *, title: str, author: str, language: str, rtl: bool) -> None:
        self._into, self.rtl = BytesIO(), rtl
        self._canvas = Canvas(self._into, pagesize=A4, pageCompression=1, lang=language, invariant=1)
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setCreator("passaparola")

    def write(
        self,
        at: tuple[float, float],
        text: str,
        size: float,
        *,
        ink: str = INK,
        strong: bool = False,
        end: bool = False,
    ) -> None:
        """A line that begins at a place, or ends there (`end`)."""
        x, y = at
        from_left = x if not self.rtl else WIDTH - x
        if end != self.rtl:
            from_left -= self.width(text, size, strong=strong)
        self._canvas.setFillColor(HexColor(ink))
        for font, run in _runs(text, strong):
            self._canvas.setFont(font, size)
            self._canvas.drawString(from_left, y, run)
            from_left += pdfmetrics.stringWidth(run, font, size)

    def width(self, text: str, size: float, *, strong: bool = False) -> float:
        """How wide a line is."""
        return _width(text, size, strong)

    def wrapped(self, text: str, size: float, room: float, *, strong: bool = False) -> list[str]:
        """The lines of a text in so much room; a word that is wider alone is cut."""
        lines: list[str] = []
        line, plain = "", " ".join(text.split())
        if self.width(plain, size, strong=strong) <= room:  # most do, and it is quick to see
            return [plain] if plain else []
        for word in plain.split():
            longer = f"{line} {word}".strip()
            if line and self.width(longer, size, strong=strong) > room:
                lines.append(line)
                longer = word
            line = self.fitting(longer, size, room, strong=strong)
        return [*lines, line] if line else lines

    def fitting(self, text: str, size: float, room: float, *, strong: bool = False) -> str:
        """As much of a line as there is room for."""
        if self.width(text, size, strong=strong) <= room:
            return text
        fits, too_long = 0, len(text)
        while too_long - fits > 1:
            middle = (fits + too_long) // 2
            wide = self.width(f"{text[:middle]}…", size, strong=strong) > room
            fits, too_long = (fits, middle) if wide else (middle, too_long)
        return f"{text[:fits].rstrip()}…"

    def box(self, at: tuple[float, float], size: tuple[float, float], ink: str, *, round_by: float = 0) -> None:
        """A filled box, whose corner nearest to the beginning and the bottom is at a place."""
        self._canvas.setFillColor(HexColor(ink))
        self._canvas.roundRect(self._left(at[0], size[0]), at[1], *size, round_by, stroke=0, fill=1)

    def frame(self, at: tuple[float, float], size: tuple[float, float], ink: str = LINE) -> None:
        """A thin frame."""
        self._canvas.setStrokeColor(HexColor(ink))
        self._canvas.setLineWidth(0.5)
        self._canvas.rect(self._left(at[0], size[0]), at[1], *size, stroke=1, fill=0)

    def rule(self, x: float, y: float, width: float) -> None:
        """A thin line."""
        self._canvas.setStrokeColor(HexColor(LINE))
        self._canvas.setLineWidth(0.5)
        left = self._left(x, width)
        self._canvas.line(left, y, left + width, y)

    def code(self, at: tuple[float, float], side: float, address: str) -> None:
        """A QR code of an address, with its margin, black on white."""
        matrix = list(segno.make(address, error="m", micro=False).matrix_iter(border=3))
        point, left = side / len(matrix), self._left(at[0], side)
        self.box(at, (side, side), "#ffffff")
        self._canvas.setFillColor(HexColor("#000000"))
        path = self._canvas.beginPath()
        for row, line in enumerate(matrix):
            for column, dark in enumerate(line):
                if dark:
                    path.rect(left + column * point, at[1] + side - (row + 1) * point, point, point)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def next_page(self) -> None:
        self._canvas.showPage()

    def done(self) -> bytes:
        """The file."""
        self._canvas.save()
        return self._into.getvalue()

    def _left(self, x: float, width: float) -> float:
        return WIDTH - x - width if self.rtl else x


@lru_cache(maxsize=KNOWN)
def _width(text: str, size: float, strong: bool) -> float:
    return float(sum(pdfmetrics.stringWidth(run, font, size) for font, run in _runs(text, strong)))


@lru_cache(maxsize=KNOWN)
def _runs(text: str, strong: bool) -> tuple[tuple[str, str], ...]:
    """(font, letters) of a line from the left; what none of our fonts has is a white square."""
    return tuple(
        (_font(arabic, strong), "".join(c if ord(c) in _letters(arabic, strong) else _LACKING for c in run))
        for arabic, run in split(visual(text))
    )


__all__ = ["HEIGHT", "INK", "LINE", "QUIET", "WIDTH", "Paper", "mm"]
