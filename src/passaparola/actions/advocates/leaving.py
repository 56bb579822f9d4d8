"""Who works here no more recommends no more where only employees may: suspended when it is said, or when their last day is over."""

from collections.abc import Mapping

from passaparola.actions.acting import Asked, Desk, done, perform
from passaparola.actions.advocates.standing import bar
from passaparola.actions.people.change import group_of
from passaparola.domain.access import NotAdmitted, not_employed
from passaparola.domain.instant import Instant, local_date
from passaparola.domain.people.facts import PersonFacts
from passaparola.domain.programs.access import AccessMode
from passaparola.domain.programs.compiled import Program
from passaparola.store.read.access import advocates_who_left

EMPLOYMENT = frozenset({"employee", "left_on"})  # the facts that say whether somebody works here
BATCH = 200


def suspend_leavers(told: Mapping[str, PersonFacts], desk: Desk) -> None:
    """Of these persons, of whom another `employee` or `left_on` is said now, suspend whoever does not work here by it."""
    for program in _of_employees(desk):
        today = local_date(desk.now, program.timezone)
        for person, facts in sorted(told.items()):
            refused = not_employed(facts, today)
            if refused is not None:
                bar(program.key, group_of(person, desk), str(refused.reason), desk)


def suspend_who_left(workspace: str, *, now: Instant, actor: str = "clock") -> int:
    """Suspend the advocates of programs for employees whose `left_on` has come. How many persons and programs. Raises Conflict."""
    asked, count = Asked(workspace, now, actor), 0
    while left := done(perform(asked, _leave)):
        count += left
    return count


def _leave(desk: Desk) -> int:
    count = 0
    for program in _of_employees(desk):
        today = local_date(desk.now, program.timezone).isoformat()
        left = advocates_who_left(desk.session, desk.workspace.id, program.key, today, BATCH)
        for person in left:
            bar(program.key, group_of(person, desk), str(NotAdmitted.EMPLOYEE_LEFT), desk)
        count += len(left)
    return count


def _of_employees(desk: Desk) -> list[Program]:
    return [found.live for found in desk.programs.values() if found.live.access is AccessMode.EMPLOYEES]
