"""How a person's or a checkout's act is done: one transaction with its idempotency key, tried again when another writer was first."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from passaparola.actions.acts import write_act
from passaparola.actions.conflicts import ALONE
from passaparola.actions.counters import IDEMPOTENCY_CONFLICTS, count_held_back, count_rewards
from passaparola.actions.effects import Cause
from passaparola.actions.events.loading import load_aliases, load_cases, load_parties
from passaparola.actions.events.overlay import Overlay
from passaparola.actions.programs.live import live_programs
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.instant import Instant
from passaparola.domain.people.facts import PersonFacts
from passaparola.domain.programs.compiled import Program
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.state import FriendState
from passaparola.domain.rewards.change import Reward
from passaparola.store.read import friend_states, gather
from passaparola.store.read.checkout import person_group
from passaparola.store.read.gather import WorkspaceRow, workspace_row
from passaparola.store.read.idempotency import Keyed, StoredAnswer, stored_answers
from passaparola.store.read.limits import counters_of_cap, queued, queues
from passaparola.store.read.people import facts_of
from passaparola.store.read.transitions import approved_by_person
from passaparola.store.session import Conflict, LockTimeout, Session, writing
from passaparola.store.write.idempotency import keep_answer
from passaparola.store.write.plan import Plan, write

Result = TypeVar("Result")


LOCK_TRIES = 2
CORRECTABLE = frozenset(
    {400, 404, 422}
)  # the caller's mistake, not a decision: the same key may come again with other input
PASSING = frozenset({str(Reason.REWARDS_PAUSED)})  # no decision either: "tell again then", with the same key


class Refusal(Exception):
    """A rule says no: a decision with a name, stored and replayed under its idempotency key.

    Nothing else is written, but the act that was tried when it had been written down before the rule was asked. `sentence` is English;
    its named places take the words of `said`. Pages translate both, so what staff may meet is marked by `gettext_noop`.
    """

    def __init__(
        self, reason: str, sentence: str, status: int = 409, *, said: Mapping[str, str] | None = None, **detail: Any
    ):
        self.sentence, self.said = sentence, dict(said or {})
        self.message = sentence % self.said if said else sentence
        super().__init__(self.message)
        self.reason, self.status, self.detail = reason, status, detail


class NotFound(Exception):
    """There is no such thing in this workspace. Not a decision: the same key may be used again."""


class IdempotencyMismatch(Exception):
    """The key was used before with other input."""


@dataclass(slots=True)
class Desk:
    """What an act works with inside its transaction."""

    session: Session
    workspace: WorkspaceRow
    programs: dict[str, ProgramVersions]
    plan: Plan
    now: Instant
    actor: str
    tried: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)  # verb, subject, input of each act
    afterwards: list[Callable[[], None]] = field(default_factory=list)  # asked when all is written, before the commit

    def people(self) -> Overlay:
        """No facts yet but who was merged with whom."""
        overlay = Overlay(self.workspace, self.programs)
        load_aliases(self.session, overlay)
        return overlay

    def overlay(
        self, *, friends: Iterable[str] = (), referrals: Iterable[str] = (), rewards: Iterable[str] = ()
    ) -> Overlay:
        """The facts about these friends, referrals and rewards, ready to decide on."""
        overlay = self.people()
        self.gather(overlay, friends=friends, referrals=referrals, rewards=rewards)
        return overlay

    def gather(
        self,
        overlay: Overlay,
        *,
        friends: Iterable[str] = (),
        referrals: Iterable[str] = (),
        rewards: Iterable[str] = (),
    ) -> None:
        """Put the facts about these into an overlay that knows who is who."""
        wanted = sorted(rewards)
        named = gather.rewards_by_id(self.session, self.workspace.id, wanted) if wanted else []
        people = {overlay.root(f) for f in friends}
        load_cases(self.session, overlay, people, {*referrals, *(r.referral for r in named if r.referral)})
        everybody = people | {overlay.root(c.friend) for c in overlay.cases.values()}
        beneficiaries, times = {overlay.root(r.beneficiary) for r in named}, [self.now, *(r.earned_at for r in named)]
        load_parties(self.session, overlay, beneficiaries, everybody, times)
        for reward in named:
            overlay.put_reward(reward)

    def parties(self, overlay: Overlay, people: set[str], times: Iterable[Instant]) -> None:
        """Put what is to be known of advocates who earn without a friend into an overlay."""
        load_parties(self.session, overlay, people, set(), times)

    def program(self, name: str) -> Program:
        """The live version of the program of this slug or id. Raises NotFound."""
        for key, versions in self.programs.items():
            if name in (key, versions.live.slug):
                return versions.live
        raise NotFound(f"there is no program {name!r}")

    def reward(self, key: str) -> Reward:
        """The reward of this id. Raises NotFound."""
        found = self.rewards([key])
        if not found:
            raise NotFound(f"there is no reward {key}")
        return found[0]

    def rewards(self, keys: Iterable[str]) -> list[Reward]:
        """The rewards of these ids; those that are not there are left out."""
        return gather.rewards_by_id(self.session, self.workspace.id, keys)

    def group(self, person: str) -> list[str]:
        """Everybody who was merged with this person, the one that stands for all first. Raises NotFound."""
        group = person_group(self.session, self.workspace.id, person)
        if not group:
            raise NotFound(f"there is no person {person}")
        return group

    def counters(self, keys: Iterable[str]) -> dict[str, int]:
        """What these counters stand at; those that are not there are left out."""
        return gather.counters(self.session, self.workspace.id, keys)

    def facts_of(self, people: Iterable[str]) -> dict[str, PersonFacts]:
        """What the firm says of these persons."""
        return facts_of(self.session, self.workspace.id, people)

    def counters_of_cap(self, program: str, per: str, who: str) -> list[str]:
        """The names of one person's counters of caps, of whatever period, with those of their queues."""
        return counters_of_cap(self.session, self.workspace.id, program, per, who)

    def converted(self, program: str, since: Instant, until: Instant) -> Iterable[tuple[str, FriendState]]:
        """(referral, state) of the friends who first earned in a program in this time; of more where that is easier."""
        return friend_states.converted(self.session, self.workspace.id, program, since, until)

    def suspended(self, program: str) -> set[str]:
        """The people who may not recommend in a program at present."""
        return friend_states.suspended(self.session, self.workspace.id, program)

    def full_limits(self) -> list[str]:
        """The limits under which something waits for room."""
        return queues(self.session, self.workspace.id)

    def queued(self, limit: str, most: int) -> list[Reward]:
        """What waits for room under a limit, the oldest first."""
        return queued(self.session, self.workspace.id, limit, most)

    def approved(self, reward: str) -> bool:
        """Whether the last thing that issued this reward was a person's approval."""
        return approved_by_person(self.session, self.workspace.id, reward)

    def act(self, verb: str, subject: str, note: str = "", **given: Any) -> Cause:
        """Write the act down; what it does refers to it. When a rule refuses it afterwards, the attempt stays written down."""
        given = {**given, "note": note} if note else given
        key = write_act(self.plan, self.actor, verb, subject, given, self.now)
        self.tried.append((verb, subject, given))
        return Cause(f"act:{key}", self.actor, None, note)


