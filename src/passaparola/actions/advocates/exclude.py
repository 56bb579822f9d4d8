"""Exclude a person from recommending in a program, with a reason; and take it back."""

from dataclasses import dataclass

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.actions.advocates.standing import bar
from passaparola.actions.people.change import group_of
from passaparola.store.ids import new_id
from passaparola.store.read.access import exclusions

REASON_NEEDED, NOT_EXCLUDED, ANYBODY_MAY = "reason_needed", "not_excluded", "anybody_may_recommend"
LONGEST_REASON = 500
_LIFT = "DELETE FROM store_exclusion WHERE workspace_id = %(ws)s::uuid AND program_id = %(program)s::uuid AND person_id = any{people:uuid}"


@dataclass(frozen=True, slots=True)
class Excluded:
    """Who may not recommend in which program (our ids), and why."""

    program: str
    person: str
    reason: str
    changed: bool = True


def exclude(person: str, *, program: str, reason: str, asked: Asked) -> Performed[Excluded]:
    """Let nobody make this person an advocate of the program (slug or id); who is one already is suspended. Everybody else stays
    eligible. Again: nothing happens, and the first reason stays.

    Refused: `reason_needed` (422); `anybody_may_recommend` (409) in an open program without an audience, where an advocate is suspended
    instead. Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _exclude(person, program, reason.strip(), desk))


def include(person: str, *, program: str, asked: Asked) -> Performed[Excluded]:
    """Take an exclusion back. An advocate who was suspended by it stays so until resumed. Refused (409): `not_excluded`. Raises NotFound,
    IdempotencyMismatch, Conflict."""
    return perform(asked, lambda desk: _include(person, program, desk))


def _exclude(person: str, name: str, reason: str, desk: Desk) -> Excluded:
    program, group = desk.program(name), group_of(person, desk)
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise Refusal(
            REASON_NEEDED, f"say why, in 1 to {LONGEST_REASON} printable characters: it is kept for staff", 422
        )
    if program.is_open:
        raise Refusal(ANYBODY_MAY, "anybody may recommend in this program: suspend the advocate instead")
    there = exclusions(desk.session, desk.workspace.id, [program.key], group)
    if there:
        return Excluded(program.key, group[0], next(iter(there.values())), False)
    desk.act("advocate.exclude", group[0], program=program.slug)
    desk.plan.add("exclusion", new_id(), desk.plan.workspace, program.key, group[0], reason, desk.actor[:128], desk.now)
    bar(program.key, group, "", desk)
    return Excluded(program.key, group[0], reason)


def _include(person: str, name: str, desk: Desk) -> Excluded:
    program, group = desk.program(name), group_of(person, desk)
    there = exclusions(desk.session, desk.workspace.id, [program.key], group)
    if not there:
        raise Refusal(NOT_EXCLUDED, "this person is not excluded from this program")
    desk.act("advocate.include", group[0], program=program.slug)
    for _, member in there:
        desk.plan.guarded.append((_LIFT, {"ws": desk.plan.workspace, "program": program.key, "people": [member]}))
    return Excluded(program.key, group[0], next(iter(there.values())))
