"""What an advocate's link or code offers to a friend: for the shop's own page and checkout."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from passaparola.actions.offers.show import ShownOffer, offer_of_visit_or_code
from passaparola.domain.people.public_name import public_name
from passaparola.domain.programs.compiled import Program, RewardKind, RewardRule, Side
from passaparola.domain.programs.meaning import VOUCHER_UNIT
from passaparola.domain.programs.offer import Gift, offer_of
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.problems import Problem
from passaparola.inbound.api.shapes import Currency, ProblemDocument, Shown
from passaparola.inbound.client_address import client_network
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.rates import Rate
from passaparola.inbound.today import day_of
from passaparola.inbound.tongue import the_tongue
from passaparola.inbound.web.reading import read_as_program
from passaparola.store.read.keys import KeyRow

router = Router(tags=["Offers"])
WINDOW = 60
MISSES_OF_KEY = Rate(300, WINDOW)
MISSES_OF_NETWORK = Rate(20, WINDOW)  # of one publishable key
NOTHING: dict[str, Any] = {
    "valid": False,
    "program": None,
    "program_name": None,
    "code": None,
    "advocate": None,
    "trigger": None,
    "item": None,
    "stage": None,
    "min_order_minor": None,
    "min_order_currency": None,
    "headline": None,
    "friend": [],
    "for_advocate": [],
    "conditions": [],
}


class GiftDocument(Shown):
    worth: str = Field(description="In words, such as `a voucher worth $10`")
    terms: list[str] = Field(description="What is more for the moment, when and on which terms, in words")
    reward: str = Field(description="The reward's id in the program file")
    kind: str = Field(description="A kind of reward, such as `store_credit`, `voucher`, `points` or `unit`")
    amount_minor: int | None = Field(description="A fixed amount, or a whole number of a unit")
    currency: str | None = Field(description="A currency, or a unit such as `POINTS` or `MB`")
    percent_bp: int | None = Field(description="A share of the friend's order, in hundredths of a per cent")
    minimum_minor: int | None
    maximum_minor: int | None
    discount_bp: int | None = Field(description="A voucher's percentage off an order")
    max_discount_minor: int | None
    min_order_minor: int | None = Field(description="The smallest order on which a voucher may be used")
    expires_days: int | None
    applied: Literal["on_link_open"] | None = Field(
        description="`on_link_open`: the shop takes the discount off at once, without a code of its own"
    )


class OfferDocument(Shown):
    valid: bool = Field(description="Whether the offer can be taken now. If not, nothing else is said, nor why")
    program: str | None = Field(description="The program's slug")
    program_name: str | None
    code: str | None = Field(description="The advocate's code, in capitals")
    advocate: str | None = Field(description="The advocate's public name")
    trigger: Literal["signup", "first_purchase", "purchase", "stage", "content_visit", "manual_grant"] | None = Field(
        description="What earns the rewards"
    )
    item: str | None = Field(description="Only purchases of it earn, such as `ride`; null: any")
    stage: str | None = Field(description="With `stage`: which one, such as `contract`")
    min_order_minor: int | None = Field(description="The smallest order that earns them")
    min_order_currency: Currency | None
    headline: str | None
    friend: list[GiftDocument]
    for_advocate: list[GiftDocument]
    conditions: list[str]


@router.get("", auth=ApiKey("offers:read"), response={200: OfferDocument, 429: ProblemDocument})
def show_offer(
    request: HttpRequest,
    visit: Annotated[str | None, Query(max_length=400, description="The token `v_…` that came in the address")] = None,
    code: Annotated[str | None, Query(max_length=64, description="An advocate's code")] = None,
    location: Annotated[
        str | None, Query(max_length=32, description="What is promised at this one of the locations")
    ] = None,
) -> HttpResponse:
    """What a friend gets by a visit's token or by a code, in words and numbers. Scope: `offers:read`, which a publishable key may have.

    With both the visit counts, unless its token is none of ours. Words are in the language that `Accept-Language` asks for, else in
    the program's. What is unknown, forged, over or another workspace's is answered alike.
    """
    key = key_of_request(request)
    watched = _watched(request, key)
    if any(rate.full(*who) for rate, who in watched):
        detail = "Ask again in a minute."
        raise Problem("too_many_misses", detail, headers={"Retry-After": str(WINDOW)})
    shown = offer_of_visit_or_code(key.workspace, visit=visit, code=code, keys=the_keyring())
    if shown is None:
        for rate, who in watched:
            rate.spend(*who)
        return document(NOTHING)
    read_as_program(request, shown.program)
    return document(_document(shown, location))


def _watched(request: HttpRequest, key: KeyRow) -> list[tuple[Rate, tuple[str, ...]]]:
    """Whose misses are counted: the key's, and with a publishable one those of each network."""
    own = [(MISSES_OF_KEY, (key.workspace, key.id))]
    if not key.publishable:
        return list(own)
    return [*own, (MISSES_OF_NETWORK, (key.workspace, key.id, client_network(request.META)))]


def _document(shown: ShownOffer, location: str | None = None) -> dict[str, Any]:
    program = shown.program
    if program is None:
        return NOTHING
    if location is not None:
        program = program.at_location(location)
    name = public_name(shown.link.name)
    offer = offer_of(
        program, name=name, firm=shown.firm.name, tongue=the_tongue(), now=day_of(program, shown.link.workspace)
    )
    return {
        "valid": True,
        "program": program.slug,
        "program_name": program.name,
        "code": shown.link.code,
        "advocate": name,
        "trigger": str(program.trigger),
        "item": program.item or None,
        "stage": program.stage,
        "min_order_minor": program.min_order,
        "min_order_currency": program.min_order_unit,
        "headline": offer.headline,
        "friend": _gifts(program, Side.FRIEND, offer.friend),
        "for_advocate": _gifts(program, Side.ADVOCATE, offer.advocate),
        "conditions": list(offer.conditions),
    }


def _gifts(program: Program, side: Side, words: tuple[Gift, ...]) -> list[dict[str, Any]]:
    rules = program.promised(side)
    return [_gift(rule, said) for rule, said in zip(rules, words, strict=True)]


def _gift(rule: RewardRule, said: Gift) -> dict[str, Any]:
    counts = rule.unit == VOUCHER_UNIT  # a percentage voucher: it is worth no amount
    terms = rule.voucher
    return {
        "worth": said.worth,
        "terms": list(said.terms),
        "reward": rule.id,
        "kind": str(RewardKind(rule.kind)),
        "amount_minor": None if counts else rule.amount,
        "currency": None if counts else rule.unit,
        "percent_bp": rule.percent_bp,
        "minimum_minor": rule.minimum,
        "maximum_minor": rule.maximum,
        "discount_bp": terms.percent_bp if terms else None,
        "max_discount_minor": terms.max_discount if terms else None,
        "min_order_minor": terms.min_order if terms else None,
        "expires_days": rule.expires_days,
        "applied": "on_link_open" if rule.applied else None,
    }