@dataclass(frozen=True, slots=True)
class Performed(Generic[Result]):
    """What came of an act: its result or refusal, or the answer given before under the same key."""

    result: Result | None = None
    refusal: Refusal | None = None
    replayed: StoredAnswer | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, when, in which workspace, under which idempotency key."""

    workspace: str
    now: Instant
    actor: str
    keyed: Keyed | None = None
    render: Callable[[Any], tuple[int, str]] | None = field(
        default=None, compare=False
    )  # result or Refusal → status, body


def perform(asked: Asked, do: Callable[[Desk], Result]) -> Performed[Result]:
    """Do it once. A conflict with another writer is tried again from the start. Raises NotFound, IdempotencyMismatch, Conflict."""
    locked = 0
    for _ in range(ALONE - 1):
        try:
            return _once(asked, do)
        except LockTimeout:
            locked += 1
            if locked == LOCK_TRIES:
                raise
        except Conflict:
            continue
    return _once(asked, do)


def _once(asked: Asked, do: Callable[[Desk], Result]) -> Performed[Result]:
    with writing() as session:
        keyed = asked.keyed
        known = stored_answers(session, asked.workspace, [keyed]).get(keyed.scope) if keyed else None
        if keyed is not None and known is not None:
            if known.fingerprint != keyed.fingerprint:
                IDEMPOTENCY_CONFLICTS.inc()
                raise IdempotencyMismatch(keyed.key)
            return Performed(replayed=known)
        row = workspace_row(session, asked.workspace)
        programs = live_programs(session, row)
        plan = Plan(asked.workspace, row.programs_version, at=asked.now, sandbox=row.sandbox)
        desk = Desk(session, row, programs, plan, asked.now, asked.actor)
        result, refusal = None, None
        try:
            result = do(desk)
        except Refusal as refused:
            refusal, plan = refused, Plan(asked.workspace, at=asked.now, sandbox=row.sandbox)
            for verb, subject, given in desk.tried:
                write_act(plan, asked.actor, verb, subject, {**given, "refused": refused.reason}, asked.now)
        kept = refusal is None or (refusal.status not in CORRECTABLE and refusal.reason not in PASSING)
        if keyed is not None and asked.render is not None and kept:
            status, body = asked.render(refusal if refusal is not None else result)
            keep_answer(plan, keyed, status, body, asked.now)
        write(session, plan)
        for check in desk.afterwards:
            check()
    count_rewards(plan)
    count_held_back(plan)
    return Performed(result, refusal)


def done(performed: Performed[Result]) -> Result:
    """The result of an act that was asked without a key. Raises the Refusal."""
    if performed.refusal is not None:
        raise performed.refusal
    return cast("Result", performed.result)
