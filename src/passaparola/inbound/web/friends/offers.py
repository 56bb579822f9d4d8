"""What a friend's page says of an offer: who recommends, what both get, the way to the shop."""

from typing import Any
from urllib.parse import quote

from passaparola.actions.offers.show import OfferState, ShownOffer
from passaparola.domain.keyring import Keyring
from passaparola.domain.people.public_name import public_name
from passaparola.domain.programs.compiled import Program, Trigger
from passaparola.domain.programs.destinations import read_address
from passaparola.domain.programs.offer import offer_of
from passaparola.domain.tokens import Clicked, visit_token
from passaparola.inbound.today import day_of
from passaparola.inbound.tongue import the_tongue
from passaparola.store.read.offers import Firm


def said_of(shown: ShownOffer) -> dict[str, Any]:
    """The context of every page of an offer. Of an offer that is over it names nobody."""
    context: dict[str, Any] = {"firm": shown.firm, "state": str(shown.state)}
    if shown.state is OfferState.OVER or shown.program is None:
        return context
    name = public_name(shown.link.name)
    offer = offer_of(
        shown.program,
        name=name,
        firm=shown.firm.name,
        tongue=the_tongue(),
        now=day_of(shown.program, shown.link.workspace),
    )
    by_mail = shown.program.trigger is Trigger.SIGNUP
    shown_to = {"name": name, "offer": offer, "by_mail": by_mail, "slug": shown.link.slug, "location": shown.location}
    return {**context, **shown_to}


def token_of(shown: ShownOffer, clicked: Clicked, keys: Keyring) -> str:
    return visit_token(keys.visits, shown.link.workspace, clicked)


def shop_address(program: Program, firm: Firm, **facts: str) -> str | None:
    """Where the friend orders: the program's landing page or the firm's website, with these facts appended. None where neither is known."""
    address = read_address(program.landing.url if program.landing else firm.website)
    return None if address is None else address.text(**{name: quote(value, safe="") for name, value in facts.items()})
