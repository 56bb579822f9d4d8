"""People join a program as advocates: by themselves, as customers, or invited."""

from collections.abc import Sequence
from dataclasses import dataclass

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.advocates.admission import Gate, refuse
from passaparola.actions.advocates.invitations import find_invitation, require_good, use
from passaparola.actions.advocates.join import join
from passaparola.actions.events.overlay import Overlay, find_person
from passaparola.actions.events.work import Work
from passaparola.actions.people.change import strongest
from passaparola.domain.people.identity import Identity
from passaparola.domain.programs.compiled import Program, ProgramStatus
from passaparola.domain.tongue import gettext_noop
from passaparola.store.read import gather
from passaparola.store.read.advocates import advocates_in
from passaparola.store.read.invitations import InvitationRow

NOT_ACTIVE = "program_not_active"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The advocate. `new` is False when the person was one already."""

    advocate: str
    program: str
    person: str
    new: bool


def enrol(
    program: str, *, identities: Sequence[Identity], asked: Asked, invited: bool = False, provisional: bool = False
) -> Performed[Enrolled]:
    """Make a person an advocate of the program of this slug or id. The person is named by identities, or by one ("person", our id); who
    is not known yet is made. Again: nothing happens, whatever the access is by now.

    `invited` says that whoever asks may invite (a secret key, an operator); `provisional`, that nothing is payable until the address is
    confirmed (`confirm_advocate`), and that who may join is decided then. Refused (409): `program_not_active`, or a name of `NotAdmitted`
    such as `customers_only`, with what the rule saw. Raises NotFound, IdempotencyMismatch, Conflict.
    """
    how = How(invited, provisional)
    return perform(asked, lambda desk: _enrol(program, tuple(identities), desk, how))


def enrol_with_token(program: str, *, identities: Sequence[Identity], token: str, asked: Asked) -> Performed[Enrolled]:
    """The same by an invitation, which is used up. Somebody who is an advocate already keeps it unused.

    Refused also: `invitation_unknown`, `invitation_used`, `invitation_expired`, `invitation_revoked`, `invitation_of_another_program`,
    `invitation_for_another` (409). Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _enrol(program, tuple(identities), desk, How(token=token)))


def enrol_again(program: str, *, person: str, provisional: bool, asked: Asked) -> Performed[Enrolled]:
    """From the log: whoever was let in then is let in now. What was known of them is personal, and not in the log."""
    return perform(asked, lambda desk: _enrol(program, (("person", person),), desk, How(True, provisional, again=True)))


@dataclass(frozen=True, slots=True)
class How:
    """How somebody comes in: by whoever may invite, unconfirmed, by a token, or from the log."""

    invited: bool = False
    provisional: bool = False
    token: str = ""
    again: bool = False


def _enrol(name: str, identities: tuple[Identity, ...], desk: Desk, how: How) -> Enrolled:
    program = desk.program(name)
    overlay = _known(identities, desk)
    person = find_person(overlay, identities)
    if person is None and (not identities or identities[0][0] == "person"):
        raise NotFound("there is no such person")
    if person is not None:
        there = advocates_in(desk.session, desk.workspace.id, program.key, overlay.group(person))
        if there:
            return Enrolled(there[0].id, program.key, person, False)
    invitation = _require_access(program, overlay.group(person) if person else [], identities, desk, how)
    person = Work(overlay, desk.plan).person(identities, desk.now)
    made = join(program, person, overlay, desk.plan, desk.now, provisional=how.provisional) if person else None
    if person is None or made is None:
        raise NotFound("there is no such person")
    invited = how.invited or invitation is not None
    desk.act(
        "advocate.enrol",
        made.advocate,
        program=program.slug,
        person=person,
        invited=invited,
        provisional=how.provisional,
    )
    if invitation is not None:
        use(invitation, person, desk)
    return Enrolled(made.advocate, program.key, person, True)


def _known(identities: tuple[Identity, ...], desk: Desk) -> Overlay:
    overlay = desk.people()
    own = [value for kind, value in identities if kind == "person"]
    others = [identity for identity in identities if identity[0] != "person"]
    if own:
        overlay.known_people = gather.known_people(desk.session, desk.workspace.id, own)
    if others:
        overlay.people = gather.people_by_identity(desk.session, desk.workspace.id, strongest(others))
    return overlay


def _require_access(
    program: Program, group: list[str], identities: tuple[Identity, ...], desk: Desk, how: How
) -> InvitationRow | None:
    """The invitation by which they come, if any. Raises Refusal where they may not."""
    if program.status != ProgramStatus.ACTIVE:
        raise Refusal(NOT_ACTIVE, gettext_noop("the program is %(status)s"), said={"status": str(program.status)})
    if how.provisional or how.again:
        return None
    invitation = None
    if how.token:
        invitation = find_invitation(how.token, program.key, desk.session, desk.workspace.id)
        require_good(invitation, desk.now, people=group, identities=(*identities, *_also(invitation, group, desk)))
    gate = Gate(desk.session, desk.workspace.id, program, desk.now)
    refused = gate.refusal(group, known=bool(group), invited=how.invited or invitation is not None)
    if refused is not None:
        raise refuse(refused)
    return invitation


def _also(invitation: InvitationRow, group: list[str], desk: Desk) -> list[Identity]:
    """The invitation's address, where the person is known by it."""
    identity = ("email", invitation.address)
    if not invitation.address or not group:
        return []
    known = gather.people_by_identity(desk.session, desk.workspace.id, [identity])
    return [identity] if known.get(identity) in group else []
