"""The small parts of a promise: terms of a voucher, tiers, parts, boosts, draws; and where links lead. Taken from `compiled.py`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class VoucherTerms:
    """A single-use voucher: a fixed discount (`amount` minor units of the rule's unit) or a percentage of an order.

    `max_discount` bounds a percentage; `min_order` is the smallest order it may be used on. Both in `unit`.
    """

    percent_bp: int | None = None
    max_discount: int | None = None
    min_order: int | None = None


@dataclass(frozen=True, slots=True)
class Ends:
    """Calendar months from the issue, in a time zone: what is upgraded on 31 January ends with the last day of February."""

    months: int
    timezone: str


@dataclass(frozen=True, slots=True)
class Tier:
    """What a rule gives from a threshold on: `at` friends, or minor units of value. Either an amount or a share."""

    at: int
    amount: int | None = None
    percent_bp: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a staged reward: what is earned when its stage, or a later one of the list, is reached."""

    stage: str
    percent_bp: int


@dataclass(frozen=True, slots=True)
class Boost:
    """More on the days from `first` to `last`, both included, in the program's time zone: (year, month, day), or (month, day) each year.

    `add` minor units or `add_bp` basis points come first, then `times_bp` multiplies (20000 is twice).
    """

    first: tuple[int, ...]
    last: tuple[int, ...]
    name: str = ""
    add: int = 0
    add_bp: int = 0
    times_bp: int | None = None


@dataclass(frozen=True, slots=True)
class Prize:
    """One entry of a catalogue: minor units of the rule's unit, drawn as often as its weight says."""

    name: str
    amount: int
    weight: int


@dataclass(frozen=True, slots=True)
class Draw:
    """A weighted draw. Who has the seed can draw again and gets the same."""

    seed: str = field(repr=False)
    catalogue: tuple[Prize, ...]


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a link leads: to the firm's own page, and with `?to=` to others on `hosts`, of which the page's own host is one."""

    url: str
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Onboarding:
    """The stages of joining the firm's product; `referral_step` is the one that asks."""

    stages: int
    referral_step: int
