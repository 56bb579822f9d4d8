"""The workspace: what it says of itself to people, and its switches."""

from collections.abc import Callable
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router
from pydantic import Field

from passaparola.actions.acting import Performed
from passaparola.actions.clock import run_clock
from passaparola.actions.contact import (
    ATTESTATION,
    LIMITS,
    LONGEST_LATENESS,
    allow_invites,
    forbid_invites,
    set_contact,
)
from passaparola.actions.messages.pause import pause_mail, resume_mail
from passaparola.actions.rewards.pause import pause_rewards, resume_rewards
from passaparola.actions.sandboxes import move_clock
from passaparola.domain.instant import SECOND, iso
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.problems import FieldProblem, Problem
from passaparola.inbound.api.shapes import Given, Instant, Note, Shown
from passaparola.inbound.api.times import UntilText, instant_of
from passaparola.inbound.contacts import workspace_document
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_in
from passaparola.store.read.clocks import workspace_clock
from passaparola.store.read.messages import contact_row
from passaparola.store.read.snapshot import reading

router = Router(tags=["Workspace"])


class WorkspaceDocument(Shown):
    slug: str
    name: str = Field(description="The sender of mails, and the firm on pages")
    sandbox: bool
    contact_email: str
    postal_address: str
    website: str
    invites_allowed_at: Instant | None = Field(
        description="Since when invitations to friends may be mailed; null: they are off"
    )
    invite_countries: list[str] = Field(
        description="Where friends may be invited by mail (ISO 3166); empty: everywhere"
    )
    lateness_days: int = Field(
        description="Rewards for events that are told more days after they happened wait for a person"
    )
    mail_paused_at: Instant | None
    rewards_paused_at: Instant | None


class Contact(Given):
    """What is left out stays as it is; an empty text removes all but the name."""

    name: Annotated[str, Field(max_length=LIMITS["name"])] | None = None
    contact_email: Annotated[str, Field(max_length=LIMITS["contact_email"])] | None = None
    postal_address: Annotated[str, Field(max_length=LIMITS["postal_address"])] | None = None
    website: Annotated[str, Field(max_length=LIMITS["website"])] | None = None
    invite_countries: (
        Annotated[
            list[Annotated[str, Field(max_length=2)]],
            Field(max_length=249, description="Codes (ISO 3166), such as IT; an empty list: everywhere"),
        ]
        | None
    ) = None
    lateness_days: (
        Annotated[
            int,
            Field(
                ge=0,
                le=LONGEST_LATENESS,
                description="Rewards for events that are told more days after they happened wait for a person",
            ),
        ]
        | None
    ) = None


class Attested(Given):
    attestation: Annotated[str, Field(max_length=500, description=f"In these words: {ATTESTATION}")]


class ClockMove(Given):
    """Either of the two."""

    to: UntilText | None = None
    advance_seconds: Annotated[int, Field(ge=0, le=3_200_000_000)] | None = None


class ClockDocument(Shown):
    sandbox: bool
    now: Instant


class MovedDocument(Shown):
    before: Instant
    now: Instant


class Noted(Given):
    note: Note = ""


class Switched(Shown):
    paused: bool
    changed: bool


@router.get("", auth=ApiKey("workspace:read"), response=WorkspaceDocument)
def get_workspace(request: HttpRequest) -> HttpResponse:
    """The workspace of the key. Scope: `workspace:read`."""
    with reading() as session:
        row = contact_row(session, key_of_request(request).workspace)
    return document(workspace_document(row))


@router.post("", auth=ApiKey("workspace:write"), response=WorkspaceDocument)
def change(request: HttpRequest, contact: Annotated[Contact, Body()]) -> HttpResponse:
    """Change what the workspace says of itself. Scope: `workspace:write`."""
    told = contact.model_dump()
    countries, days = told.pop("invite_countries"), told.pop("lateness_days")
    given = {name: text for name, text in told.items() if text is not None}
    return act(
        request,
        lambda asked: set_contact(given, asked=asked, countries=countries, lateness_days=days),
        workspace_document,
    )


