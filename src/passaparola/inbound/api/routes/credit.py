"""Store credit at a checkout: the balance, what is reserved for an order, captured, released or given back."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router
from pydantic import Field

from passaparola.actions.acting import Performed
from passaparola.actions.credit import end, orders
from passaparola.actions.credit.orders import OrderCancelled
from passaparola.actions.credit.reserve import Wanted
from passaparola.actions.credit.reserve import reserve as reserve_credit
from passaparola.actions.documents import reservation_document, reservation_record, voucher_state
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.filters import Filters, found
from passaparola.inbound.api.ids import key_of, not_found
from passaparola.inbound.api.paging import Paging, each, paged
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
from passaparola.inbound.today import now
from passaparola.store.read.checkout import Reservation, balance
from passaparola.store.read.pages import RESERVATIONS, record_of
from passaparola.store.read.snapshot import reading

router = Router(tags=["Store credit"])
State = Literal["reserved", "captured", "released", "returned"]
KEY_REQUIRED = {"x-idempotency-key-required": True}


class Reserve(Given):
    person: PersonId
    amount_minor: Amount
    currency: Currency
    order: Text = Field(description="The order's number")
    until: UntilText | None = Field(None, description="How long it is set aside: an hour where it is missing")


class CancelOrder(Given):
    order: Text


class UnitBalance(Shown):
    currency: str
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
    amount_minor: int
    currency: str
    order: str
    state: State
    expires_at: Instant | None


class CancelledOrder(Shown):
    order: str
    credit: list[ReservationDocument]
    vouchers: list[VoucherState]


@router.get("/balance", auth=ApiKey("checkout"), response={200: Balances, 404: ProblemDocument})
def get_balance(request: HttpRequest, person: Annotated[str, Query(max_length=64)]) -> HttpResponse:
    """A person's store credit by currency, across programs. Scope: `checkout`."""
    said = balance(key_of_request(request).workspace, key_of("per", person), now=now())
    if said is None:
        raise not_found(person)
    return document(
        {
            "person": person,
            "balances": [
                {
                    "currency": unit,
                    "available_minor": b.available,
                    "reserved_minor": b.reserved,
                    "pending_minor": b.pending,
                    "redeemed_minor": b.redeemed,
                }
                for unit, b in said.items()
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
    """Set store credit aside for an order: what expires first is used first. The same order again: the same reservation.

    Scope: `checkout`. Needs an Idempotency-Key.
    """
    until = instant_of("until", wanted.until)
    asked_for = Wanted(key_of("per", wanted.person), wanted.currency, wanted.amount_minor, wanted.order, until)
    return act(request, lambda asked: reserve_credit(asked_for, asked=asked), reservation_document, key_required=True)


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
