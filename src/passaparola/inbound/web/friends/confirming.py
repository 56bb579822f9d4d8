"""A friend confirms the address by the link in our mail, and sees what is theirs."""

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from passaparola.actions.acting import Asked, NotFound
from passaparola.actions.offers.confirm import ACCEPT, confirm_acceptance
from passaparola.actions.offers.show import OfferState, ShownOffer, offer_of_acceptance
from passaparola.actions.writer import QueueFull, Unanswered, WriterStopped
from passaparola.domain.rewards.kinds import BALANCES, gift_text
from passaparola.domain.tokens import link_token, read_link_token
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_in
from passaparola.inbound.tongue import the_tongue
from passaparola.inbound.web.advocates.words import handed_over
from passaparola.inbound.web.friends.answers import gone_on, missing, page
from passaparola.inbound.web.friends.greeting import day_said, way_of
from passaparola.inbound.web.friends.landing import FRIEND
from passaparola.inbound.web.friends.offers import said_of, shop_address
from passaparola.inbound.web.reading import read_as_program
from passaparola.store.read.joining import magic_by_id
from passaparola.store.read.offers import GivenReward, rewards_of_friend
from passaparola.store.read.snapshot import reading

TAKEN = "taken"  # the purpose of the word in the address of what was taken
GIVEN = frozenset({"issued", "redeemed", "expired", "pending"})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST confirms: what opens links ahead of the reader (scanners of mails) uses nothing up.

    Exempt from the CSRF check for the reason of `landing.accept`: the word in the address is all the right there is.
    """
    magic = read_link_token(the_keyring().links, ACCEPT, token)
    with reading() as session:
        link = magic_by_id(session, magic) if magic else None
    shown = offer_of_acceptance(link.subject) if link and link.purpose == ACCEPT else None
    if magic is None or link is None or shown is None:
        return missing(request)
    read_as_program(request, shown.program)
    if request.method == "POST":
        return _confirm(request, shown, magic)
    if link.expires_at <= now_in(shown.link.workspace):
        return _too_old(shown)
    return page("friend/confirm.html", {**said_of(shown), "token": token})


def _confirm(request: HttpRequest, shown: ShownOffer, magic: str) -> HttpResponse:
    asked = Asked(shown.link.workspace, now_in(shown.link.workspace), FRIEND)
    try:
        performed = the_writer().run(lambda: confirm_acceptance(magic, asked=asked, keys=the_keyring()))
    except NotFound:
        return missing(request)
    except (QueueFull, WriterStopped, Unanswered):
        return page("friend/later.html", {"firm": shown.firm}, 503)
    if performed.result is None:
        return _too_old(shown)
    return gone_on(f"/l/taken/{link_token(the_keyring().links, TAKEN, performed.result.acceptance)}")


def _too_old(shown: ShownOffer) -> HttpResponse:
    return page("friend/too_old.html", said_of(shown), 410)


@require_safe
def taken(request: HttpRequest, token: str) -> HttpResponse:
    """The voucher with its code and QR, or the credit. Only whoever confirmed the address has this address of ours."""
    acceptance = read_link_token(the_keyring().links, TAKEN, token)
    shown = offer_of_acceptance(acceptance) if acceptance else None
    if shown is None or shown.acceptance is None or shown.acceptance.person is None or shown.program is None:
        return missing(request)
    read_as_program(request, shown.program)
    with reading() as session:
        given = rewards_of_friend(session, shown.link.workspace, shown.link.program, shown.acceptance.person)
    gifts = [_gift(g, shown.program.timezone) for g in given if g.state in GIVEN]
    shop = shop_address(shown.program, shown.firm)
    offer = said_of(shown) if shown.state is not OfferState.OVER else {"firm": shown.firm}
    has = any(gift["state"] in ("issued", "redeemed") for gift in gifts)
    way = way_of(shown.acceptance, shown.program.timezone, given=has)
    return page("friend/taken.html", {**offer, "gifts": gifts, "shop": shop, "way": way})


def _gift(given: GivenReward, timezone: str) -> dict[str, Any]:
    """One thing that the friend has, as the page shows it."""
    code = given.code if given.state in ("issued", "redeemed") else None
    return {
        "worth": _worth(given),
        "code": _spoken(code) if code else None,
        "qr": segno.make(code, error="m").svg_data_uri(scale=6, border=2) if code else "",
        "terms": _terms(given, timezone),
        "state": given.state,
        "used": given.voucher_state == "redeemed" or (given.state == "redeemed" and given.kind in BALANCES),
        "how": handed_over(given.kind) if given.state == "issued" else "",
        "waits": given.kind in BALANCES,
    }


def _spoken(code: str) -> str:
    """A code in parts that can be read out; hyphens count for nothing at the checkout."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def _worth(given: GivenReward) -> str:
    tongue = the_tongue()
    if given.percent_bp is not None:
        return gettext("%(percent)s off an order") % {"percent": tongue.percent(given.percent_bp)}
    amount = tongue.money(given.amount, given.unit)
    return gift_text(given.kind, given.amount, amount, gettext=gettext)


def _terms(given: GivenReward, timezone: str) -> list[str]:
    tongue, said = the_tongue(), []
    if given.max_discount is not None and given.limit_unit:
        said.append(gettext("at most %(amount)s off") % {"amount": tongue.money(given.max_discount, given.limit_unit)})
    if given.min_order is not None and given.limit_unit:
        least = {"amount": tongue.money(given.min_order, given.limit_unit)}
        said.append(gettext("on an order of at least %(amount)s") % least)
    if given.hold_until is not None and given.state == "pending":
        said.append(gettext("yours from %(day)s") % {"day": day_said(given.hold_until, timezone)})
    if given.expires_at is not None:
        said.append(gettext("valid until %(day)s") % {"day": day_said(given.expires_at, timezone)})
    return said
