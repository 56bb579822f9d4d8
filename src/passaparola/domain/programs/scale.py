"""When a program has earned to grow: its scale rule, and what is measured for it."""

from dataclasses import dataclass

BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Scale:
    """Extend the program once `retention_bp` of at least `least` friends ordered again within `days` of their first order."""

    retention_bp: int
    days: int
    least: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Of the friends whose first order is old enough to judge (`friends`), how many ordered again in time (`back`)."""

    friends: int
    back: int

    @property
    def retention_bp(self) -> int | None:
        """In basis points, rounded down; None without anybody to judge."""
        return self.back * BASIS_POINTS // self.friends if self.friends else None


def is_due(scale: Scale, kept: Kept) -> bool:
    """Whether the program is to be extended: at the threshold, not below it, and never for too few friends. Compared without rounding."""
    return kept.friends >= scale.least and kept.back * BASIS_POINTS >= scale.retention_bp * kept.friends