@router.get("/clock", auth=ApiKey("workspace:read"), response=ClockDocument)
def get_clock(request: HttpRequest) -> HttpResponse:
    """What time it is in the workspace of the key. Scope: `workspace:read`."""
    workspace = key_of_request(request).workspace
    with reading() as session:
        clock = workspace_clock(session, workspace)
    return document({"sandbox": clock is not None and clock.sandbox, "now": iso(now_in(workspace))})


@router.post("/clock", auth=ApiKey("workspace:write"), response=MovedDocument)
def move(request: HttpRequest, wanted: Annotated[ClockMove, Body()]) -> HttpResponse:
    """Move a sandbox's clock to a time or forwards, and let fall due what is due by then. Refused by `live_workspace` and
    `clock_goes_back`. Scope: `workspace:write`.
    """
    if (wanted.to is None) == (wanted.advance_seconds is None):
        raise Problem("invalid", "", [FieldProblem("to", "give either to, or advance_seconds")])
    to, by = instant_of("to", wanted.to), (wanted.advance_seconds or 0) * SECOND
    answer = act(
        request,
        lambda asked: move_clock(to=to, by=by, asked=asked),
        lambda moved: {"before": iso(moved.before), "now": iso(moved.now)},
    )
    if answer.status_code == 200:
        workspace = key_of_request(request).workspace
        the_writer().run(lambda: run_clock(workspace, now=now_in(workspace), keys=the_keyring()), seconds=600)
    return answer


@router.post("/invitations/allow", auth=ApiKey("workspace:write"), response=WorkspaceDocument)
def allow(request: HttpRequest, attested: Annotated[Attested, Body()]) -> HttpResponse:
    """Invitations to friends may be mailed, because you attest to it. Refused without a postal address. Scope: `workspace:write`."""
    return act(request, lambda asked: allow_invites(asked=asked, attestation=attested.attestation), workspace_document)


@router.post("/invitations/forbid", auth=ApiKey("workspace:write"), response=WorkspaceDocument)
def forbid(request: HttpRequest) -> HttpResponse:
    """No invitation is mailed any more, those that wait included. Scope: `workspace:write`."""
    return act(request, lambda asked: forbid_invites(asked=asked), workspace_document)


@router.post("/mail/pause", auth=ApiKey("workspace:write"), response=Switched)
def pause(request: HttpRequest, noted: Annotated[Noted | None, Body()] = None) -> HttpResponse:
    """The kill switch of mail: nothing leaves, nothing is lost. Scope: `workspace:write`."""
    return _switch(request, pause_mail, noted, paused=True)


@router.post("/mail/resume", auth=ApiKey("workspace:write"), response=Switched)
def resume(request: HttpRequest, noted: Annotated[Noted | None, Body()] = None) -> HttpResponse:
    """Mail leaves again, what waited first. Scope: `workspace:write`."""
    return _switch(request, resume_mail, noted, paused=False)


@router.post("/rewards/pause", auth=ApiKey("workspace:write"), response=Switched)
def pause_issuing(request: HttpRequest, noted: Annotated[Noted | None, Body()] = None) -> HttpResponse:
    """The kill switch of rewards: nothing is issued, nothing is lost. Scope: `workspace:write`."""
    return _switch(request, pause_rewards, noted, paused=True)


@router.post("/rewards/resume", auth=ApiKey("workspace:write"), response=Switched)
def resume_issuing(request: HttpRequest, noted: Annotated[Noted | None, Body()] = None) -> HttpResponse:
    """Rewards are issued again, what waited first. Scope: `workspace:write`."""
    return _switch(request, resume_rewards, noted, paused=False)


def _switch(
    request: HttpRequest, do: Callable[..., Performed[bool]], noted: Noted | None, *, paused: bool
) -> HttpResponse:
    note = noted.note if noted else ""
    return act(
        request, lambda asked: do(asked=asked, note=note), lambda changed: {"paused": paused, "changed": changed}
    )
