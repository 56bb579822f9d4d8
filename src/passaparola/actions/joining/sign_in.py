"""Into the portal by a link in a mail, or by one that the firm's own shop asks for. No password, no staff account."""

from dataclasses import dataclass

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.actions.advocates.standing import find_advocate
from passaparola.actions.joining.limits import LIMITS, AskLimits, mail_is_due, too_many_ask
from passaparola.actions.joining.magic import GOOD_FOR, PORTAL, new_magic, open_magic, use_magic
from passaparola.actions.messages.queue import MessageKind, NewMessage, queue_message
from passaparola.actions.people.change import group_of
from passaparola.domain.instant import Instant
from passaparola.domain.keyring import Keyring, address_mac
from passaparola.store.ids import new_id
from passaparola.store.read import gather
from passaparola.store.read.checkout import person_group
from passaparola.store.read.messages import languages_chosen

NOBODY = "nobody_known"


@dataclass(frozen=True, slots=True)
class PortalLink:
    """A one-time way into the portal: the id of which the token is made, and how long it is good."""

    magic: str
    expires_at: Instant


def ask_to_sign_in(
    address: str, *, language: str, client: str, asked: Asked, keys: Keyring, limits: AskLimits = LIMITS
) -> Performed[bool]:
    """Mail a one-time link to this address (canonical). Whether a mail was queued, which is not for the eyes of who asked.

    An address that nobody is known by gets a mail, too, whose link says so: rows, mails and work are the same. Raises Conflict.
    """
    return perform(asked, lambda desk: _ask(address, language, client, desk, keys, limits))


def _ask(address: str, language: str, client: str, desk: Desk, keys: Keyring, limits: AskLimits) -> bool:
    if too_many_ask(client, desk, keys, limits) or not mail_is_due(address_mac(keys, address), desk, limits):
        return False
    identity = ("email", address)
    person = gather.people_by_identity(desk.session, desk.workspace.id, [identity]).get(identity)
    who = person or new_id()
    magic, language = (
        new_magic(PORTAL, who, desk),
        languages_chosen(desk.session, desk.workspace.id, [who]).get(who, language),
    )
    facts = {"magic": magic, "known": person is not None, "from": client}
    mail = NewMessage(f"sign_in:{magic}", MessageKind.SIGN_IN, address, language, person=person, facts=facts)
    queue_message(desk.plan, keys, mail, desk.now)
    return True


def portal_link(advocate: str, *, asked: Asked) -> Performed[PortalLink]:
    """A one-time link for this advocate (our id), for a shop whose signed-in customer they are. Raises NotFound, IdempotencyMismatch,
    Conflict."""
    return perform(asked, lambda desk: _link(advocate, desk))


def _link(advocate: str, desk: Desk) -> PortalLink:
    person = group_of(find_advocate(advocate, desk).person, desk)[0]
    desk.act("portal.link", advocate)
    return PortalLink(new_magic(PORTAL, person, desk), desk.now + GOOD_FOR)


def enter_portal(magic: str, *, asked: Asked) -> Performed[str]:
    """Use a one-time link: the person it lets in, the one who stands for all that were merged.

    Refused: `link_used`, `link_over`, `nobody_known` (410). Raises NotFound, Conflict.
    """
    return perform(asked, lambda desk: _enter(magic, desk))


def _enter(magic: str, desk: Desk) -> str:
    link = open_magic(magic, PORTAL, desk)
    group = person_group(desk.session, desk.workspace.id, link.subject)
    if not group:
        raise Refusal(NOBODY, "nobody is known by this address", 410)
    use_magic(link, desk)
    return group[0]
