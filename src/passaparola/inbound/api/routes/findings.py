"""Findings: what an operator should look at."""

from typing import Annotated, Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router
from pydantic import Field

from passaparola.actions.findings import resolve_finding
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import at, document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.filters import Filters, found
from passaparola.inbound.api.ids import key_of, shown
from passaparola.inbound.api.paging import Paging, each, paged
from passaparola.inbound.api.shapes import FindingId, Given, Instant, Note, Page, ProblemDocument, Shown
from passaparola.store.read.findings import FindingRow
from passaparola.store.read.pages import FINDINGS, Record, record_of
from passaparola.store.read.snapshot import reading

router = Router(tags=["Findings"])


class FindingDocument(Shown):
    id: FindingId
    kind: str = Field(examples=["event_conflict"])
    key: str = Field(description="What makes it single")
    detail: dict[str, Any]
    at: Instant
    resolved_at: Instant | None


class Noted(Given):
    note: Note = ""


@router.get("", auth=ApiKey("findings:read"), response=Page[FindingDocument])
def list_findings(
    request: HttpRequest,
    paging: Paging,
    kind: Annotated[str | None, Query(max_length=48)] = None,
    resolved: Annotated[bool | None, Query(description="Both where it is missing")] = None,
) -> HttpResponse:
    """What an operator should look at, the newest first. Scope: `findings:read`."""
    with reading() as session:
        filters = Filters(session, key_of_request(request).workspace).plain(kind=kind)
        if resolved is not None:
            filters.plain(**{"resolved" if resolved else "open": True})
    return paged(request, FINDINGS, filters.given, each(_finding), paging=paging)


@router.get("/{finding}", auth=ApiKey("findings:read"), response={200: FindingDocument, 404: ProblemDocument})
def get_finding(request: HttpRequest, finding: str) -> HttpResponse:
    """One finding. Scope: `findings:read`."""
    with reading() as session:
        row = found(record_of(session, FINDINGS, key_of_request(request).workspace, key_of("fnd", finding)), finding)
    return document(_finding(row))


@router.post("/{finding}/resolve", auth=ApiKey("findings:write"), response=FindingDocument)
def resolve(request: HttpRequest, finding: str, noted: Annotated[Noted | None, Body()] = None) -> HttpResponse:
    """It was looked at. Scope: `findings:write`."""
    key, note = key_of("fnd", finding), noted.note if noted else ""
    return act(request, lambda asked: resolve_finding(key, asked=asked, note=note), finding_document)


def finding_document(row: FindingRow) -> dict[str, Any]:
    """One finding as it stands."""
    return {
        "id": shown("fnd", row.id),
        "kind": row.kind,
        "key": row.key,
        "detail": row.detail,
        "at": at(row.at),
        "resolved_at": at(row.resolved_at),
    }


def _finding(row: Record) -> dict[str, Any]:
    detail = orjson.loads(row["detail"])
    return finding_document(FindingRow(row["id"], row["kind"], row["key"], detail, row["at"], row["resolved_at"]))
