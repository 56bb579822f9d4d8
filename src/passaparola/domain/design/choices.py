"""What a firm chooses for all its surfaces: typeface, corners, tone; and what its pictures are for."""

from enum import StrEnum

from passaparola.domain.values import value


class Typeface(StrEnum):
    """Typefaces that readers have already: nothing is fetched."""

    SANS = "sans"
    SERIF = "serif"
    ROUNDED = "rounded"
    MONO = "mono"


class Corners(StrEnum):
    SHARP = "sharp"
    SOFT = "soft"
    ROUND = "round"


class Tone(StrEnum):
    """How the words sound that are ours and not the firm's."""

    WARM = "warm"
    PLAIN = "plain"
    FORMAL = "formal"


class PictureUse(StrEnum):
    LOGO = "logo"
    HERO = "hero"
    PRODUCT = "product"
    POSTER = "poster"
    MATERIAL = "material"


@value(frozen=True, slots=True)
class Room:
    """How large a picture may become: pixels, and bytes as it is sent."""

    width: int
    height: int
    weight: int


# Logo, hero, product and poster of one page together stay under 100 kB.
ROOMS: dict[PictureUse, Room] = {
    PictureUse.LOGO: Room(480, 160, 10_000),
    PictureUse.HERO: Room(1200, 800, 44_000),
    PictureUse.PRODUCT: Room(720, 720, 24_000),
    PictureUse.POSTER: Room(960, 540, 20_000),
    PictureUse.MATERIAL: Room(2400, 2400, 900_000),
}
_ARABIC = '"Noto Sans Arabic", "Noto Naskh Arabic"'
STACKS: dict[Typeface, str] = {
    Typeface.SANS: f'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", {_ARABIC}, sans-serif',
    Typeface.SERIF: f'ui-serif, Charter, "Sitka Text", Cambria, Georgia, "Noto Serif", {_ARABIC}, serif',
    Typeface.ROUNDED: f'ui-rounded, "SF Pro Rounded", "Hiragino Maru Gothic ProN", Quicksand, Nunito, system-ui, {_ARABIC}, sans-serif',
    Typeface.MONO: f'ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "Noto Sans Mono", {_ARABIC}, monospace',
}
ROUNDING: dict[Corners, str] = {Corners.SHARP: "0", Corners.SOFT: "1", Corners.ROUND: "1.7"}  # times our own radius
