"""Pages of a list: `limit` and an opaque `cursor`, which holds only for the list, the filters and the workspace it was given for."""

import base64
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac
from ninja import Query
from pydantic import BaseModel, Field

from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import key_of_request
from passaparola.inbound.api.problems import Problem
from passaparola.store.read.pages import Listing, Record, page_of
from passaparola.store.read.snapshot import Session, reading


class PageAsked(BaseModel):
    """Which page of a list."""

    limit: int = Field(50, ge=1, le=200, description="How many, at most")
    cursor: str | None = Field(
        None, max_length=200, description="`next` of the page before. It belongs to this list and these filters."
    )


Paging = Annotated[PageAsked, Query()]
MARK = 12


def paged(
    request: HttpRequest,
    listing: Listing,
    given: Mapping[str, Any] | None,
    shape: Callable[[Session, list[Record]], list[dict[str, Any]]],
    *,
    paging: PageAsked,
) -> HttpResponse:
    """One page, the newest first. `given` None: a filter names something that is not there, so nothing fits."""
    workspace = key_of_request(request).workspace
    place = _place(request, workspace)
    before = _opened(paging.cursor, place) if paging.cursor else None
    if given is None:
        return document({"items": [], "next": None})
    with reading() as session:
        rows = page_of(session, listing, workspace, given=given, before=before, limit=paging.limit + 1)
        more, rows = len(rows) > paging.limit, rows[: paging.limit]
        items = shape(session, rows)
    return document({"items": items, "next": _sealed(rows[-1]["id"], place) if more else None})


def at_place(request: HttpRequest, paging: PageAsked) -> int:
    """How many of a list that is computed anew each time stand before this page."""
    return int(_opened(paging.cursor, _place(request, key_of_request(request).workspace)), 16) if paging.cursor else 0


def after_place(request: HttpRequest, place: int) -> str:
    """The `next` after this many."""
    return _sealed(f"{place:032x}", _place(request, key_of_request(request).workspace))


def each(show: Callable[[Record], dict[str, Any]]) -> Callable[[Session, list[Record]], list[dict[str, Any]]]:
    """Rows that are shown one by one."""
    return lambda _, rows: [show(row) for row in rows]


def _place(request: HttpRequest, workspace: str) -> str:
    filters = sorted((k, v) for k, v in request.GET.items() if k not in ("limit", "cursor"))
    return f"{workspace}|{request.path}|{filters}"


def _mark(key: bytes, place: str) -> bytes:
    return salted_hmac("passaparola.cursor", key.hex() + place, algorithm="sha256").digest()[:MARK]


def _sealed(key: str, place: str) -> str:
    raw = bytes.fromhex(key)
    return base64.urlsafe_b64encode(raw + _mark(raw, place)).decode().rstrip("=")


def _opened(cursor: str, place: str) -> str:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raw = b""
    key, mark = raw[:16], raw[16:]
    if len(raw) != 16 + MARK or not constant_time_compare(mark, _mark(key, place)):
        raise Problem("bad_cursor", "Use `next` of the page before, with the same filters.")
    return key.hex()
