"""Who may recommend in a program: invitations, exclusions, the segment, and what the rules say of one person."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router
from pydantic import Field

from passaparola.actions.advocates.exclude import Excluded
from passaparola.actions.advocates.exclude import exclude as exclude_person
from passaparola.actions.advocates.exclude import include as include_person
from passaparola.actions.advocates.invitations import Invited, Wanted, create_invitation, revoke_invitation
from passaparola.actions.advocates.reports import eligibility, segment_of
from passaparola.domain.people.identity import UnableToReadIdentity, canonical
from passaparola.inbound.access import invitation_state, invitation_url
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import at, document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.filters import people_named, program_named
from passaparola.inbound.api.ids import key_of, not_found, shown, shown_or_none
from passaparola.inbound.api.paging import Paging, after_place, at_place, each, paged
from passaparola.inbound.api.problems import FieldProblem, Problem
from passaparola.inbound.api.shapes import Given, Instant, Page, PersonId, ProblemDocument, ProgramId, Shown, Text
from passaparola.inbound.today import now_in
from passaparola.store.read.access import EXCLUSIONS
from passaparola.store.read.invitations import INVITATIONS
from passaparola.store.read.snapshot import reading

router = Router(tags=["Access"])
InvitationState = Literal["open", "used", "expired", "revoked"]


class WantedInvitation(Given):
    person: PersonId | None = Field(None, description="Only this person may use it")
    email: Text | None = Field(None, description="Only whoever has this address may use it")
    expires_days: int | None = Field(None, ge=1, le=365, description="The program's if left out")


class InvitationDocument(Shown):
    id: str
    program: ProgramId
    state: InvitationState
    person: PersonId | None
    email: str | None = Field(description="Forgotten when it is used or revoked, and a week after it expired")
    created_at: Instant
    expires_at: Instant
    used_at: Instant | None
    used_by: PersonId | None


class NewInvitation(Shown):
    id: str
    program: ProgramId
    token: str | None = Field(description="Shown this once: a replay under the same Idempotency-Key has null")
    url: str | None = Field(description="The page on which it is used")
    expires_at: Instant


class Revoked(Shown):
    id: str
    state: InvitationState


class WantedExclusion(Given):
    person: PersonId
    reason: Annotated[str, Field(max_length=500)] = Field("", description="Why. Without it nobody is excluded")


class LiftedExclusion(Given):
    person: PersonId


class ExclusionDocument(Shown):
    program: ProgramId
    person: PersonId
    reason: str = Field(description="An operator's words, for staff only")


class ListedExclusion(ExclusionDocument):
    by: str
    at: Instant


class SegmentMember(Shown):
    person: PersonId
    figure: int | None = Field(description="What they are ranked by: minor units, orders or the fact; null by a name")


class SegmentDocument(Shown):
    program: ProgramId
    rule: str
    of: int = Field(description="How many people have the figure at all")
    line: int | None = Field(description="The lowest figure that is in; all who have it are in")
    members: list[SegmentMember] = Field(description="One page of them, the highest figure first")
    next: str | None = Field(description="The cursor of the next page. Each page is computed when it is asked for")


class EligibilityDocument(Shown):
    program: ProgramId
    person: PersonId
    advocate: bool = Field(description="They are one already")
    suspended: bool = Field(
        description="An advocate whom staff suspended. Of one who is not, no rule is asked any more"
    )
    eligible: bool
    reason: str | None = Field(description="The first rule that says no")
    detail: str | None
    saw: dict[str, Any] = Field(description="What that rule saw: personal data, for staff only")
    sentence: str | None = Field(description="What the person may be told")


@router.get("/{program}/invitations", auth=ApiKey("people:read"), response=Page[InvitationDocument])
def list_invitations(request: HttpRequest, program: str, paging: Paging) -> HttpResponse:
    """The invitations into a program, the newest first. Scope: `people:read`."""
    workspace = key_of_request(request).workspace
    with reading() as session:
        given = {"program": program_named(session, workspace, program)}
    now = now_in(workspace)
    return paged(request, INVITATIONS, given, each(lambda row: _invitation(row, now)), paging=paging)


@router.post("/{program}/invitations", auth=ApiKey("people:write"), response={201: NewInvitation})
def invite(
    request: HttpRequest, program: str, wanted: Annotated[WantedInvitation | None, Body()] = None
) -> HttpResponse:
    """A token that lets one person into an `invite_only` program, once. It is shown in this answer and never again.

    Scope: `people:write`.
    """
    given = wanted or WantedInvitation()
    person = key_of("per", given.person) if given.person else None
    invitation = Wanted(person, _address(given.email) if given.email else "", given.expires_days)
    key = _program(request, program)
    return act(
        request,
        lambda asked: create_invitation(key, wanted=invitation, asked=asked),
        _invited,
        status=201,
        stored=lambda made: {**_invited(made), "token": None, "url": None},
    )


@router.post("/{program}/invitations/{invitation}/revoke", auth=ApiKey("people:write"), response=Revoked)
def revoke(request: HttpRequest, program: str, invitation: str) -> HttpResponse:
    """Let nobody in by this invitation any more. Scope: `people:write`."""
    into, key = _program(request, program), key_of("inv", invitation)
    return act(
        request,
        lambda asked: revoke_invitation(key, program=into, asked=asked),
        lambda _: {"id": shown("inv", key), "state": "revoked"},
    )


@router.get("/{program}/exclusions", auth=ApiKey("people:read"), response=Page[ListedExclusion])
def list_exclusions(request: HttpRequest, program: str, paging: Paging) -> HttpResponse:
    """Who may not recommend in a program, and why, the newest first. Scope: `people:read`."""
    given = {"program": _program(request, program)}
    return paged(request, EXCLUSIONS, given, each(_listed), paging=paging)


@router.post(
    "/{program}/exclusions", auth=ApiKey("people:write"), response={200: ExclusionDocument, 201: ExclusionDocument}
)
def exclude(request: HttpRequest, program: str, wanted: Annotated[WantedExclusion, Body()]) -> HttpResponse:
    """Exclude a person from recommending in a program, with a reason; an advocate is suspended. Scope: `people:write`."""
    key, person = _program(request, program), key_of("per", wanted.person)
    return act(
        request,
        lambda asked: exclude_person(person, program=key, reason=wanted.reason, asked=asked),
        _exclusion,
        status=lambda said: 201 if said.changed else 200,
    )


@router.post("/{program}/exclusions/lift", auth=ApiKey("people:write"), response=ExclusionDocument)
def lift(request: HttpRequest, program: str, wanted: Annotated[LiftedExclusion, Body()]) -> HttpResponse:
    """Take an exclusion back. An advocate whom it suspended stays so until resumed. Scope: `people:write`."""
    key, person = _program(request, program), key_of("per", wanted.person)
    return act(request, lambda asked: include_person(person, program=key, asked=asked), _exclusion)


@router.get("/{program}/segment", auth=ApiKey("people:read"), response={200: SegmentDocument, 404: ProblemDocument})
def segment(request: HttpRequest, program: str, paging: Paging) -> HttpResponse:
    """Exactly whom the segment of a program holds at this moment; 404 where its file has none. Scope: `people:read`."""
    workspace, before = key_of_request(request).workspace, at_place(request, paging)
    found = segment_of(workspace, _program(request, program), limit=paging.limit + 1, offset=before)
    if found is None:
        raise not_found(f"segment of {program}")
    held = found.held
    if before and not held.members:
        raise Problem("bad_cursor", "The segment holds fewer people by now: begin again without a cursor.")
    members = [{"person": shown("per", m.person), "figure": m.figure} for m in held.members[: paging.limit]]
    more = after_place(request, before + paging.limit) if len(held.members) > paging.limit else None
    said = {"rule": found.rule, "of": held.of, "line": held.line, "members": members, "next": more}
    return document({"program": shown("prg", found.program.key), **said})


@router.get(
    "/{program}/eligibility/{person}",
    auth=ApiKey("people:read"),
    response={200: EligibilityDocument, 404: ProblemDocument},
)
def may_recommend(request: HttpRequest, program: str, person: str) -> HttpResponse:
    """Whether a person may recommend in a program, and which rule says no, with what it saw. Scope: `people:read`."""
    workspace, key = key_of_request(request).workspace, _program(request, program)
    with reading() as session:
        group = people_named(session, workspace, person)
    found = eligibility(workspace, key, group, now=now_in(workspace))
    if found is None:
        raise not_found(program)
    return document({"program": shown("prg", key), "person": shown("per", group[0]), **asdict(found)})


def _program(request: HttpRequest, name: str) -> str:
    with reading() as session:
        return program_named(session, key_of_request(request).workspace, name)


def _address(text: str) -> str:
    try:
        return canonical("email", text)[1]
    except UnableToReadIdentity as problem:
        raise Problem("invalid", "Nothing was changed.", [FieldProblem("email", str(problem))]) from None


def _invited(made: Invited) -> dict[str, Any]:
    return {
        "id": shown("inv", made.id),
        "program": shown("prg", made.program),
        "token": made.token,
        "url": invitation_url(made),
        "expires_at": at(made.expires_at),
    }


def _invitation(row: dict[str, Any], now: int) -> dict[str, Any]:
    return {
        "id": shown("inv", row["id"]),
        "program": shown("prg", row["program_id"]),
        "state": invitation_state(row, now),
        "person": shown_or_none("per", row["person_id"]),
        "email": row["address"] or None,
        "created_at": at(row["created_at"]),
        "expires_at": at(row["expires_at"]),
        "used_at": at(row["used_at"]),
        "used_by": shown_or_none("per", row["used_by_id"]),
    }


def _exclusion(said: Excluded) -> dict[str, Any]:
    return {"program": shown("prg", said.program), "person": shown("per", said.person), "reason": said.reason}


def _listed(row: dict[str, Any]) -> dict[str, Any]:
    said = {"program": shown("prg", row["program_id"]), "person": shown("per", row["person_id"])}
    return {**said, "reason": row["reason"], "by": row["actor"], "at": at(row["at"])}
