"""Rewards: their state, each step of their life, and what an operator does about them."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router
from pydantic import Field

from passaparola.actions.acting import Performed
from passaparola.actions.documents import reward_document, reward_record
from passaparola.actions.rewards import operate
from passaparola.domain.rewards.change import Reward
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import at, document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.causes import cause_shown
from passaparola.inbound.api.explaining import Explanation, explanation
from passaparola.inbound.api.filters import Filters, found
from passaparola.inbound.api.ids import key_of
from passaparola.inbound.api.paging import Paging, each, paged
from passaparola.inbound.api.shapes import (
    Given,
    Instant,
    Note,
    Page,
    PersonId,
    ProblemDocument,
    ProgramId,
    ReferralId,
    RewardId,
    Shown,
)
from passaparola.store.read.pages import REWARDS, TRANSITIONS, Record, record_of, records_of
from passaparola.store.read.snapshot import reading

router = Router(tags=["Rewards"])
State = Literal[
    "pending", "approved", "issuing", "issued", "redeemed", "denied", "cancelled", "expired", "reversed", "failed"
]
Side = Literal["advocate", "friend"]
KEY_REQUIRED = {"x-idempotency-key-required": True}


class RewardDocument(Shown):
    id: RewardId
    program: ProgramId
    referral: ReferralId | None = Field(description="Null for a milestone, which many friends earn together")
    rule: str
    version: int = Field(description="The version of the program that promised it")
    side: Side
    beneficiary: PersonId
    occasion: str = Field(description="What is rewarded once")
    kind: str
    unit: str = Field(description="A currency, VOUCHER, or what is counted, such as POINTS, MONTH, ITEM or MB")
    amount_minor: int = Field(description="Earned")
    reversed_minor: int
    reserved_minor: int = Field(description="In checkouts")
    redeemed_minor: int
    expired_minor: int
    available_minor: int = Field(description="Still to be used")
    state: State
    reason: str | None
    hold_until: Instant | None
    issued_at: Instant | None
    expires_at: Instant | None


class Transition(Shown):
    step: str
    from_state: str | None
    to_state: str
    amount_minor: int = Field(description="Of the reward after the step, without what was reversed")
    reason: str | None
    actor: str
    note: str
    cause: str
    at: Instant


class WholeReward(RewardDocument):
    transitions: list[Transition]


class Noted(Given):
    note: Note = ""


Operate = Callable[..., Performed[Reward]]


@router.get("", auth=ApiKey("rewards:read"), response=Page[RewardDocument])
def list_rewards(
    request: HttpRequest,
    paging: Paging,
    state: Annotated[State | None, Query()] = None,
    side: Annotated[Side | None, Query()] = None,
    kind: Annotated[str | None, Query(max_length=24)] = None,
    program: Annotated[str | None, Query(max_length=64, description="Slug or prg_…")] = None,
    person: Annotated[str | None, Query(max_length=64, description="per_… or adv_…")] = None,
    referral: Annotated[str | None, Query(max_length=64, description="ref_…")] = None,
) -> HttpResponse:
    """Rewards, the newest first. Scope: `rewards:read`."""
    with reading() as session:
        filters = Filters(session, key_of_request(request).workspace).plain(state=state, side=side, kind=kind)
        given = filters.program(program).people("people", person).key("referral", "ref", referral).given
    return paged(request, REWARDS, given, each(reward_record), paging=paging)


@router.get("/{reward}", auth=ApiKey("rewards:read"), response={200: WholeReward, 404: ProblemDocument})
def get_reward(request: HttpRequest, reward: str) -> HttpResponse:
    """One reward, with each step of its life. Scope: `rewards:read`."""
    workspace, key = key_of_request(request).workspace, key_of("rwd", reward)
    with reading() as session:
        row = found(record_of(session, REWARDS, workspace, key), reward)
        steps = records_of(session, TRANSITIONS, workspace, given={"reward": key})
    return document({**reward_record(row), "transitions": [_step(step) for step in steps]})


@router.get("/{reward}/explanation", auth=ApiKey("rewards:read"), response={200: Explanation, 404: ProblemDocument})
def explain_reward(request: HttpRequest, reward: str) -> HttpResponse:
    """Why it was given, in this amount. Scope: `rewards:read`."""
    return explanation(request, "rwd", reward)


@router.post("/{reward}/approve", auth=ApiKey("rewards:write"), response=RewardDocument, openapi_extra=KEY_REQUIRED)
def approve(request: HttpRequest, reward: str, noted: Annotated[Noted | None, Body()] = None) -> HttpResponse:
    """Issue a reward that waits. Scope: `rewards:write`. Needs an Idempotency-Key."""
    return _operate(request, reward, noted, operate.approve)


@router.post("/{reward}/deny", auth=ApiKey("rewards:write"), response=RewardDocument, openapi_extra=KEY_REQUIRED)
def deny(request: HttpRequest, reward: str, noted: Annotated[Noted | None, Body()] = None) -> HttpResponse:
    """End a reward that waits. Scope: `rewards:write`. Needs an Idempotency-Key."""
    return _operate(request, reward, noted, operate.deny)


@router.post("/{reward}/cancel", auth=ApiKey("rewards:write"), response=RewardDocument, openapi_extra=KEY_REQUIRED)
def cancel(request: HttpRequest, reward: str, noted: Annotated[Noted | None, Body()] = None) -> HttpResponse:
    """Withdraw a reward of which nothing was used. Scope: `rewards:write`. Needs an Idempotency-Key."""
    return _operate(request, reward, noted, operate.cancel)


@router.post("/{reward}/undo", auth=ApiKey("rewards:write"), response=RewardDocument, openapi_extra=KEY_REQUIRED)
def undo(request: HttpRequest, reward: str, noted: Annotated[Noted | None, Body()] = None) -> HttpResponse:
    """Take back the last approval, denial or cancellation while nothing has left the firm.

    Scope: `rewards:write`. Needs an Idempotency-Key.
    """
    return _operate(request, reward, noted, operate.undo)


def _operate(request: HttpRequest, reward: str, noted: Noted | None, step: Operate) -> HttpResponse:
    key, note = key_of("rwd", reward), noted.note if noted else ""
    return act(request, lambda asked: step(key, asked=asked, note=note), reward_document, key_required=True)


def _step(row: Record) -> dict[str, Any]:
    return {
        "step": row["step"],
        "from_state": row["from_state"],
        "to_state": row["to_state"],
        "amount_minor": row["amount"],
        "reason": row["reason"],
        "actor": row["actor"],
        "note": row["note"],
        "cause": cause_shown(row["cause"]),
        "at": at(row["at"]),
    }
