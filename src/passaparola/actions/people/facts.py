"""What a firm says of a person. The log keeps the names of the facts that were set, never what they say."""

from collections.abc import Mapping

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.actions.advocates.leaving import EMPLOYMENT, suspend_leavers
from passaparola.domain.events.facts import UnableToReadFacts
from passaparola.domain.people.facts import PersonFacts, changed
from passaparola.store.read.people import dump_facts, facts_of
from passaparola.store.write.people import FIRST_FACTS, SET_FACTS

TOO_MANY_FACTS = "too_many_facts"
Told = Mapping[str, str | int | bool | None]


def set_facts(person: str, *, facts: Told, asked: Asked) -> Performed[PersonFacts]:
    """Say these facts of a person, as `read_person_facts` read them; None takes one away, others stay. Returns all there are.

    Of merged persons it is the one who stands for all. Again: nothing happens. Refused: `too_many_facts` (422). Raises NotFound,
    IdempotencyMismatch, Conflict. Who works here no more by them is suspended where only employees may recommend.
    """
    return perform(asked, lambda desk: say_facts({desk.group(person)[0]: facts}, desk)[desk.group(person)[0]])


def say_facts(told: Mapping[str, Told], desk: Desk) -> dict[str, PersonFacts]:
    """The same for several persons who stand for themselves, inside an act that does more. Who changed, with all their facts."""
    known = facts_of(desk.session, desk.workspace.id, told)
    found: dict[str, PersonFacts] = {}
    employed: dict[str, PersonFacts] = {}
    for person, facts in sorted(told.items()):
        before = known.get(person, {})
        try:
            after = changed(before, facts)
        except UnableToReadFacts as problem:
            raise Refusal(TOO_MANY_FACTS, problem.errors[0][1], 422) from None
        found[person] = after
        if after == before:
            continue
        names = sorted(name for name in facts if after.get(name) != before.get(name))
        if not EMPLOYMENT.isdisjoint(names):
            employed[person] = after
        desk.act("person.facts", person, facts=names)
        values = {"ws": desk.plan.workspace, "id": person, "new": dump_facts(after), "seen": dump_facts(before)}
        desk.plan.guarded.append((SET_FACTS if before else FIRST_FACTS, values))
    if employed:
        suspend_leavers(employed, desk)
    return found
