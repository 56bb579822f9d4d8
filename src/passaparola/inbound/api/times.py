"""Moments that are sent to us."""

from typing import Annotated

from pydantic import Field

from passaparola.domain.instant import Instant, UnableToReadInstant, parse_instant
from passaparola.inbound.api.problems import FieldProblem, Problem

UntilText = Annotated[
    str, Field(max_length=40, json_schema_extra={"format": "date-time"}, examples=["2026-05-01T09:30:00Z"])
]
LATEST: Instant = 7_258_118_400_000_000  # the year 2200


def instant_of(field: str, text: str | None) -> Instant | None:
    """The moment, or None where there is none. Raises Problem 422."""
    if text is None:
        return None
    try:
        found = parse_instant(text)
    except (UnableToReadInstant, OverflowError) as problem:
        raise Problem("invalid", "Nothing was changed.", [FieldProblem(field, str(problem))]) from None
    if not 0 <= found <= LATEST:
        raise Problem("invalid", "Nothing was changed.", [FieldProblem(field, "must be between 1970 and 2200")])
    return found
