"""What is owed until it is handed over: the list to pay, and what was paid."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router
from pydantic import Field

from passaparola.actions.acting import Refusal
from passaparola.actions.payables.hand_over import MOST, Outcome, Told, hand_over
from passaparola.actions.payables.owed import to_hand_over
from passaparola.analytics.owing import OwedLine
from passaparola.domain.rewards.kinds import Handover
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import at, document, refused
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.ids import key_of, shown
from passaparola.inbound.api.routes.rewards import KEY_REQUIRED, HandedOver, OutcomeDocument, outcome_document
from passaparola.inbound.api.shapes import Given, Instant, PersonId, ProblemDocument, RewardId, Shown
from passaparola.inbound.today import now_in

router = Router(tags=["Payouts"])
Way = Literal["payout", "payroll", "shipping"]


class OwedDocument(Shown):
    reward: RewardId
    person: PersonId
    program: str
    kind: str
    item: str
    amount_minor: int = Field(description="Whole minor units, or a number of things")
    unit: str
    issued_at: Instant
    missing: list[str] = Field(description="What must be known of the person before it is sent")


class OwedList(Shown):
    way: Way
    items: list[OwedDocument]
    totals: dict[str, int] = Field(description="By unit")


class ConfirmedLine(HandedOver):
    reward: RewardId


class Confirmed(Given):
    lines: list[ConfirmedLine] = Field(min_length=1, max_length=MOST)


class Outcomes(Shown):
    items: list[OutcomeDocument]


@router.get("", auth=ApiKey("rewards:read"), response={200: OwedList, 409: ProblemDocument})
def list_owed(request: HttpRequest, way: Annotated[Way, Query()] = "payout") -> HttpResponse:
    """What is to be paid out (`payout`), paid with the wages (`payroll`) or sent (`shipping`), the oldest first. Refused by
    `rewards_paused` while the kill switch is on. Scope: `rewards:read`.
    """
    workspace = key_of_request(request).workspace
    try:
        lines = to_hand_over(workspace, Handover(way), until=now_in(workspace))
    except Refusal as paused:
        raise refused(paused) from None
    totals: dict[str, int] = {}
    for line in lines:
        totals[line.unit] = totals.get(line.unit, 0) + line.amount
    return document({"way": way, "items": [_line(line) for line in lines], "totals": totals})


@router.post("/confirm", auth=ApiKey("rewards:write"), response=Outcomes, openapi_extra=KEY_REQUIRED)
def confirm(request: HttpRequest, confirmed: Annotated[Confirmed, Body()]) -> HttpResponse:
    """These were handed over. A line told twice pays once; one that is refused says why and holds up no other.

    Scope: `rewards:write`. Needs an Idempotency-Key: a retry that comes after a payment came back must not book it again.
    """
    lines = [Told(key_of("rwd", line.reward), line.reference, line.run, line.amount_minor) for line in confirmed.lines]
    return act(request, lambda asked: hand_over(lines, asked=asked), _outcomes, key_required=True)


def _outcomes(said: list[Outcome]) -> dict[str, Any]:
    return {"items": [outcome_document(outcome) for outcome in said]}


def _line(line: OwedLine) -> dict[str, Any]:
    return {
        "reward": shown("rwd", line.reward),
        "person": shown("per", line.person),
        "program": line.program,
        "kind": line.kind,
        "item": line.item,
        "amount_minor": line.amount,
        "unit": line.unit,
        "issued_at": at(line.issued_at),
        "missing": list(line.missing),
    }
