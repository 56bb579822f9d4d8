"""Links and codes: what an advocate gives away."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router
from pydantic import Field

from passaparola.actions.links.create import Link, create_link
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import at, document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.filters import Filters, found
from passaparola.inbound.api.ids import key_of, shown
from passaparola.inbound.api.paging import Paging, each, paged
from passaparola.inbound.api.shapes import (
    AdvocateId,
    Code,
    Given,
    Instant,
    LinkId,
    Page,
    PersonId,
    ProblemDocument,
    ProgramId,
    Shown,
)
from passaparola.store.read.pages import LINKS, Record, record_of
from passaparola.store.read.snapshot import reading

router = Router(tags=["Links and codes"])


class WantedLink(Given):
    advocate: AdvocateId
    label: Annotated[str, Field(max_length=64)] = ""
    code: Code | None = Field(
        None, description="4 to 32 letters, digits and hyphens, compared in capitals; made where it is missing"
    )


class LinkMade(Shown):
    id: LinkId
    program: ProgramId
    person: PersonId
    slug: str
    code: str
    label: str


class LinkDocument(LinkMade):
    active: bool
    created_at: Instant


@router.get("", auth=ApiKey("people:read"), response=Page[LinkDocument])
def list_links(
    request: HttpRequest,
    paging: Paging,
    program: Annotated[str | None, Query(max_length=64, description="Slug or prg_…")] = None,
    advocate: Annotated[str | None, Query(max_length=64, description="per_… or adv_…")] = None,
    code: Annotated[str | None, Query(max_length=64)] = None,
) -> HttpResponse:
    """Links and codes, the newest first. Scope: `people:read`."""
    with reading() as session:
        filters = Filters(session, key_of_request(request).workspace).plain(code=code.upper() if code else code)
        given = filters.program(program).people("people", advocate).given
    return paged(request, LINKS, given, each(_row), paging=paging)


@router.post("", auth=ApiKey("people:write"), response={201: LinkMade})
def create(request: HttpRequest, wanted: Annotated[WantedLink, Body()]) -> HttpResponse:
    """One more link and code for an advocate. Scope: `people:write`."""
    advocate = key_of("adv", wanted.advocate)
    return act(
        request,
        lambda asked: create_link(advocate, asked=asked, label=wanted.label, code=wanted.code),
        _link,
        status=201,
    )


@router.get("/{link}", auth=ApiKey("people:read"), response={200: LinkDocument, 404: ProblemDocument})
def get_link(request: HttpRequest, link: str) -> HttpResponse:
    """One link with its code. Scope: `people:read`."""
    with reading() as session:
        row = found(record_of(session, LINKS, key_of_request(request).workspace, key_of("lnk", link)), link)
    return document(_row(row))


def _link(link: Link) -> dict[str, Any]:
    return {
        "id": shown("lnk", link.id),
        "program": shown("prg", link.program),
        "person": shown("per", link.person),
        "slug": link.slug,
        "code": link.code,
        "label": link.label,
    }


def _row(row: Record) -> dict[str, Any]:
    link = Link(row["id"], row["program_id"], row["person_id"], row["slug"], row["code"], row["label"])
    return {**_link(link), "active": bool(row["active"]), "created_at": at(row["created_at"])}
