"""The style sheet that follows from a firm's choices: the variables of light and dark, then the firm's own rules."""

import hashlib
from functools import lru_cache

from passaparola.domain.design.choices import ROUNDING, STACKS, Corners, Tone, Typeface
from passaparola.domain.design.colours import DEFAULT_ACCENT, Palette, dark_palette, light_palette
from passaparola.domain.values import value


@value(frozen=True, slots=True)
class Look:
    """What a firm chose. `css` is its own, cleaned and scoped."""

    accent: str = DEFAULT_ACCENT
    typeface: Typeface = Typeface.SANS
    corners: Corners = Corners.SOFT
    tone: Tone = Tone.PLAIN
    css: str = ""


PLAIN_LOOK = Look()
HOUSE_LIGHT = Palette("#0f766e", "#0b5a54", "#ffffff", "#e3f3f0", "#0b4f49")
HOUSE_DARK = Palette("#2dd4bf", "#5eead4", "#06201d", "#12322e", "#a7f3e6")


@lru_cache(maxsize=256)
def palettes(accent: str) -> tuple[Palette, Palette]:
    """What is painted on light and on dark: of our own accent as we chose it, of others as it follows from them."""
    return (HOUSE_LIGHT, HOUSE_DARK) if accent == DEFAULT_ACCENT else (light_palette(accent), dark_palette(accent))


@lru_cache(maxsize=256)
def theme_css(look: Look) -> str:
    """The style sheet of a look. Elements in `.themed` and shadow roots take it alike."""
    light, dark = palettes(look.accent)
    shape = f"--face:{STACKS[look.typeface]};--corner:{ROUNDING[look.corners]}"
    sheet = (
        f":root,:host{{{_variables(light)};{shape}}}\n"
        f"@media (prefers-color-scheme:dark){{:root,:host{{{_variables(dark)}}}}}\n"
    )
    return f"{sheet}{look.css}\n" if look.css else sheet


@lru_cache(maxsize=256)
def theme_revision(look: Look) -> str:
    """A name that changes with the style sheet."""
    return hashlib.sha256(theme_css(look).encode()).hexdigest()[:16]


def _variables(palette: Palette) -> str:
    return (
        f"--accent:{palette.accent};--accent-strong:{palette.strong};--on-accent:{palette.on_accent};"
        f"--tint:{palette.tint};--on-tint:{palette.on_tint}"
    )
