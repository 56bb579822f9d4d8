"""Vouchers at a checkout: checked, reserved, redeemed, released, given back."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router
from pydantic import Field

from passaparola.actions.documents import voucher_record, voucher_state
from passaparola.actions.vouchers import check as checking
from passaparola.actions.vouchers import end, redeem
from passaparola.domain.rewards.vouchers import Basket, plain_code
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.filters import Filters, found
from passaparola.inbound.api.ids import key_of
from passaparola.inbound.api.paging import Paging, each, paged
from passaparola.inbound.api.shapes import (
    Code,
    Currency,
    Given,
    Instant,
    OrderAmount,
    Page,
    PersonId,
    ProblemDocument,
    RewardId,
    Shown,
    Text,
    VoucherId,
)
from passaparola.inbound.api.times import UntilText, instant_of
from passaparola.inbound.today import now_in
from passaparola.store.read.pages import VOUCHERS, record_of
from passaparola.store.read.snapshot import reading

router = Router(tags=["Vouchers"])
State = Literal["open", "reserved", "redeemed"]


class Order(Given):
    code: Code
    order: Text = Field(description="The order's number")
    order_minor: OrderAmount = Field(description="What is to be paid for it, in whole minor units")
    currency: Currency
    dated: UntilText | None = Field(None, description="When what is paid for takes place; now where it is missing")


class Reserve(Order):
    until: UntilText | None = Field(None, description="How long it is set aside: an hour where it is missing")


class Ask(Given):
    code: Code
    order: Text | None = Field(None, description="What this order holds itself counts as free")
    order_minor: OrderAmount
    currency: Currency


class Ended(Given):
    code: Code
    order: Text


class CheckedVoucher(Shown):
    code: str
    valid: bool
    discount_minor: int = Field(description="0 when it does not count")
    currency: str
    reason: str | None
    message: str


class VoucherState(Shown):
    id: VoucherId
    reward: RewardId
    code: str
    state: State
    percent_bp: int | None = Field(description="Basis points off the order: 2000 is 20 %")
    max_discount_minor: int | None
    min_order_minor: int | None
    limit_currency: str | None = Field(description="The currency of max_discount_minor and min_order_minor")
    order: str | None
    order_minor: int | None
    order_currency: str | None
    discount_minor: int | None
    reserved_until: Instant | None


class VoucherDocument(VoucherState):
    person: PersonId
    worth_minor: int | None = Field(description="Of a fixed voucher")
    currency: str | None
    expires_at: Instant | None
    reward_state: str = Field(
        examples=["issued"], description="`issued` or `redeemed`; in any other state the code counts for nothing"
    )


@router.get("", auth=ApiKey("checkout"), response=Page[VoucherDocument])
def list_vouchers(
    request: HttpRequest,
    paging: Paging,
    state: Annotated[State | None, Query()] = None,
    code: Annotated[str | None, Query(max_length=64)] = None,
    person: Annotated[str | None, Query(max_length=64, description="per_… or adv_…")] = None,
    order: Annotated[str | None, Query(max_length=255)] = None,
    reward: Annotated[str | None, Query(max_length=64, description="rwd_…")] = None,
) -> HttpResponse:
    """Vouchers, the newest first. Scope: `checkout`."""
    with reading() as session:
        filters = Filters(session, key_of_request(request).workspace).people("people", person)
        plain = plain_code(code) if code is not None else None
        given = filters.plain(state=state, code=plain, order=order).key("reward", "rwd", reward).given
    return paged(request, VOUCHERS, given, each(voucher_record), paging=paging)


@router.post("/check", auth=ApiKey("checkout"), response=CheckedVoucher)
def check(request: HttpRequest, asked: Annotated[Ask, Body()]) -> HttpResponse:
    """Whether a code counts for an order, and what it takes off. Nothing is changed. Scope: `checkout`."""
    workspace = key_of_request(request).workspace
    said = checking.check(
        asked.code,
        order_minor=asked.order_minor,
        unit=asked.currency,
        workspace=workspace,
        now=now_in(workspace),
        order=asked.order,
    )
    return document(
        {
            "code": said.code,
            "valid": said.valid,
            "discount_minor": said.discount_minor,
            "currency": said.unit,
            "reason": said.reason and str(said.reason),
            "message": said.message,
        }
    )


@router.post("/reserve", auth=ApiKey("checkout"), response=VoucherState)
def reserve(request: HttpRequest, wanted: Annotated[Reserve, Body()]) -> HttpResponse:
    """Set a voucher aside for an order, until a moment in the future. The same order again renews it. Scope: `checkout`."""
    until = instant_of("until", wanted.until)
    basket = Basket(wanted.order, wanted.order_minor, wanted.currency, instant_of("dated", wanted.dated))
    return act(
        request, lambda asked: redeem.reserve(wanted.code, basket=basket, asked=asked, until=until), voucher_state
    )


@router.post(
    "/redeem", auth=ApiKey("checkout"), response=VoucherState, openapi_extra={"x-idempotency-key-required": True}
)
def redeem_voucher(request: HttpRequest, wanted: Annotated[Order, Body()]) -> HttpResponse:
    """Use a voucher for an order, once, however many ask. Scope: `checkout`. Needs an Idempotency-Key."""
    basket = Basket(wanted.order, wanted.order_minor, wanted.currency, instant_of("dated", wanted.dated))
    return act(
        request, lambda asked: redeem.redeem(wanted.code, basket=basket, asked=asked), voucher_state, key_required=True
    )


@router.post("/release", auth=ApiKey("checkout"), response=VoucherState)
def release(request: HttpRequest, ended: Annotated[Ended, Body()]) -> HttpResponse:
    """The order was not placed: the voucher is open again. Scope: `checkout`."""
    return act(request, lambda asked: end.release(ended.code, order=ended.order, asked=asked), voucher_state)


@router.post("/give-back", auth=ApiKey("checkout"), response=VoucherState)
def give_back(request: HttpRequest, ended: Annotated[Ended, Body()]) -> HttpResponse:
    """The order that used it was cancelled: the voucher is open again while it has not expired. Scope: `checkout`."""
    return act(request, lambda asked: end.give_back(ended.code, order=ended.order, asked=asked), voucher_state)


@router.get("/{voucher}", auth=ApiKey("checkout"), response={200: VoucherDocument, 404: ProblemDocument})
def get_voucher(request: HttpRequest, voucher: str) -> HttpResponse:
    """One voucher by its id, `vch_…`. Scope: `checkout`."""
    with reading() as session:
        row = found(record_of(session, VOUCHERS, key_of_request(request).workspace, key_of("vch", voucher)), voucher)
    return document(voucher_record(row))
