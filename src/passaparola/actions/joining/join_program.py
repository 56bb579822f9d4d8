"""Somebody asks to become an advocate with an e-mail address: a provisional link at once, theirs when the mail is confirmed.

Whether the address is known is not looked at: the same rows are written, the same mail is queued, and only its owner learns more.
"""

from dataclasses import dataclass

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.actions.advocates.enrol import NOT_ACTIVE
from passaparola.actions.advocates.invitations import find_invitation, require_good
from passaparola.actions.advocates.join import join
from passaparola.actions.joining.limits import LIMITS, AskLimits, mail_is_due, too_many_ask
from passaparola.actions.joining.magic import ENROL, new_magic
from passaparola.actions.links.switch import switch
from passaparola.actions.messages.queue import MessageKind, NewMessage, queue_message
from passaparola.domain.instant import DAY, Instant
from passaparola.domain.keyring import Keyring, address_mac
from passaparola.domain.programs.compiled import Program, ProgramStatus
from passaparola.store.ids import new_id
from passaparola.store.read.joining import enrolments_of_address
from passaparola.store.read.placements import open_placement
from passaparola.store.session import Conflict
from passaparola.store.write.placements import place_link

LAPSES_AFTER: Instant = 14 * DAY


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and for which program (slug or id). `address` is canonical, `browser` the hash of the token that the browser holds,
    `client` the caller's address or network."""

    program: str
    address: str
    browser: str
    language: str
    client: str
    token: str = ""  # of an invitation
    place: str = ""  # the slug of the place where they were asked to recommend


@dataclass(frozen=True, slots=True)
class Begun:
    """What came of it: the enrolment, none where too many ask; and whether a mail was queued. Not for the eyes of who asked."""

    enrolment: str | None
    mailed: bool


def join_program(asking: Asking, *, asked: Asked, keys: Keyring, limits: AskLimits = LIMITS) -> Performed[Begun]:
    """Begin, in one commit: a person of whom nothing is known, a provisional advocate with a link and a code, the enrolment, a one-time
    link and its mail. The same browser with the same address goes on with the enrolment it has.

    In an open program the link works at once, and friends it brings are bound; nothing is payable. In any other it is switched off:
    whether somebody may join is decided when the address is confirmed. At most so many mails for an address, and so many askings of a
    caller, as `limits` says; beyond, less happens and nobody is told. Refused: `program_not_active`; with the token of an invitation that
    is good for nobody any more, its name. Raises NotFound, Conflict.
    """
    return perform(asked, lambda desk: _begin(asking, desk, keys, limits))


def _begin(asking: Asking, desk: Desk, keys: Keyring, limits: AskLimits) -> Begun:
    program = desk.program(asking.program)
    if program.status != ProgramStatus.ACTIVE:
        raise Refusal(NOT_ACTIVE, f"the program is {program.status}")
    if too_many_ask(asking.client, desk, keys, limits):
        return Begun(None, False)
    invitation = _invitation(asking, program, desk) if asking.token else None
    mac = address_mac(keys, asking.address)
    there = enrolments_of_address(desk.session, desk.workspace.id, program.key, mac, desk.now)
    mine = [row.id for row in there if row.browser == asking.browser and row.invitation == invitation]
    due = mail_is_due(mac, desk, limits)
    enrolment = mine[-1] if mine else _enrol(asking, program, mac, invitation, desk)
    if due:
        _mail(asking, enrolment, program, desk, keys)
    return Begun(enrolment, due)


def _invitation(asking: Asking, program: Program, desk: Desk) -> str:
    """Used when the address is confirmed: until then others who have it may be faster."""
    found = find_invitation(asking.token, program.key, desk.session, desk.workspace.id)
    require_good(found, desk.now, people=(), identities=(), named=False)
    return found.id


def _enrol(asking: Asking, program: Program, mac: str, invitation: str | None, desk: Desk) -> str:
    person, key = new_id(), new_id()
    desk.plan.add("person", person, desk.plan.workspace, "", None, 0, desk.now)
    made = join(program, person, desk.people(), desk.plan, desk.now, provisional=True)
    if made is None:
        raise Conflict("somebody is an advocate who was not there a moment ago")
    desk.plan.add(
        "enrolment", key, desk.plan.workspace, program.key, person, made.link, asking.address, mac, asking.browser, asking.language,
        "provisional", desk.now, desk.now + LAPSES_AFTER, None, invitation,
    )  # fmt: skip
    if asking.place:
        _place(asking.place, made.link, program, desk)
    desk.act("advocate.enrol", made.advocate, program=program.slug, person=person, invited=False, provisional=True)
    if not program.is_open:
        switch(made.link, False, desk)
    return key


def _place(slug: str, link: str, program: Program, desk: Desk) -> None:
    """Counted for the place by which they came, while it is not over."""
    placement = open_placement(desk.session, desk.workspace.id, program.key, slug)
    if placement is not None:
        place_link(desk.session, desk.workspace.id, placement, link)


def _mail(asking: Asking, enrolment: str, program: Program, desk: Desk, keys: Keyring) -> None:
    magic = new_magic(ENROL, enrolment, desk, program=program.key)
    facts = {"magic": magic}
    mail = NewMessage(
        f"join:{magic}", MessageKind.JOIN, asking.address, asking.language, program=program.key, facts=facts
    )
    queue_message(desk.plan, keys, mail, desk.now)
