"""What goes wrong, as RFC 9457 says it: application/problem+json with type, title, status, detail, and the fields to mend."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

CONTENT_TYPE = "application/problem+json"
TYPE = "urn:passaparola:problem:"
MOST_ERRORS = 100  # that a document names; how many more there are, it says

# Every kind of problem of the interface itself: its name → status and title. Refusals by a rule add names of their own.
KINDS: dict[str, tuple[int, str]] = {
    "malformed": (400, "The request cannot be read"),
    "bad_idempotency_key": (400, "The Idempotency-Key is not usable"),
    "idempotency_key_required": (400, "This request needs an Idempotency-Key"),
    "key_in_address": (400, "API keys do not belong into addresses"),
    "bad_cursor": (400, "The cursor is not one of ours"),
    "unauthenticated": (401, "An API key is needed"),
    "scope_missing": (403, "The API key may not do this"),
    "publishable_key": (403, "A publishable key may not do this"),
    "secret_key_in_browser": (403, "A secret key does not belong into a browser"),
    "origin_not_allowed": (403, "The API key may not be used from this web page"),
    "not_found": (404, "There is no such thing"),
    "method_not_allowed": (405, "This address takes other methods"),
    "event_conflict": (409, "This event was told before with other content"),
    "order_conflict": (409, "This order was told before with other content"),
    "busy": (409, "Another request holds what this one needs"),
    "too_large": (413, "The request is too large"),
    "unsupported_content": (415, "This content is not taken"),
    "invalid": (422, "Some fields must be mended"),
    "idempotency_key_reused": (422, "The Idempotency-Key was used with another request"),
    "too_many_misses": (429, "Too many questions about what is not there"),
    "internal": (500, "Something broke on our side"),
    "overloaded": (503, "Too much is waiting"),
    "unreachable": (503, "The database does not answer"),
    "unable_to_prove": (503, "The books cannot be proved now"),
}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    field: str
    message: str


@dataclass(slots=True)
class Problem(Exception):
    """Raised anywhere in the API and answered as it is. `extra` members are added to the document."""

    name: str
    detail: str = ""
    errors: Sequence[FieldProblem] = ()
    status: int = 0
    title: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        status, title = KINDS.get(self.name, (409, "A rule says no"))
        self.status, self.title = self.status or status, self.title or title

    def document(self) -> dict[str, Any]:
        """The members of the problem."""
        said: dict[str, Any] = {"type": TYPE + self.name, "title": self.title, "status": self.status}
        if self.detail:
            said["detail"] = self.detail
        if self.errors:
            said["errors"] = [{"field": e.field, "message": e.message} for e in self.errors[:MOST_ERRORS]]
        if len(self.errors) > MOST_ERRORS:
            said["more_errors"] = len(self.errors) - MOST_ERRORS
        return said | self.extra

    def body(self) -> bytes:
        return orjson.dumps(self.document())
