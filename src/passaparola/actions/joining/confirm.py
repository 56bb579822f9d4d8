"""The address of an enrolment is confirmed by whoever reads its mail: the provisional advocate becomes theirs.

Nobody knew the address: it is now how this person is known. Somebody is known by it: the provisional person becomes an alias of them.
Either way the browser that asked sees nothing any more, for its owner need not be who confirmed.
"""

from dataclasses import dataclass

from passaparola.actions.acting import Asked, Desk, Refusal, done, perform
from passaparola.actions.advocates.admission import Gate
from passaparola.actions.advocates.confirm import confirm
from passaparola.actions.advocates.enrol import NOT_ACTIVE
from passaparola.actions.advocates.invitations import ended, require_good, use
from passaparola.actions.joining.magic import ENROL, LINK_OVER, LINK_USED, open_magic, use_magic
from passaparola.actions.links.switch import switch
from passaparola.actions.people.change import group_of, know_by
from passaparola.actions.people.merge import merge_into
from passaparola.domain.instant import Instant
from passaparola.domain.people.identity import Identity
from passaparola.domain.programs.compiled import Program, ProgramStatus
from passaparola.store.read import gather
from passaparola.store.read.advocates import advocates_in
from passaparola.store.read.invitations import InvitationRow, invitation_by_id
from passaparola.store.read.joining import EnrolmentRow, MagicRow, enrolment_by_id, enrolments_of_address
from passaparola.store.write.joining import END_ENROLMENT

CONFIRMED, LAPSED = "confirmed", "lapsed"
RUNS = frozenset({ProgramStatus.ACTIVE, ProgramStatus.PAUSED})
STANDING = frozenset({"active", "suspended"})


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Who it is now. `turned_down` names why they did not become an advocate; the address is confirmed all the same."""

    person: str
    program: str
    turned_down: str = ""


def confirm_enrolment(magic: str, *, asked: Asked) -> Confirmed:
    """Use the one-time link `magic` (our id). In two commits, of which the first can be done again: who it is, then what is theirs.

    Other enrolments of the same address in this program lapse: whoever began them, it was not confirmed. Raises Refusal: `link_used`,
    `link_over` (410); NotFound, Conflict.
    """
    no = done(perform(asked, lambda desk: _make_known(magic, desk)))
    return done(perform(asked, lambda desk: _confirm(magic, desk, no)))


def _make_known(magic: str, desk: Desk) -> str:
    """Give the address to the provisional person, or the provisional person to whoever has the address. Otherwise says why they may not
    join."""
    enrolment = _open(magic, desk)[1]
    owner = _owner(enrolment, desk)
    if owner and enrolment.person in owner:
        return ""
    if no := _turned_down(enrolment, owner or [enrolment.person], desk):
        return no
    if owner:
        merge_into(owner[0], enrolment.person, desk)
    else:
        know_by(group_of(enrolment.person, desk)[0], _identity(enrolment), desk)
    return ""


def _confirm(magic: str, desk: Desk, no: str) -> Confirmed:
    link, enrolment = _open(magic, desk)
    people = _owner(enrolment, desk) or group_of(enrolment.person, desk)
    no = no or _turned_down(enrolment, people, desk)
    use_magic(link, desk)
    if no:
        end_enrolment(enrolment, desk, LAPSED)
        return Confirmed(people[0], enrolment.program, no)
    end_enrolment(enrolment, desk, CONFIRMED, desk.now)
    if not _stands(enrolment, people, desk):
        _use_invitation(enrolment, people[0], desk)
    if not _program(enrolment, desk).is_open:
        switch(enrolment.link, True, desk)
    for other in enrolments_of_address(
        desk.session, desk.workspace.id, enrolment.program, enrolment.address_mac, desk.now
    ):
        if other.id != enrolment.id:
            end_enrolment(other, desk, LAPSED)
    mine = advocates_in(desk.session, desk.workspace.id, enrolment.program, [enrolment.person])
    confirm(mine[0].id, desk)
    return Confirmed(people[0], enrolment.program)


def _open(magic: str, desk: Desk) -> tuple[MagicRow, EnrolmentRow]:
    link = open_magic(magic, ENROL, desk)
    enrolment = enrolment_by_id(desk.session, desk.workspace.id, link.subject)
    if enrolment is None or enrolment.state == LAPSED or desk.now >= enrolment.lapses_at:
        raise Refusal(LINK_OVER, "this link is good for nothing any more", 410)
    if enrolment.state == CONFIRMED:
        raise Refusal(LINK_USED, "this address was confirmed already", 410)
    return link, enrolment


def _owner(enrolment: EnrolmentRow, desk: Desk) -> list[str]:
    """Everybody who is the person known by the address; empty where nobody is."""
    known = gather.people_by_identity(desk.session, desk.workspace.id, [_identity(enrolment)])
    return group_of(known[_identity(enrolment)], desk) if known else []


def _identity(enrolment: EnrolmentRow) -> Identity:
    return "email", enrolment.address


def _program(enrolment: EnrolmentRow, desk: Desk) -> Program:
    return desk.programs[enrolment.program].live


def _turned_down(enrolment: EnrolmentRow, people: list[str], desk: Desk) -> str:
    """Why these people may not become advocates of the program; empty where they may, or are already."""
    program, session, workspace = _program(enrolment, desk), desk.session, desk.workspace.id
    if program.status not in RUNS:
        return NOT_ACTIVE
    if program.is_open or _stands(enrolment, people, desk):
        return ""
    invitation = invitation_by_id(session, workspace, enrolment.invitation) if enrolment.invitation else None
    if invitation is not None and (why := _no_good(invitation, people, enrolment, desk)):
        return why
    refused = Gate(session, workspace, program, desk.now).refusal(
        people, known=people != [enrolment.person], invited=invitation is not None
    )
    return "" if refused is None else str(refused.reason)


def _stands(enrolment: EnrolmentRow, people: list[str], desk: Desk) -> bool:
    """Whether they are advocates of the program already, beside what was begun here."""
    others = [person for person in people if person != enrolment.person]
    parts = advocates_in(desk.session, desk.workspace.id, enrolment.program, others) if others else []
    return any(part.status in STANDING for part in parts)


def _no_good(invitation: InvitationRow, people: list[str], enrolment: EnrolmentRow, desk: Desk) -> str:
    try:
        require_good(invitation, desk.now, people=people, identities=[_identity(enrolment)])
    except Refusal as refused:
        return refused.reason
    return ""


def _use_invitation(enrolment: EnrolmentRow, person: str, desk: Desk) -> None:
    """Of two who confirm at once by one invitation one comes in; the other reads it again, and is turned down."""
    found = invitation_by_id(desk.session, desk.workspace.id, enrolment.invitation) if enrolment.invitation else None
    if found is not None and not ended(found, desk.now):
        use(found, person, desk)


def end_enrolment(enrolment: EnrolmentRow, desk: Desk, state: str, confirmed_at: Instant | None = None) -> None:
    """Confirmed or lapsed: the address and what the browser is known by are cleared. The link of a lapsed one is switched off."""
    values = {"ws": desk.plan.workspace, "id": enrolment.id, "state": state, "confirmed_at": confirmed_at}
    desk.plan.guarded.append((END_ENROLMENT, values))
    if state == LAPSED:
        switch(enrolment.link, False, desk)
