"""A person says which of several rewards of a program they would rather have. What was given already stays as it is."""

from dataclasses import dataclass

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.store.ids import new_id
from passaparola.store.read.checkout import person_group

_KEEP = (
    "INSERT INTO store_rewardpreference (id, workspace_id, program_id, person_id, choice, rule, at) VALUES (%(id)s::uuid, %(ws)s::uuid,"
    " %(program)s::uuid, %(person)s::uuid, %(choice)s, %(rule)s, %(now)s) ON CONFLICT (workspace_id, program_id, person_id, choice)"
    " DO UPDATE SET rule = excluded.rule, at = excluded.at"
)


@dataclass(frozen=True, slots=True)
class Preference:
    """One wish: of the rewards of a program with this `choice` the person would rather have `rule`. `program` is its slug."""

    program: str
    person: str
    choice: str
    rule: str


def choose(wish: Preference, *, asked: Asked) -> Performed[Preference]:
    """Keep the wish; it counts for what is earned from now on. Out of stock, the program gives what stands in for it.

    Refused: `no_such_choice` (422) when the live program has no such reward to choose. Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _choose(wish, desk))


def _choose(wish: Preference, desk: Desk) -> Preference:
    live = next((v.live for v in desk.programs.values() if v.live.slug == wish.program), None)
    group = person_group(desk.session, desk.workspace.id, wish.person)
    if live is None or not group:
        raise NotFound(f"there is no {'program ' + wish.program if live is None else 'person ' + wish.person}")
    if not any((rule.id, rule.choice) == (wish.rule, wish.choice) for rule in live.rules):
        choices = ", ".join(rule.id for rule in live.rules if rule.choice == wish.choice) or "nothing"
        raise Refusal("no_such_choice", f"for {wish.choice} there is {choices} to choose", 422)
    desk.act("reward.choose", wish.program, person=group[0], choice=wish.choice, rule=wish.rule)
    values = {
        "ws": desk.workspace.id,
        "program": live.key,
        "person": group[0],
        "choice": wish.choice,
        "rule": wish.rule,
    }
    desk.plan.guarded.append((_KEEP, {**values, "id": new_id(), "now": desk.now}))
    return Preference(wish.program, group[0], wish.choice, wish.rule)
