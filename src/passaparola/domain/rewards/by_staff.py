"""The occasion of what staff give: new each time, and no milestone, though no single referral earns it either."""

_GRANT = "grant:"


def grant_key(grant: str) -> str:
    """The occasion of what staff gave; `grant` is our id of it."""
    return f"{_GRANT}{grant}"


def is_grant(occasion: str) -> bool:
    """Whether staff gave it."""
    return occasion.startswith(_GRANT)
