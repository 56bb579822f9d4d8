"""Ids as the outside sees them: a prefix that says what it is, and 32 hex digits."""

import re

from passaparola.domain.shown import shown, shown_or_none
from passaparola.inbound.api.problems import Problem

__all__ = ["key_of", "not_found", "shown", "shown_or_none"]
_HEX = re.compile(r"[0-9a-f]{32}")


def key_of(prefix: str, text: str) -> str:
    """Our id inside a public one. What cannot be one is answered like one that does not exist."""
    start, _, tail = text.partition("_")
    if start != prefix or not _HEX.fullmatch(tail):
        raise not_found(text)
    return tail


def not_found(text: str) -> Problem:
    """The same answer for what never was and for what belongs to somebody else."""
    return Problem("not_found", f"There is no {text[:80]} here.")
