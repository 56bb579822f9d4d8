"""Advocates: a person's part in one program."""

from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router
from pydantic import Field

from passaparola.actions.acting import Asked, Performed
from passaparola.actions.advocates import standing
from passaparola.actions.advocates.enrol import Enrolled, enrol_with_token
from passaparola.actions.advocates.enrol import enrol as enrol_advocate
from passaparola.actions.documents import advocate_record, advocate_standing
from passaparola.actions.joining.magic import PORTAL
from passaparola.actions.joining.sign_in import PortalLink
from passaparola.actions.joining.sign_in import portal_link as make_portal_link
from passaparola.domain.people.identity import KINDS, Identity, UnableToReadIdentity, canonical
from passaparola.domain.tokens import link_token
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import at, document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.filters import Filters, found, program_named
from passaparola.inbound.api.ids import key_of, shown
from passaparola.inbound.api.paging import Paging, each, paged
from passaparola.inbound.api.problems import FieldProblem, Problem
from passaparola.inbound.api.shapes import (
    AdvocateId,
    Given,
    Instant,
    Note,
    Page,
    PersonId,
    ProblemDocument,
    ProgramId,
    Shown,
    Slug,
    Text,
)
from passaparola.inbound.keyring import the_keyring
from passaparola.store.read.pages import ADVOCATES, record_of
from passaparola.store.read.snapshot import reading

router = Router(tags=["Advocates"])
Status = Literal["active", "provisional", "suspended"]


class Enrol(Given):
    program: Slug = Field(description="Slug or prg_…")
    person: PersonId | None = Field(None, description="Somebody we know already; or identities:")
    customer_id: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    device: Text | None = None
    invitation: Text | None = Field(None, description="The token of an invitation, which is used up")


class Noted(Given):
    note: Note = ""


class AdvocateNamed(Shown):
    id: AdvocateId
    program: ProgramId
    person: PersonId


class EnrolledDocument(AdvocateNamed):
    new: bool = Field(description="False: they were one already")


class StandingDocument(AdvocateNamed):
    status: Status


class PortalLinkDocument(Shown):
    url: str | None = Field(description="Shown this once: a replay under the same Idempotency-Key has null")
    expires_at: Instant


class AdvocateDocument(StandingDocument):
    joined_at: Instant


@router.get("", auth=ApiKey("people:read"), response=Page[AdvocateDocument])
def list_advocates(
    request: HttpRequest,
    paging: Paging,
    program: Annotated[str | None, Query(max_length=64, description="Slug or prg_…")] = None,
    person: Annotated[str | None, Query(max_length=64, description="per_…")] = None,
    status: Annotated[Status | None, Query()] = None,
) -> HttpResponse:
    """Who takes part in which program, the newest first. Scope: `people:read`."""
    with reading() as session:
        filters = Filters(session, key_of_request(request).workspace).plain(status=status)
        given = filters.program(program).people("people", person).given
    return paged(request, ADVOCATES, given, each(advocate_record), paging=paging)


@router.post("", auth=ApiKey("people:write"), response={200: EnrolledDocument, 201: EnrolledDocument})
def enrol(request: HttpRequest, wanted: Annotated[Enrol, Body()]) -> HttpResponse:
    """Make a person an advocate, with a link and a code; a person not known yet is made. Again: the advocate there is.

    Whoever has your secret key may invite: with `invitation` it is the token that lets them in. Scope: `people:write`.
    """
    identities = _identities(wanted)
    with reading() as session:
        program = program_named(session, key_of_request(request).workspace, wanted.program)
    token = wanted.invitation

    def join(asked: Asked) -> Performed[Enrolled]:
        if token is not None:
            return enrol_with_token(program, identities=identities, token=token, asked=asked)
        return enrol_advocate(program, identities=identities, asked=asked, invited=True)

    return act(
        request,
        join,
        _enrolled,
        status=lambda said: 201 if said.new else 200,
    )


@router.get("/{advocate}", auth=ApiKey("people:read"), response={200: AdvocateDocument, 404: ProblemDocument})
def get_advocate(request: HttpRequest, advocate: str) -> HttpResponse:
    """One advocate. Scope: `people:read`."""
    with reading() as session:
        workspace = key_of_request(request).workspace
        row = found(record_of(session, ADVOCATES, workspace, key_of("adv", advocate)), advocate)
    return document(advocate_record(row))


@router.post("/{advocate}/portal-link", auth=ApiKey("people:write"), response={201: PortalLinkDocument})
def portal_link(request: HttpRequest, advocate: str) -> HttpResponse:
    """A way into the portal for an advocate who is signed in at your shop: good once and for ten minutes, so lead them there at once.

    Whoever has the address is let in. Scope: `people:write`.
    """
    key = key_of("adv", advocate)
    return act(request, lambda asked: make_portal_link(key, asked=asked), _portal_link, status=201, stored=_used_up)


@router.post("/{advocate}/suspend", auth=ApiKey("people:write"), response=StandingDocument)
def suspend(request: HttpRequest, advocate: str, noted: Annotated[Noted | None, Body()] = None) -> HttpResponse:
    """Nothing more is earned until they are resumed; what was given stays. Scope: `people:write`."""
    key, note = key_of("adv", advocate), noted.note if noted else ""
    return act(request, lambda asked: standing.suspend(key, asked=asked, note=note), advocate_standing)


@router.post("/{advocate}/resume", auth=ApiKey("people:write"), response=StandingDocument)
def resume(request: HttpRequest, advocate: str, noted: Annotated[Noted | None, Body()] = None) -> HttpResponse:
    """In good standing again. Scope: `people:write`."""
    key, note = key_of("adv", advocate), noted.note if noted else ""
    return act(request, lambda asked: standing.resume(key, asked=asked, note=note), advocate_standing)


def _identities(wanted: Enrol) -> list[Identity]:
    given = [(kind, value) for kind in KINDS if (value := getattr(wanted, kind)) is not None]
    if wanted.person is not None and not given:
        return [("person", key_of("per", wanted.person))]
    if wanted.person is not None or not given:
        raise Problem("invalid", "Nothing was changed.", [FieldProblem("person", "say either person or identities")])
    found_wrong, identities = [], []
    for kind, value in given:
        try:
            identities.append(canonical(kind, value))
        except UnableToReadIdentity as problem:
            found_wrong.append(FieldProblem(kind, str(problem)))
    if found_wrong:
        raise Problem("invalid", "Nothing was changed.", found_wrong)
    return identities


def _enrolled(said: Enrolled) -> dict[str, Any]:
    return {
        "id": shown("adv", said.advocate),
        "program": shown("prg", said.program),
        "person": shown("per", said.person),
        "new": said.new,
    }


def _portal_link(made: PortalLink) -> dict[str, Any]:
    token = link_token(the_keyring().links, PORTAL, made.magic)
    return {"url": f"{settings.PUBLIC_URL}/me/enter/{token}", "expires_at": at(made.expires_at)}


def _used_up(made: PortalLink) -> dict[str, Any]:
    return {"url": None, "expires_at": at(made.expires_at)}
