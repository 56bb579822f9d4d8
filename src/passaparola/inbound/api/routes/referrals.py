"""Referrals: one friend in one program, who they are bound to, and what it earned."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from passaparola.actions.documents import referral_document
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.explaining import Explanation, explanation
from passaparola.inbound.api.filters import Filters, found
from passaparola.inbound.api.ids import key_of
from passaparola.inbound.api.paging import Paging, each, paged
from passaparola.inbound.api.shapes import (
    Instant,
    Page,
    PersonId,
    ProblemDocument,
    ProgramId,
    ReferralId,
    Shown,
)
from passaparola.store.read.pages import REFERRALS, record_of
from passaparola.store.read.snapshot import reading

router = Router(tags=["Referrals"])
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
    bound_by: str | None = Field(description="code, named, visit or email")
    bound_at: Instant | None
    version: int | None = Field(description="The program's version at the binding")
    signed_up_at: Instant | None
    converted_at: Instant | None
    paid_orders: int
    qualifying_orders: int
    qualifying_minor: dict[str, int] = Field(description="Worth of the qualifying orders, by currency")
    created_at: Instant


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
