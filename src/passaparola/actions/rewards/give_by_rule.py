"""Grants by rule: whoever meets a condition of a program is given what staff could give, for the reason that its file says.

Who meets one is looked for apart from the writer, page by page, at most once an hour of the workspace's time. Each grant is an act
`reward.grant` of its own, whose id says the rule and the period: so the same thing is given once, whoever asks how often.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from passaparola.actions.acting import Asked, Desk, done, perform
from passaparola.actions.events.loading import load_parties
from passaparola.actions.programs.live import live_programs
from passaparola.actions.rewards.give import book_decided
from passaparola.domain.access import PaidOrder, Who, audience_facts, figures
from passaparola.domain.instant import SECOND, Instant
from passaparola.domain.programs.access import FIGURES
from passaparola.domain.programs.compiled import Program, ProgramStatus
from passaparola.domain.programs.granting import GrantRule
from passaparola.domain.rewards.by_staff import grant_key
from passaparola.domain.rewards.grants import decide_grant
from passaparola.store.read.access import customers_since, exclusions, orders_of, refunds_of
from passaparola.store.read.findings import known_findings
from passaparola.store.read.gather import workspace_row
from passaparola.store.read.grants import FIRST, aliases_of, given_before, people_after
from passaparola.store.read.people import facts_of
from passaparola.store.session import Session, reading

HELD_BACK = "grant_held_back"
HOUR = 3_600 * SECOND
PAGE, BATCH = 500, 200
_looked: dict[str, Instant] = {}


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody meets a rule of this version of a program."""

    program: str
    version: int
    grant: str
    person: str


@dataclass(slots=True)
class _Page:
    """What is known of some persons, each with whoever was merged into them."""

    session: Session
    workspace: str
    program: Program
    now: Instant
    people: list[str]
    groups: dict[str, list[str]] = field(default_factory=dict)

    def due(self) -> Iterator[Due]:
        aliases = aliases_of(self.session, self.workspace, self.people)
        self.groups = {person: [person] for person in self.people}
        for alias, person in aliases.items():
            self.groups[person].append(alias)
        members = [*self.people, *aliases]
        excluded = {person for _, person in exclusions(self.session, self.workspace, [self.program.key], members)}
        given = _given(self.session, self.workspace, self.program, members, self.now)
        told = self._facts()
        for grant in self.program.grants:
            occasion = grant_key(grant.key(self.now, self.program.timezone))
            for person, group in self.groups.items():
                had = any((member, occasion) in given for member in group)
                if not had and excluded.isdisjoint(group) and grant.when.met(told[person])[0]:
                    yield Due(self.program.key, self.program.version, grant.id, person)

    def _facts(self) -> Mapping[str, dict[str, Any]]:
        """What a condition may name, of each person."""
        session, workspace = self.session, self.workspace
        facts = facts_of(session, workspace, self.people)
        counted = any(not FIGURES.keys().isdisjoint(grant.when.names) for grant in self.program.grants)
        whole = self._counted() if counted else {}
        return {
            person: audience_facts(Who(facts.get(person, {}), figures=lambda p=person: whole[p]), counted=counted)  # type: ignore[misc]
            for person in self.people
        }

    def _counted(self) -> dict[str, Any]:
        session, workspace, members = self.session, self.workspace, [m for g in self.groups.values() for m in g]
        orders, since = orders_of(session, workspace, members), customers_since(session, workspace, members)
        keys = {order.key for mine in orders.values() for order in mine}
        refunds = defaultdict(list)
        for refund in refunds_of(session, workspace, keys) if keys else ():
            refunds[refund.order].append(refund)
        found = {}
        for person, group in self.groups.items():
            mine: list[PaidOrder] = [order for member in group for order in orders.get(member, ())]
            found[person] = figures(
                mine,
                [refund for key in {order.key for order in mine} for refund in refunds.get(key, ())],
                since=min((since[member] for member in group if member in since), default=None),
                currency=self.program.currency,
                now=self.now,
            )
        return found


