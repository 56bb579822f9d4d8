"""The occasions of what staff give, and of prizes: no milestones, though no single referral earns them either."""

_GRANT, _WON = "grant:", "won:"


def grant_key(grant: str) -> str:
    """The occasion of what staff gave; `grant` is our id of it."""
    return f"{_GRANT}{grant}"


def is_grant(occasion: str) -> bool:
    """Whether staff gave it."""
    return occasion.startswith(_GRANT)


def prize_key(period: str, place: int) -> str:
    """The occasion of a prize: `won:2026-11:1`."""
    return f"{_WON}{period}:{place}"


def is_prize(occasion: str) -> bool:
    """Whether a contest gave it."""
    return occasion.startswith(_WON)
