"""Staff give a reward by hand: a goodwill or a surprise, promised by a program whose trigger is manual_grant, always with a reason."""

from dataclasses import dataclass

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.effects import Cause, book_changes, move_counter
from passaparola.actions.events.loading import load_parties
from passaparola.actions.events.overlay import Overlay
from passaparola.actions.referrals.settle import stand_still
from passaparola.domain.programs.compiled import Program, RewardRule, Trigger
from passaparola.domain.reasons import OPERATOR_WORDS
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.difference import Difference
from passaparola.domain.rewards.grants import decide_grant
from passaparola.store.ids import new_id
from passaparola.store.read.gather import known_people

NOT_BY_STAFF, NO_SUCH_RULE, REASON_MISSING = "not_given_by_staff", "no_such_rule", "reason_missing"


@dataclass(frozen=True, slots=True)
class Grant:
    """What staff give: by which rule of which program, to whom, under which id of ours."""

    program: str
    rule: RewardRule
    person: str
    key: str


def give(
    person: str, *, program: str, rule: str = "", reason: str, asked: Asked, grant: str | None = None
) -> Performed[Reward]:
    """Give a person what a rule of a program promises, once. `program` is a slug or id; `rule` may be left out where there is one only.

    It counts against caps and the budget, and waits while rewards are paused. Refused: `not_given_by_staff` (409) where the program's
    trigger is another; `no_such_rule`, `reason_missing` (422); `program_not_active`, `advocate_suspended`, `cap_reached`,
    `budget_exhausted`, `out_of_stock` (409); where the rule has a `fallback`, that is given instead. Raises NotFound,
    IdempotencyMismatch, Conflict. `grant` is our id of it, made anew unless it is done again.
    """
    key = grant or new_id()
    return perform(asked, lambda desk: _give(person, program, rule, reason.strip(), key, desk))


def _give(person: str, name: str, rule_id: str, reason: str, grant: str, desk: Desk) -> Reward:
    program = desk.program(name)
    if not known_people(desk.session, desk.workspace.id, [person]):
        raise NotFound(f"there is no person {person}")
    if not reason:
        raise Refusal(REASON_MISSING, "say why it is given", 422)
    rule = rule_by_staff(program, rule_id)
    overlay = desk.people()
    root = overlay.root(person)
    cause = desk.act("reward.grant", root, reason, program=program.slug, rule=rule.id, person=root, grant=grant)
    load_parties(desk.session, overlay, {root}, set(), [desk.now])
    return book_grant(Grant(program.key, rule, root, grant), cause, overlay, desk)


def book_grant(grant: Grant, cause: Cause, overlay: Overlay, desk: Desk) -> Reward:
    """Decide on what staff give, and book it. Raises Refusal."""
    versions, world = overlay.programs[grant.program], overlay.world_of(grant.program, grant.person)
    found = decide_grant(grant.rule, grant.person, grant.key, versions, world, now=desk.now)
    if not found.changes:
        why = found.refusals[-1][2]
        raise Refusal(str(why), OPERATOR_WORDS[why])
    return book_decided(found, cause, overlay, desk)


def book_decided(found: Difference, cause: Cause, overlay: Overlay, desk: Desk) -> Reward:
    """Book what was decided to be given."""
    for move in found.moves:
        move_counter(move, overlay, desk.plan)
    booked = book_changes(found.changes, cause, overlay, desk.plan, at=desk.now, count=False)
    stand_still(booked, overlay, desk.plan)
    return booked[0].after


def rule_by_staff(program: Program, name: str) -> RewardRule:
    """The rule of this name, or the only one, of a program that staff give by."""
    if program.trigger is not Trigger.GRANT:
        raise Refusal(
            NOT_BY_STAFF, "events earn this program's rewards; a program that staff give by has `trigger: manual_grant`"
        )
    rules = [rule for rule in program.rules if name in ("", rule.id)]
    if len(rules) == 1:
        return rules[0]
    known = ", ".join(rule.id for rule in program.rules)
    raise Refusal(NO_SUCH_RULE, f"say which reward of the program: {known}", 422)
