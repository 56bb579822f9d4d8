"""People join a program as advocates: by themselves, as customers, or invited."""

from collections.abc import Sequence
from dataclasses import dataclass

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.advocates.join import join
from passaparola.actions.events.overlay import Overlay, find_person
from passaparola.actions.events.work import Work
from passaparola.actions.people.change import strongest
from passaparola.domain.people.identity import Identity
from passaparola.domain.programs.compiled import AccessMode, Program, ProgramStatus
from passaparola.store.read import gather
from passaparola.store.read.advocates import advocates_in, is_customer

CUSTOMERS_ONLY, INVITATION_NEEDED, NOT_ACTIVE = "customers_only", "invitation_needed", "program_not_active"


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
    confirmed (`confirm_advocate`), and that who may join is decided then. Refused (409): `program_not_active`, `customers_only` without
    a paid order or a customer record, `invitation_needed`. Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _enrol(program, tuple(identities), desk, invited, provisional))


def _enrol(name: str, identities: tuple[Identity, ...], desk: Desk, invited: bool, provisional: bool) -> Enrolled:
    program = program_named(name, desk)
    overlay = _known(identities, desk)
    person = find_person(overlay, identities)
    if person is None and (not identities or identities[0][0] == "person"):
        raise NotFound("there is no such person")
    if person is not None:
        there = advocates_in(desk.session, desk.workspace.id, program.key, overlay.group(person))
        if there:
            return Enrolled(there[0].id, program.key, person, False)
    _require_access(program, overlay.group(person) if person else [], desk, invited, provisional)
    person = Work(overlay, desk.plan).person(identities, desk.now)
    made = join(program, person, overlay, desk.plan, desk.now, provisional=provisional) if person else None
    if person is None or made is None:
        raise NotFound("there is no such person")
    desk.act(
        "advocate.enrol", made.advocate, program=program.slug, person=person, invited=invited, provisional=provisional
    )
    return Enrolled(made.advocate, program.key, person, True)


def program_named(name: str, desk: Desk) -> Program:
    """The live version of the program of this slug or id. Raises NotFound."""
    for key, versions in desk.programs.items():
        if name in (key, versions.live.slug):
            return versions.live
    raise NotFound(f"there is no program {name!r}")


def _known(identities: tuple[Identity, ...], desk: Desk) -> Overlay:
    overlay = desk.people()
    own = [value for kind, value in identities if kind == "person"]
    others = [identity for identity in identities if identity[0] != "person"]
    if own:
        overlay.known_people = gather.known_people(desk.session, desk.workspace.id, own)
    if others:
        overlay.people = gather.people_by_identity(desk.session, desk.workspace.id, strongest(others))
    return overlay


def _require_access(program: Program, group: list[str], desk: Desk, invited: bool, provisional: bool) -> None:
    if program.status != ProgramStatus.ACTIVE:
        raise Refusal(NOT_ACTIVE, f"the program is {program.status}")
    if provisional:
        return
    if program.access == AccessMode.INVITE_ONLY and not invited:
        raise Refusal(INVITATION_NEEDED, "advocates of this program are invited")
    if program.access == AccessMode.CUSTOMERS and not is_customer(desk.session, desk.workspace.id, group):
        raise Refusal(CUSTOMERS_ONLY, "advocates of this program are customers: somebody with a paid order")
