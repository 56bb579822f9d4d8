"""The picture of a link's preview: the firm, what both get, and its colour. Drawn with our own fonts, so that it is alike everywhere."""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from passaparola.domain.values import value
from passaparola.inbound.lettering import font_file, split, visual

WIDTH, HEIGHT, EDGE = 1200, 630, 84
_SIZES = (70, 62, 56, 50)
MOST_LINES = 4
Font = ImageFont.FreeTypeFont


@value(frozen=True, slots=True)
class Sketch:
    """What a preview shows. `rtl`: its language is read from the right."""

    title: str
    firm: str
    words: str
    accent: str
    on_accent: str
    tint: str
    rtl: bool


def drawn(sketch: Sketch) -> bytes:
    """A PNG of 1200 × 630 pixels."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), "#ffffff")
    brush = ImageDraw.Draw(picture)
    brush.rectangle((0, 0, WIDTH, 18), fill=sketch.accent)
    brush.rectangle((0, HEIGHT - 118, WIDTH, HEIGHT), fill=sketch.tint)
    _firm(brush, sketch)
    lines, size = _fitting(sketch.title)
    top = 188 + (MOST_LINES - len(lines)) * 24
    for place, line in enumerate(lines):
        _write(brush, line, top + place * int(size * 1.24), size, "#14211f", sketch.rtl, strong=True)
    _write(brush, _shortened(sketch.words, 30, WIDTH - 2 * EDGE), HEIGHT - 80, 30, "#40514d", sketch.rtl, strong=False)
    into = BytesIO()
    picture.quantize(64, dither=Image.Dither.NONE).save(into, "PNG", optimize=True)
    return into.getvalue()


def _firm(brush: ImageDraw.ImageDraw, sketch: Sketch) -> None:
    side, start = 60, EDGE if not sketch.rtl else WIDTH - EDGE - 60
    brush.rounded_rectangle((start, 78, start + side, 78 + side), 16, fill=sketch.accent)
    letter = sketch.firm[:1].upper()
    wide = _width(letter, 32, strong=True)
    _runs(brush, (start + (side - wide) / 2, 84), letter, (32, True), sketch.on_accent)
    name = _shortened(sketch.firm, 34, WIDTH - 2 * EDGE - side - 20)
    at = EDGE + side + 20 if not sketch.rtl else WIDTH - EDGE - side - 20 - _width(name, 34, strong=True)
    _runs(brush, (at, 82), name, (34, True), "#14211f")


def _write(brush: ImageDraw.ImageDraw, text: str, top: float, size: int, ink: str, rtl: bool, *, strong: bool) -> None:
    start = WIDTH - EDGE - _width(text, size, strong=strong) if rtl else EDGE
    _runs(brush, (start, top), text, (size, strong), ink)


def _runs(brush: ImageDraw.ImageDraw, at: tuple[float, float], text: str, face: tuple[int, bool], ink: str) -> None:
    """Draw a line from the left: in the order in which it is seen, each letter by the font that has it, on one baseline."""
    size, strong = face
    x, baseline = at[0], at[1] + size * 1.07
    for arabic, run in split(visual(text)):
        font = font_of(arabic, size, strong)
        brush.text((x, baseline), run, font=font, fill=ink, anchor="ls")
        x += font.getlength(run)


def _width(text: str, size: int, *, strong: bool) -> float:
    return float(sum(font_of(arabic, size, strong).getlength(run) for arabic, run in split(visual(text))))


@lru_cache(maxsize=64)
def font_of(arabic: bool, size: int, strong: bool) -> Font:
    """One of our own fonts."""
    file = font_file(arabic=arabic, strong=strong)
    return ImageFont.truetype(str(file), size, layout_engine=ImageFont.Layout.BASIC)


def _fitting(text: str) -> tuple[list[str], int]:
    """Lines as large as they may be."""
    size, lines = _SIZES[0], _lines(text, _SIZES[0])
    for size in _SIZES:
        lines = _lines(text, size)
        if len(lines) <= (3 if size > 58 else MOST_LINES):
            return lines, size
    kept = lines[:MOST_LINES]
    return [*kept[:-1], _shortened(f"{kept[-1]} {lines[MOST_LINES]}", size, WIDTH - 2 * EDGE)], size


def _lines(text: str, size: int) -> list[str]:
    lines, line = [], ""
    for word in text.split(" "):  # an amount and its currency stay together
        longer = f"{line} {word}".strip()
        if line and _width(longer, size, strong=True) > WIDTH - 2 * EDGE:
            lines.append(line)
            line = word
        else:
            line = longer
    return [_shortened(one, size, WIDTH - 2 * EDGE) for one in [*lines, line]]


def _shortened(text: str, size: int, room: float) -> str:
    """As much of a text as there is room for."""
    if _width(text, size, strong=True) <= room:
        return text
    while text and _width(f"{text}…", size, strong=True) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"