def grants_due(workspace: str, *, now: Instant, hourly: bool = True) -> list[Due]:
    """Who meets a rule of an active program and was not given by it yet. `hourly`: nothing within an hour of the last look."""
    last = _looked.get(workspace)
    if hourly and last is not None and 0 <= now - last < HOUR:
        return []
    with reading() as session:
        programs = [found.live for found in live_programs(session, workspace_row(session, workspace)).values()]
        giving = [p for p in programs if p.grants and p.status is ProgramStatus.ACTIVE]
        found = [due for program in giving for due in _meeting(session, workspace, program, now)]
    _looked[workspace] = now
    return found


def give_due(workspace: str, due: Sequence[Due], *, now: Instant, actor: str) -> int:
    """Give it, unless it was given meanwhile; how many were given. What a limit holds back is told by a finding. Raises Conflict."""
    asked = Asked(workspace, now, actor)
    batches = [due[n : n + BATCH] for n in range(0, len(due), BATCH)]
    return sum(done(perform(asked, lambda desk, batch=batch: _give(batch, desk))) for batch in batches)  # type: ignore[misc]


def _meeting(session: Session, workspace: str, program: Program, now: Instant) -> Iterator[Due]:
    after = FIRST
    while people := people_after(session, workspace, after, PAGE):
        yield from _Page(session, workspace, program, now, people).due()
        after = people[-1]


def _given(
    session: Session, workspace: str, program: Program, members: Sequence[str], now: Instant
) -> set[tuple[str, str]]:
    occasions = [grant_key(grant.key(now, program.timezone)) for grant in program.grants]
    return given_before(session, workspace, program.key, members, occasions)


def _give(batch: Sequence[Due], desk: Desk) -> int:
    overlay = desk.people()
    load_parties(desk.session, overlay, {overlay.root(due.person) for due in batch}, set(), [desk.now])
    given, count, held = _known(batch, desk), 0, set()
    for due in batch:
        program, person = desk.programs[due.program].live, overlay.root(due.person)
        grant = _rule(program, due)
        if grant is None:
            continue
        key = grant.key(desk.now, program.timezone)
        if any((member, grant_key(key)) in given for member in overlay.group(person)):
            continue
        rule = next(rule for rule in program.rules if rule.id == grant.rule)
        versions, world = overlay.programs[due.program], overlay.world_of(due.program, person)
        found = decide_grant(rule, person, key, versions, world, now=desk.now)
        if not found.changes:
            held.add((program, grant, str(found.refusals[-1][2])))
            continue
        told = {"program": program.slug, "rule": rule.id, "person": person, "grant": key}
        book_decided(found, desk.act("reward.grant", person, grant.reason, **told), overlay, desk)
        given.add((person, grant_key(key)))
        count += 1
    _tell(held, desk)
    return count


def _known(batch: Sequence[Due], desk: Desk) -> set[tuple[str, str]]:
    """What was given meanwhile, in this very transaction."""
    found = set()
    for key in {due.program for due in batch}:
        people = {due.person for due in batch if due.program == key}
        members = [*people, *aliases_of(desk.session, desk.workspace.id, people)]
        found |= _given(desk.session, desk.workspace.id, desk.programs[key].live, members, desk.now)
    return found


def _rule(program: Program, due: Due) -> GrantRule | None:
    """The rule, unless the program was changed or paused meanwhile: it is asked again then."""
    if (program.version, program.status) != (due.version, ProgramStatus.ACTIVE):
        return None
    return next((grant for grant in program.grants if grant.id == due.grant), None)


def _tell(held: set[tuple[Program, GrantRule, str]], desk: Desk) -> None:
    """Once for each rule and reason, in each version and period."""
    told = {f"{p.key}:{p.version}:{g.key(desk.now, p.timezone)}:{why}": (p, g, why) for p, g, why in held}
    known = {key for _, key in known_findings(desk.session, desk.workspace.id, sorted(told))} if told else set()
    for key in sorted(told.keys() - known):
        program, grant, why = told[key]
        detail = {"program": program.slug, "grant": grant.id, "why": why}
        desk.plan.find(HELD_BACK, key, orjson.dumps(detail).decode(), desk.now)
