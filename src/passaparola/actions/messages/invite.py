"""An advocate invites a friend by a mail of ours: off by default, one mail, no reminder, and the same answer whatever becomes of it.

Nobody learns from the answer whether an address is known, wants no mail, or was invited before. What is held back leaves a row without
an address, which says why. The words are plain: no links, numbers or markup are left of them.
"""

import orjson

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.messages.queue import MessageKind, NewMessage, hold_back, queue_message
from passaparola.domain.instant import DAY, SECOND, Instant
from passaparola.domain.keyring import Keyring, address_mac
from passaparola.domain.plain_words import plain_words
from passaparola.domain.values import value
from passaparola.store.ids import new_id
from passaparola.store.read import messages as read
from passaparola.store.read.findings import known_findings
from passaparola.store.write.messages import one_after_another

A_DAY_EACH = 10  # invitations of one advocate in 24 hours
ONCE_IN: Instant = 30 * DAY  # one invitation for an address and program
AN_HOUR_ALL = 500  # invitations of one workspace in an hour: the breaker
AN_HOUR_EVERYWHERE = (
    2000  # those of all workspaces that were not held back: whoever has many workspaces has one sender's name to lose
)
OTHER_COUNTRY = "other_country"
HOUR: Instant = 3600 * SECOND
BREAKERS = {"breaker": "the workspace's in an hour", "breaker_everywhere": "the installation's in an hour"}


@value(frozen=True, slots=True)
class Invitation:
    """Who invites (our id of the advocate) whom (a canonical address), with which words of their own, in which language ("": the
    program's), in which country (a code of `domain.countries`; "": nobody said)."""

    advocate: str
    address: str
    words: str = ""
    language: str = ""
    country: str = ""


def invite(invitation: Invitation, *, keys: Keyring, asked: Asked) -> Performed[str]:
    """Queue the invitation, or hold it back: 10 a day for each advocate, one in 30 days for each address and program, 500 an hour for the
    workspace, 2,000 for all together (of those who ask at one moment each may get one more), none to who wants no mail, none to other
    countries than those that the workspace names. Returns our id of the row either way.

    Refused: `invitations_off` (409) where the operator has not allowed them, `not_in_good_standing` (409), `program_not_active` (409).
    Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _invite(invitation, keys, desk))


def _invite(invitation: Invitation, keys: Keyring, desk: Desk) -> str:
    contact = read.contact_row(desk.session, desk.workspace.id)
    if contact.invites_allowed_at is None or not contact.postal_address:
        raise Refusal("invitations_off", "invitations by mail are off: the operator has not allowed them")
    program, person, link = _advocate(invitation.advocate, desk)
    one_after_another(desk.session, desk.workspace.id)  # two at once would both find room for one
    mac = address_mac(keys, invitation.address)
    why = _held_back(program, person, mac, desk)
    if why is None and not contact.mails_to(invitation.country):
        why = OTHER_COUNTRY
    facts = {
        "advocate": person,
        "link": link,
        "words": plain_words(invitation.words),
        "country": invitation.country,
    }
    mail = NewMessage(
        f"invite:{person}:{new_id()}",
        MessageKind.INVITE,
        invitation.address,
        invitation.language or str(desk.programs[program].live.language),
        None,
        program,
        facts if why is None else None,
    )
    if why is None:
        return queue_message(desk.plan, keys, mail, desk.now)
    if why in BREAKERS:
        _tell(why, desk)
    return hold_back(desk.plan, keys, mail, why, desk.now)


def _tell(breaker: str, desk: Desk) -> None:
    """The operator, once an hour: whoever invited has the same answer as ever, and the mail is never sent."""
    key = f"{breaker}:{desk.now // HOUR}"
    if not known_findings(desk.session, desk.workspace.id, [key]):
        desk.plan.find("invitations_held_back", key, orjson.dumps({"limit": BREAKERS[breaker]}).decode(), desk.now)


def _advocate(key: str, desk: Desk) -> tuple[str, str, str]:
    """(program, person, link) of somebody who may recommend."""
    found = read.advocate_of(desk.session, desk.workspace.id, key)
    if found is None:
        raise NotFound(f"there is no advocate {key}")
    program, person, status = found
    if status != "active":
        raise Refusal("not_in_good_standing", f"the advocate is {status}")
    link = read.first_link(desk.session, desk.workspace.id, program, person)
    if program not in desk.programs or desk.programs[program].live.status != "active" or link is None:
        raise Refusal("program_not_active", "the program does not run, or the advocate has no link that is switched on")
    return program, person, link[0]


def _held_back(program: str, person: str, mac: str, desk: Desk) -> str | None:
    """Why this invitation is not sent. Everything is looked up, whatever is found first: each answer takes the same work."""
    session, workspace, now = desk.session, desk.workspace.id, desk.now
    reasons = {
        "suppressed": mac in read.suppressions(session, [mac]),
        "invited_lately": read.invited_since(session, workspace, mac, program, now - ONCE_IN),
        "advocate_limit": read.invitations_since(session, workspace, now - DAY, f"invite:{person}:") >= A_DAY_EACH,
        "breaker": read.invitations_since(session, workspace, now - HOUR) >= AN_HOUR_ALL,
        "breaker_everywhere": read.invitations_everywhere(session, now - HOUR) >= AN_HOUR_EVERYWHERE,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)
