"""Events that were recorded. POST /events itself stands before Django: post_events.py."""

from typing import Annotated, Any, Literal

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from passaparola.inbound.api.answers import at, document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.explaining import Explanation, explanation
from passaparola.inbound.api.filters import Filters, found
from passaparola.inbound.api.ids import key_of, shown, shown_or_none
from passaparola.inbound.api.paging import Paging, each, paged
from passaparola.inbound.api.shapes import EventId, Instant, LinkId, Page, PersonId, ProblemDocument, Shown
from passaparola.store.read.pages import EVENTS, Record, record_of
from passaparola.store.read.snapshot import reading

router = Router(tags=["Events"])
Type = Literal["share", "visit", "signup", "purchase", "refund", "stage", "customer"]


class EventDocument(Shown):
    id: EventId
    event: str = Field(description="Your id of it")
    source: str
    type: Type
    at: Instant
    recorded_at: Instant
    late: bool = Field(description="Older than the workspace accepts without a look")
    person: PersonId | None
    other: PersonId | None = Field(description="share: to whom; otherwise the advocate that was named")
    link: LinkId | None
    item: str | None = Field(description="What a purchase paid for; null for a plain order")
    stage: str | None
    facts: dict[str, str | int | bool] | None = Field(description="What else is known")
    order: str | None
    refund: str | None
    amount_minor: int | None
    currency: str | None
    visit: str | None
    channel: str
    outcome: str


@router.get("", auth=ApiKey("events:read"), response=Page[EventDocument])
def list_events(
    request: HttpRequest,
    paging: Paging,
    type: Annotated[Type | None, Query()] = None,  # noqa: A002  the field's name
    person: Annotated[str | None, Query(max_length=64, description="per_… or adv_…")] = None,
    order: Annotated[str | None, Query(max_length=255)] = None,
    event: Annotated[str | None, Query(max_length=255, description="Your id of it")] = None,
    source: Annotated[str | None, Query(max_length=64)] = None,
) -> HttpResponse:
    """What was recorded, the newest first. Scope: `events:read`."""
    with reading() as session:
        filters = Filters(session, key_of_request(request).workspace).people("people", person)
        given = filters.plain(type=type, order=order, event=event, source=source).given
    return paged(request, EVENTS, given, each(event_document), paging=paging)


@router.get("/{event}", auth=ApiKey("events:read"), response={200: EventDocument, 404: ProblemDocument})
def get_event(request: HttpRequest, event: str) -> HttpResponse:
    """One event by our id, `evt_…`. Scope: `events:read`."""
    with reading() as session:
        row = found(record_of(session, EVENTS, key_of_request(request).workspace, key_of("evt", event)), event)
    return document(event_document(row))


@router.get("/{event}/explanation", auth=ApiKey("events:read"), response={200: Explanation, 404: ProblemDocument})
def explain_event(request: HttpRequest, event: str) -> HttpResponse:
    """What this event meant for each referral concerned, and why. Scope: `events:read`."""
    return explanation(request, "evt", event)


def event_document(row: Record) -> dict[str, Any]:
    """One event, as stored."""
    return {
        "id": shown("evt", row["id"]),
        "event": row["external_id"],
        "source": row["source"],
        "type": row["type"],
        "at": at(row["occurred_at"]),
        "recorded_at": at(row["decided_at"]),
        "late": bool(row["late"]),
        "person": shown_or_none("per", row["person_id"]),
        "other": shown_or_none("per", row["other_person_id"]),
        "link": shown_or_none("lnk", row["link_id"]),
        "item": row["item"],
        "stage": row["stage"],
        "facts": orjson.loads(row["facts"]) if row["facts"] else None,
        "order": row["order_key"],
        "refund": row["refund_key"],
        "amount_minor": row["amount_minor"],
        "currency": row["unit"],
        "visit": row["visit_ref"],
        "channel": row["channel"],
        "outcome": row["outcome"],
    }
