"""Referrals: one friend in one program, who they are bound to, and what it earned."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router
from pydantic import Field

from passaparola.actions.documents import referral_document
from passaparola.actions.imports.entering import enter_referral
from passaparola.actions.imports.referrals import Entering
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.explaining import Explanation, explanation
from passaparola.inbound.api.filters import Filters, found
from passaparola.inbound.api.ids import key_of
from passaparola.inbound.api.paging import Paging, each, paged
from passaparola.inbound.api.shapes import (
    Given,
    Instant,
    Page,
    PersonId,
    ProblemDocument,
    ProgramId,
    ReferralId,
    Shown,
    Text,
)
from passaparola.inbound.api.times import UntilText, instant_of
from passaparola.inbound.keyring import the_keyring
from passaparola.store.read.pages import REFERRALS, record_of
from passaparola.store.read.snapshot import reading

router = Router(tags=["Referrals"])
KEY_REQUIRED = {"x-idempotency-key-required": True}
Status = Literal["open", "bound", "converted", "refused", "merged"]


class RuleRefusal(Shown):
    rule: str
    occasion: str
    reason: str


class ReferralDocument(Shown):
    id: ReferralId
    program: ProgramId
    friend: PersonId
    status: Status
    reason: str | None = Field(description="Why it is refused")
    refusals: list[RuleRefusal] = Field(description="Rewards that were refused, as it stands")
    advocate: PersonId | None = Field(description="Who the friend is bound to")
    bound_by: str | None = Field(description="code, named, organic (entered by staff afterwards), visit or email")
    bound_at: Instant | None
    version: int | None = Field(description="The program's version at the binding")
    signed_up_at: Instant | None
    converted_at: Instant | None
    paid_orders: int
    qualifying_orders: int
    qualifying_minor: dict[str, int] = Field(description="Worth of the qualifying orders, by currency")
    created_at: Instant


class ToldReferral(Given):
    program: Text = Field(description="Slug or prg_…; it must be live")
    advocate: Text = Field(description="Who recommended: your customer id, or an e-mail address")
    friend: Text = Field(description="Who came: your customer id, or an e-mail address")
    at: UntilText = Field(description="When the friend came")
    reason: Text = Field(description="Why it is entered by hand; kept with it")
    organic: bool = Field(False, description="As one of the past: counted, without a reward unless the file says so")


class EnteredDocument(Shown):
    program: str
    entered: bool = Field(description="False: it was entered before, and nothing changed")


@router.get("", auth=ApiKey("people:read"), response=Page[ReferralDocument])
def list_referrals(
    request: HttpRequest,
    paging: Paging,
    status: Annotated[Status | None, Query()] = None,
    program: Annotated[str | None, Query(max_length=64, description="Slug or prg_…")] = None,
    advocate: Annotated[str | None, Query(max_length=64, description="per_… or adv_…")] = None,
    friend: Annotated[str | None, Query(max_length=64, description="per_…")] = None,
) -> HttpResponse:
    """Who brought whom, the newest first. Scope: `people:read`."""
    with reading() as session:
        filters = Filters(session, key_of_request(request).workspace).plain(status=status).program(program)
        given = filters.people("advocates", advocate).people("friends", friend).given
    return paged(request, REFERRALS, given, each(referral_document), paging=paging)


@router.post(
    "", auth=ApiKey("people:write"), response={200: EnteredDocument, 201: EnteredDocument}, openapi_extra=KEY_REQUIRED
)
def enter(request: HttpRequest, told: Annotated[ToldReferral, Body()]) -> HttpResponse:
    """Enter one recommendation that staff were told of, with the reason; known already: nothing changes.

    It counts and earns as if the friend had named the advocate at that time; `organic` enters it as one of the past. What came too long
    ago to be trusted waits for approval, like any late event. The same pair at another time is an `event_conflict`; a friend who is
    bound already is refused by `friend_bound`. Scope: `people:write`. Needs an Idempotency-Key.
    """
    instant_of("at", told.at)
    line = {"advocate": told.advocate, "friend": told.friend, "at": told.at, "note": told.reason}
    return act(
        request,
        lambda asked: enter_referral(line, Entering(told.program, asked, the_keyring(), told.organic)),
        lambda entered: {"program": told.program, "entered": entered},
        status=lambda entered: 201 if entered else 200,
        key_required=True,
    )


@router.get("/{referral}", auth=ApiKey("people:read"), response={200: ReferralDocument, 404: ProblemDocument})
def get_referral(request: HttpRequest, referral: str) -> HttpResponse:
    """One friend in one program, as it stands. Scope: `people:read`."""
    with reading() as session:
        workspace = key_of_request(request).workspace
        row = found(record_of(session, REFERRALS, workspace, key_of("ref", referral)), referral)
    return document(referral_document(row))


@router.get("/{referral}/explanation", auth=ApiKey("people:read"), response={200: Explanation, 404: ProblemDocument})
def explain_referral(request: HttpRequest, referral: str) -> HttpResponse:
    """Why this friend is bound to this advocate or to none, and why each side has what it has. Scope: `people:read`."""
    return explanation(request, "ref", referral)
