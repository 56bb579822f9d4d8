"""Rewards: their state, each step of their life, and what an operator does about them."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router
from pydantic import Field

from passaparola.actions.acting import Asked, Performed
from passaparola.actions.documents import reward_document, reward_record
from passaparola.actions.payables import details, hand_over
from passaparola.actions.payables.details import Kept
from passaparola.actions.payables.hand_over import Outcome, Told
from passaparola.actions.rewards import operate
from passaparola.actions.rewards.give import give
from passaparola.domain.rewards.change import Reward
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import at, document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.causes import cause_shown
from passaparola.inbound.api.explaining import Explanation, explanation
from passaparola.inbound.api.filters import Filters, found, program_named
from passaparola.inbound.api.ids import key_of, shown
from passaparola.inbound.api.paging import Paging, each, paged
from passaparola.inbound.api.shapes import (
    Amount,
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
    Slug,
    Text,
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
    referral: ReferralId | None = Field(
        description="Null for a milestone, which many friends earn together, and for what staff gave"
    )
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
    waits_for: Literal["hold", "approval", "claim", "room", "address", "pause", "handover"] | None = Field(
        description="What stands between the person and the reward"
    )
    expected_at: Instant | None = Field(
        description="When it is to be expected; null where it lies with the person, or nobody can say"
    )
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


class HandedOver(Given):
    reference: Text = Field(max_length=128, description="Of the payment or the parcel: what finds it again")
    run: Annotated[str, Field(max_length=64)] = Field("", description="The payout run, such as 2026-05")
    amount_minor: Amount | None = Field(None, description="What was paid: refused when another amount is owed")


class Details(Given):
    details: dict[Slug, Annotated[str, Field(max_length=200)]] = Field(
        max_length=20, description="What the program asks for before the thing is sent, such as size and name"
    )


class OutcomeDocument(Shown):
    reward: RewardId
    outcome: str = Field(description="`handed_over`, `already_handed_over`, or the name of a refusal")
    amount_minor: int
    unit: str
    reference: str
    missing: list[str] = Field(description="What must be known of the person first")
    message: str


class DetailsDocument(Shown):
    reward: RewardId
    known: list[str] = Field(description="The names of what is known; what they hold is for the parcel only")
    missing: list[str]


class Grant(Given):
    program: Annotated[str, Field(min_length=1, max_length=64, description="Slug or prg_…")]
    person: PersonId
    reason: Annotated[Note, Field(min_length=1, description="Why it is given; it stays with the reward")]
    rule: Annotated[str, Field(max_length=64, description="Which of the program's rewards, where it has several")] = ""


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


@router.post("/grants", auth=ApiKey("rewards:write"), response={201: RewardDocument}, openapi_extra=KEY_REQUIRED)
def grant_reward(request: HttpRequest, wanted: Annotated[Grant, Body()]) -> HttpResponse:
    """Give a person a reward by hand, under a program whose trigger is `manual_grant`. It counts against caps and the budget.

    Scope: `rewards:write`. Needs an Idempotency-Key.
    """
    person = key_of("per", wanted.person)
    with reading() as session:
        program = program_named(session, key_of_request(request).workspace, wanted.program)

    def do(asked: Asked) -> Performed[Reward]:
        return give(person, program=program, rule=wanted.rule, reason=wanted.reason, asked=asked)

    return act(request, do, reward_document, status=201, key_required=True)


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


@router.post("/{reward}/claim", auth=ApiKey("rewards:write"), response=RewardDocument)
def claim(request: HttpRequest, reward: str, noted: Annotated[Noted | None, Body()] = None) -> HttpResponse:
    """Take a reward that waits for its claim, for the person who earned it. Again: nothing more happens. Scope: `rewards:write`."""
    return _operate(request, reward, noted, operate.claim, key_required=False)


@router.post("/{reward}/fulfil", auth=ApiKey("rewards:write"), response=OutcomeDocument, openapi_extra=KEY_REQUIRED)
def fulfil(request: HttpRequest, reward: str, told: Annotated[HandedOver, Body()]) -> HttpResponse:
    """It was paid out, paid with the wages, or sent. Again: nothing more happens.

    Scope: `rewards:write`. Needs an Idempotency-Key: a retry that comes after `unfulfil` must not book the payment again.
    """
    line = Told(key_of("rwd", reward), told.reference, told.run, told.amount_minor)
    return act(request, lambda asked: hand_over.fulfil(line, asked=asked), outcome_document, key_required=True)


@router.post("/{reward}/unfulfil", auth=ApiKey("rewards:write"), response=RewardDocument, openapi_extra=KEY_REQUIRED)
def unfulfil(request: HttpRequest, reward: str, noted: Annotated[Noted | None, Body()] = None) -> HttpResponse:
    """The payment or parcel came back: it is owed again. Scope: `rewards:write`. Needs an Idempotency-Key."""
    return _operate(request, reward, noted, hand_over.take_back)


@router.put("/{reward}/details", auth=ApiKey("rewards:write"), response=DetailsDocument)
def keep_details(request: HttpRequest, reward: str, given: Annotated[Details, Body()]) -> HttpResponse:
    """Keep what must be known before a thing is sent; it replaces what was known. Scope: `rewards:write`."""
    key = key_of("rwd", reward)
    return act(request, lambda asked: details.keep_details(key, given.details, asked=asked), _details)


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


def _operate(
    request: HttpRequest, reward: str, noted: Noted | None, step: Operate, *, key_required: bool = True
) -> HttpResponse:
    key, note = key_of("rwd", reward), noted.note if noted else ""
    return act(request, lambda asked: step(key, asked=asked, note=note), reward_document, key_required=key_required)


def outcome_document(said: Outcome) -> dict[str, Any]:
    """What became of one payout line."""
    return {
        "reward": shown("rwd", said.reward),
        "outcome": said.outcome,
        "amount_minor": said.amount,
        "unit": said.unit,
        "reference": said.reference,
        "missing": list(said.missing),
        "message": said.message,
    }


def _details(said: Kept) -> dict[str, Any]:
    return {"reward": shown("rwd", said.reward), "known": list(said.known), "missing": list(said.missing)}


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
