"""Ids as the outside sees them: a prefix that says what it is, and 32 hex digits."""


def shown(prefix: str, key: str) -> str:
    """`rwd_0197…`."""
    return f"{prefix}_{key}"


def shown_or_none(prefix: str, key: str | None) -> str | None:
    """The same, where there is one."""
    return None if key is None else f"{prefix}_{key}"
