"""A friend takes the offer of a link, with an e-mail address or without one. One visit takes it once."""

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.events.loading import load
from passaparola.actions.events.work import Work
from passaparola.actions.joining.limits import too_many_ask
from passaparola.actions.messages.queue import MessageKind, NewMessage, queue_message
from passaparola.actions.offers.confirm import ACCEPT
from passaparola.actions.offers.show import OfferState, offer_behind
from passaparola.actions.visits.tokens import visit_event
from passaparola.domain.instant import DAY, Instant
from passaparola.domain.keyring import Keyring, address_mac
from passaparola.domain.programs.compiled import Program, Trigger
from passaparola.domain.tokens import Clicked
from passaparola.domain.values import value
from passaparola.store.ids import new_id
from passaparola.store.read.offers import (
    AcceptanceRow,
    SharedLink,
    acceptance_of_visit,
    link_of_slug,
    message_is_queued,
)

CONFIRM_WITHIN: Instant = DAY
OFFER_CLOSED, OTHER_LINK, TOO_MANY_ASKED = "offer_closed", "other_link", "too_many_asked"
_ADD_ADDRESS = (
    "UPDATE store_acceptance SET address = %(address)s, address_mac = %(mac)s WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid"
    " AND address_mac = ''"
)


@value(frozen=True, slots=True)
class Taker:
    """Who takes an offer: the visit that brought them, an address in canonical form or "", the language of the page, and the network that
    asks."""

    clicked: Clicked
    address: str = ""
    language: str = "en"
    client: str = ""


@value(frozen=True, slots=True)
class Accepted:
    """The taken offer. `new`: by this call."""

    acceptance: str
    new: bool


def accept_offer(slug: str, *, taker: Taker, keys: Keyring, asked: Asked) -> Performed[Accepted]:
    """Take the offer of the link of this slug, and record the visit; repeated, it is the same acceptance.

    With an address: where a sign-up earns, a mail asks to confirm it, at most one an address, program and day; elsewhere the clock records
    a visit under it (`actions/offers/record.py`). Neither looks at who is known by the address: known and unknown ones are answered alike
    and at the same cost. An address can be added later, but not changed.

    Refused: `offer_closed`, `other_link` (the visit is of another link), `too_many_asked` (addresses by one network). Raises NotFound.
    """
    return perform(asked, lambda desk: _accept(slug, taker, keys, desk))


def _accept(slug: str, taker: Taker, keys: Keyring, desk: Desk) -> Accepted:
    link, program = _open_offer(slug, taker.clicked, desk)
    if taker.address and too_many_ask(taker.client, desk, keys):
        raise Refusal(TOO_MANY_ASKED, "Too many addresses came from here. Try again in an hour.", 429)
    mac = address_mac(keys, taker.address) if taker.address else ""
    known = acceptance_of_visit(desk.session, desk.workspace.id, taker.clicked.visit)
    acceptance = known.id if known else new_id()
    if known is None:
        _record_visit(taker.clicked, desk)
        desk.plan.add(
            "acceptance", acceptance, desk.workspace.id, program.key, link.id, taker.clicked.visit, taker.address, mac, taker.language,
            None, desk.now, None,
        )  # fmt: skip
    elif mac and not known.address_mac:
        values = {"address": taker.address, "mac": mac, "ws": desk.workspace.id, "id": known.id}
        desk.plan.guarded.append((_ADD_ADDRESS, values))
    if mac and program.trigger is Trigger.SIGNUP and _may_be_mailed(known, mac):
        _mail(acceptance, taker, program, mac, keys, desk)
    return Accepted(acceptance, known is None)


def _open_offer(slug: str, clicked: Clicked, desk: Desk) -> tuple[SharedLink, Program]:
    link = link_of_slug(desk.session, slug)
    if link is None or link.workspace != desk.workspace.id:
        raise NotFound(f"there is no link {slug!r}")
    if clicked.code != link.code:
        raise Refusal(OTHER_LINK, "This visit came through another link.", 422)
    shown = offer_behind(desk.session, link)
    if shown.state is not OfferState.OPEN or shown.program is None:
        raise Refusal(OFFER_CLOSED, "This offer cannot be taken now.")
    return link, shown.program


def _may_be_mailed(known: AcceptanceRow | None, mac: str) -> bool:
    """Not again once it is confirmed, and not to another address than the first."""
    return known is None or (known.confirmed_at is None and known.address_mac in ("", mac))


def _record_visit(clicked: Clicked, desk: Desk) -> None:
    event = visit_event(clicked)
    work = Work(load(desk.session, desk.workspace, desk.programs, [event]), desk.plan)
    work.record(event, now=desk.now, late=event.at < desk.now - desk.workspace.lateness_days * DAY)


def _mail(acceptance: str, taker: Taker, program: Program, mac: str, keys: Keyring, desk: Desk) -> None:
    """The day is in the mail's key, so that not even two at once send two."""
    key = f"accept:{program.key}:{mac}:{desk.now // DAY}"
    if message_is_queued(desk.session, desk.workspace.id, key):
        return
    magic = new_id()
    expires = desk.now + CONFIRM_WITHIN
    desk.plan.add("magiclink", magic, desk.workspace.id, ACCEPT, acceptance, program.key, desk.now, expires, None)
    message = NewMessage(
        key, MessageKind.ACCEPT, taker.address, taker.language, program=program.key, facts={"magic": magic}
    )
    queue_message(desk.plan, keys, message, desk.now)
