"""Colours that can be read: contrast by WCAG 2.2, and from one accent all that pages and mails need, in light and in dark.

A colour is a text such as `#0f766e`. Lightness is moved in OKLCH, where equal steps look equal and a hue stays itself.
"""

import re
from math import atan2, cbrt, cos, hypot, sin

from passaparola.domain.values import value

READABLE = 4.5  # WCAG 2.2, 1.4.3 (AA): text on its ground
SEEN = 3.0  # 1.4.11 (AA): what shows where a control is
DEFAULT_ACCENT = "#0f766e"
WHITE = "#ffffff"
LIGHT_CARD, LIGHT_GROUND = "#ffffff", "#f3f6f5"
DARK_CARD, DARK_GROUND = "#151f1e", "#0d1413"
_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_STEP = 0.005  # of lightness

Oklch = tuple[float, float, float]


class UnableToReadColour(ValueError):
    """Not a colour; the message says how one is written."""


@value(frozen=True, slots=True)
class Palette:
    """What is painted with the accent: as text and as a ground, what is written on it, a tint and what is written on that."""

    accent: str
    strong: str  # under a pointer
    on_accent: str
    tint: str
    on_tint: str


def read_colour(text: str) -> str:
    """A colour as `#rrggbb` in small letters, from that or `#rgb`. Raises UnableToReadColour."""
    found = _HEX.fullmatch(text.strip())
    if found is None:
        raise UnableToReadColour("write a colour as #0f766e")
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(d * 2 for d in digits))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21: (L1 + 0.05) / (L2 + 0.05) with the relative luminance L of each.

    Source: WCAG 2.2, "contrast ratio" and "relative luminance".
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def can_be_read(accent: str) -> bool:
    """Whether an accent can be read as text on our light card and ground; white on it can be read, then, too."""
    return min(contrast(accent, LIGHT_CARD), contrast(accent, LIGHT_GROUND)) >= READABLE


def nearest_readable(accent: str) -> str:
    """The colour of the same hue, darker by as little as can be, that can be read on light; itself where it can."""
    return _moved(accent, (LIGHT_CARD, LIGHT_GROUND), -_STEP)


def light_palette(accent: str) -> Palette:
    """What is painted on light pages. The accent is one that can be read."""
    tint = _mixed(accent, WHITE, 0.12)
    return Palette(accent, _shaded(accent, -0.07), WHITE, tint, _moved(_shaded(accent, -0.1), (tint,), -_STEP))


def dark_palette(accent: str) -> Palette:
    """What is painted on dark pages: the accent made light enough, with dark words on it."""
    light = _moved(_shaded(accent, 0.14), (DARK_CARD, DARK_GROUND, "#0f1918"), _STEP, least=6.0)
    tint = _mixed(light, DARK_CARD, 0.16)
    on = _moved(_shaded(light, -0.55), (light,), -_STEP)
    return Palette(
        light, _moved(_shaded(light, 0.07), (on,), _STEP), on, tint, _moved(light, (tint,), _STEP, least=7.0)
    )


def _moved(colour: str, grounds: tuple[str, ...], step: float, least: float = READABLE) -> str:
    """The colour, lighter or darker by steps until it stands off from all the grounds; white or black at the end."""
    lightness, chroma, hue = _oklch(colour)
    while min(contrast(colour, ground) for ground in grounds) < least and 0 < lightness < 1:
        lightness += step
        colour = _hex((min(max(lightness, 0.0), 1.0), chroma, hue))
    return colour


def _shaded(colour: str, by: float) -> str:
    lightness, chroma, hue = _oklch(colour)
    return _hex((min(max(lightness + by, 0.0), 1.0), chroma, hue))


def _mixed(colour: str, ground: str, part: float) -> str:
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return _written(tuple(a * part + b * (1 - part) for a, b in pairs))


def _channels(colour: str) -> tuple[float, float, float]:
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def _written(channels: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(min(max(c, 0.0), 1.0) * 255):02x}" for c in channels)


def _linear(colour: str) -> tuple[float, float, float]:
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return r, g, b


def _luminance(colour: str) -> float:
    r, g, b = _linear(colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _oklch(colour: str) -> Oklch:
    """Source: Björn Ottosson, "A perceptual color space for image processing" (2020), with the matrices of CSS Color 4."""
    r, g, b = _linear(colour)
    long = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    middle = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    blue = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, hypot(a, blue), atan2(blue, a)


def _hex(colour: Oklch) -> str:
    """Back to the screen's colours; a chroma that no screen shows is made smaller, the hue stays."""
    lightness, chroma, hue = colour
    channels = _screen(lightness, chroma * cos(hue), chroma * sin(hue))
    while chroma > 0.001 and not all(-0.0005 <= c <= 1.0005 for c in channels):
        chroma *= 0.92
        channels = _screen(lightness, chroma * cos(hue), chroma * sin(hue))
    return _written(tuple(_gamma(min(max(c, 0.0), 1.0)) for c in channels))


def _screen(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _gamma(c: float) -> float:
    return float(12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055)
