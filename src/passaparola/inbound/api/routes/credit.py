"""Store credit at a checkout: the balance, what is reserved for an order, captured, released or given back."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router
from pydantic import Field

from passaparola.actions.acting import Performed
from passaparola.actions.credit import end, orders
from passaparola.actions.credit.bills import Bill, Billed, apply_to_bill
from passaparola.actions.credit.orders import OrderCancelled
from passaparola.actions.credit.reserve import Wanted
from passaparola.actions.credit.reserve import reserve as reserve_credit
from passaparola.actions.documents import reservation_document, reservation_record, voucher_state
from passaparola.domain.units import POINTS
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.filters import Filters, found
from passaparola.inbound.api.ids import key_of, not_found, shown
from passaparola.inbound.api.paging import Paging, each, paged
from passaparola.inbound.api.problems import FieldProblem, Problem
from passaparola.inbound.api.routes.vouchers import VoucherState
from passaparola.inbound.api.shapes import (
    Amount,
    Currency,
    Given,
    Instant,
    Page,
    PersonId,
    ProblemDocument,
    ReservationId,
    Shown,
    Text,
)
from passaparola.inbound.api.times import UntilText, instant_of
from passaparola.inbound.today import now_in
from passaparola.store.read.checkout import Reservation, every_balance
from passaparola.store.read.pages import RESERVATIONS, record_of
from passaparola.store.read.snapshot import reading

router = Router(tags=["Store credit"])
BalanceKind = Literal["store_credit", "ride_credit", "travel_credit", "bill_credit", "points"]
State = Literal["reserved", "captured", "released", "returned"]
KEY_REQUIRED = {"x-idempotency-key-required": True}


class Reserve(Given):
    person: PersonId
    amount_minor: Amount = Field(description="Whole minor units, or with `kind: points` a number of points")
    currency: Currency | None = Field(None, description="Left out with `kind: points`")
    order: Text = Field(description="The order's number")
    kind: BalanceKind = Field("store_credit", description="Which credit pays")
    dated: UntilText | None = Field(None, description="When what is paid for takes place; now where it is missing")
    until: UntilText | None = Field(None, description="How long it is set aside: an hour where it is missing")


class WantedBill(Given):
    person: PersonId
    invoice: Text = Field(description="The bill's number")
    amount_minor: Amount
    currency: Currency
    dated: UntilText | None = Field(None, description="The bill's day; now where it is missing")


class BillDocument(Shown):
    person: PersonId
    invoice: str
    currency: str
    amount_minor: int
    applied_minor: int = Field(description="What bill credit took off")
    to_pay_minor: int
    left_minor: int = Field(description="Bill credit that is carried forward")


class CancelOrder(Given):
    order: Text


class UnitBalance(Shown):
    kind: BalanceKind
    currency: str = Field(description="A currency, or `POINTS`")
    available_minor: int
    reserved_minor: int = Field(description="In checkouts")
    pending_minor: int = Field(description="Waiting to be issued")
    redeemed_minor: int


class Balances(Shown):
    person: PersonId
    balances: list[UnitBalance]


class ReservationDocument(Shown):
    id: ReservationId
    person: PersonId
    kind: BalanceKind
    amount_minor: int
    currency: str = Field(description="A currency, or `POINTS`")
    worth_minor: int | None = Field(description="Of points: what they take off the order")
    worth_currency: str | None
    order: str
    state: State
    expires_at: Instant | None


class CancelledOrder(Shown):
    order: str
    credit: list[ReservationDocument]
    vouchers: list[VoucherState]


@router.get("/balance", auth=ApiKey("checkout"), response={200: Balances, 404: ProblemDocument})
def get_balance(request: HttpRequest, person: Annotated[str, Query(max_length=64)]) -> HttpResponse:
    """What a person has to spend, by kind and currency, across programs. Scope: `checkout`."""
    workspace = key_of_request(request).workspace
    said = every_balance(workspace, key_of("per", person), now=now_in(workspace))
    if said is None:
        raise not_found(person)
    return document(
        {
            "person": person,
            "balances": [
                {
                    "kind": kind,
                    "currency": unit,
                    "available_minor": b.available,
                    "reserved_minor": b.reserved,
                    "pending_minor": b.pending,
                    "redeemed_minor": b.redeemed,
                }
                for (kind, unit), b in said.items()
            ],
        }
    )


@router.get("/reservations", auth=ApiKey("checkout"), response=Page[ReservationDocument])
def list_reservations(
    request: HttpRequest,
    paging: Paging,
    state: Annotated[State | None, Query()] = None,
    person: Annotated[str | None, Query(max_length=64, description="per_… or adv_…")] = None,
    order: Annotated[str | None, Query(max_length=255)] = None,
) -> HttpResponse:
    """Store credit in checkouts, the newest first. Scope: `checkout`."""
    with reading() as session:
        filters = Filters(session, key_of_request(request).workspace).people("people", person)
        given = filters.plain(state=state, order=order).given
    return paged(request, RESERVATIONS, given, each(reservation_record), paging=paging)


@router.post("/reservations", auth=ApiKey("checkout"), response=ReservationDocument, openapi_extra=KEY_REQUIRED)
def reserve(request: HttpRequest, wanted: Annotated[Reserve, Body()]) -> HttpResponse:
    """Set credit aside for an order: what expires first is used first. The same order again: the same reservation.

    Scope: `checkout`. Needs an Idempotency-Key.
    """
    until = instant_of("until", wanted.until)
    unit = _unit(wanted)
    asked_for = Wanted(
        key_of("per", wanted.person),
        unit,
        wanted.amount_minor,
        wanted.order,
        until,
        wanted.kind,
        instant_of("dated", wanted.dated),
    )
    return act(request, lambda asked: reserve_credit(asked_for, asked=asked), reservation_document, key_required=True)


def _unit(wanted: Reserve) -> str:
    """Points have no currency, and all other credit has one."""
    points = wanted.kind == "points"
    if points == (wanted.currency is None):
        return wanted.currency or POINTS
    said = "is left out: points have none" if points else "is missing"
    raise Problem("invalid", "Nothing was changed.", [FieldProblem("currency", said)])


@router.post(
    "/bills",
    auth=ApiKey("checkout"),
    response={200: BillDocument, 404: ProblemDocument},
    openapi_extra=KEY_REQUIRED,
)
def apply_bill_credit(request: HttpRequest, wanted: Annotated[WantedBill, Body()]) -> HttpResponse:
    """Take bill credit off a bill: what it needs, at most what there is; what is left is carried forward.

    The same bill again: nothing more is taken. `POST /credit/orders/cancel` with the bill's number gives it back; a retry that comes
    after that must not take it again. Scope: `checkout`. Needs an Idempotency-Key.
    """
    bill = Bill(
        key_of("per", wanted.person),
        wanted.invoice,
        wanted.currency,
        wanted.amount_minor,
        instant_of("dated", wanted.dated),
    )
    return act(request, lambda asked: apply_to_bill(bill, asked=asked), _billed, key_required=True)


def _billed(said: Billed) -> dict[str, Any]:
    bill = said.bill
    return {
        "person": shown("per", bill.person),
        "invoice": bill.invoice,
        "currency": bill.unit,
        "amount_minor": bill.amount,
        "applied_minor": said.applied,
        "to_pay_minor": said.to_pay,
        "left_minor": said.left,
    }


@router.get(
    "/reservations/{reservation}", auth=ApiKey("checkout"), response={200: ReservationDocument, 404: ProblemDocument}
)
def get_reservation(request: HttpRequest, reservation: str) -> HttpResponse:
    """One reservation. Scope: `checkout`."""
    with reading() as session:
        workspace = key_of_request(request).workspace
        row = found(record_of(session, RESERVATIONS, workspace, key_of("crr", reservation)), reservation)
    return document(reservation_record(row))


@router.post(
    "/reservations/{reservation}/capture",
    auth=ApiKey("checkout"),
    response=ReservationDocument,
    openapi_extra=KEY_REQUIRED,
)
def capture(request: HttpRequest, reservation: str) -> HttpResponse:
    """The order was paid with it: it is used. Scope: `checkout`. Needs an Idempotency-Key."""
    return _end(request, reservation, end.capture, key_required=True)


@router.post("/reservations/{reservation}/release", auth=ApiKey("checkout"), response=ReservationDocument)
def release(request: HttpRequest, reservation: str) -> HttpResponse:
    """The order was not placed: it is free again. Scope: `checkout`."""
    return _end(request, reservation, end.release)


@router.post("/reservations/{reservation}/give-back", auth=ApiKey("checkout"), response=ReservationDocument)
def give_back(request: HttpRequest, reservation: str) -> HttpResponse:
    """The order was cancelled after it was used: it is there again. Scope: `checkout`."""
    return _end(request, reservation, end.give_back)


@router.post("/orders/cancel", auth=ApiKey("checkout"), response=CancelledOrder)
def cancel_order(request: HttpRequest, cancelled: Annotated[CancelOrder, Body()]) -> HttpResponse:
    """Undo all that an order holds or used: store credit and vouchers. Scope: `checkout`."""
    return act(request, lambda asked: orders.cancel_order(cancelled.order, asked=asked), _cancelled)


def _end(
    request: HttpRequest, text: str, step: Callable[..., Performed[Reservation]], *, key_required: bool = False
) -> HttpResponse:
    key = key_of("crr", text)
    return act(request, lambda asked: step(key, asked=asked), reservation_document, key_required=key_required)


def _cancelled(said: OrderCancelled) -> dict[str, Any]:
    return {
        "order": said.order,
        "credit": [reservation_document(r) for r in said.credit],
        "vouchers": [voucher_state(v) for v in said.vouchers],
    }
