"""The facts of one batch in memory: gathered once, changed by each decision, seen by the next."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from passaparola.actions.events.recall import Forgotten
from passaparola.domain.attribution.bind import AdvocateFacts, ProgramVersions
from passaparola.domain.decide import claims
from passaparola.domain.decision import ReferralFacts, World
from passaparola.domain.events.event import CANCELLED, Event, EventType
from passaparola.domain.instant import Instant
from passaparola.domain.people.identity import Identity
from passaparola.domain.precedence import Claims, who_earns
from passaparola.domain.programs.compiled import ProgramStatus, Side
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.standing import Standing
from passaparola.domain.referrals.state import Conclusion, FriendState
from passaparola.domain.rewards.change import Reward
from passaparola.store.read.gather import LinkRow, StoredEvent, WorkspaceRow

if TYPE_CHECKING:
    from passaparola.actions.events.gates import Gates
    from passaparola.actions.events.mailboxes import Mailboxes

Key = tuple[str, str, str, str]


@dataclass(slots=True)
class Case:
    """One referral in hand."""

    id: str
    program: str
    friend: str
    state: FriendState
    revision: int | None  # None: new in this batch
    status: str = "open"
    rewards: dict[Key, Reward] = field(default_factory=dict)
    has_rewards: bool = False


@dataclass(slots=True)
class Overlay:
    """Facts by natural key. `roots` maps merged persons to who stands for them."""

    workspace: WorkspaceRow
    programs: dict[str, ProgramVersions]
    events: dict[tuple[str, str], StoredEvent] = field(default_factory=dict)
    people: dict[Identity, str] = field(default_factory=dict)
    recalled: dict[Identity, Forgotten] = field(default_factory=dict)  # known by the hash of an address only
    known_people: set[str] = field(default_factory=set)
    roots: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, LinkRow] = field(default_factory=dict)
    links_by_id: dict[str, LinkRow] = field(default_factory=dict)
    purchases: dict[str, StoredEvent] = field(default_factory=dict)
    refunds: dict[str, list[StoredEvent]] = field(default_factory=lambda: defaultdict(list))
    visits: dict[str, list[StoredEvent]] = field(default_factory=lambda: defaultdict(list))  # by the id that names them
    waiting: dict[str, list[StoredEvent]] = field(
        default_factory=lambda: defaultdict(list)
    )  # visit → events that name it
    cases: dict[tuple[str, str], Case] = field(default_factory=dict)  # (program, friend)
    by_id: dict[str, Case] = field(default_factory=dict)
    history: dict[str, list[StoredEvent]] = field(default_factory=lambda: defaultdict(list))
    advocates: dict[tuple[str, str], str] = field(default_factory=dict)
    referrers: dict[tuple[str, str], str] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    milestones: dict[tuple[str, str, str], dict[str, Reward]] = field(default_factory=lambda: defaultdict(dict))
    choices: dict[tuple[str, str, str], str] = field(default_factory=dict)  # (program, person, choice) → a rule
    due: list[Reward] = field(default_factory=list)
    # (program, advocate) → referral → when it was counted
    paces: dict[tuple[str, str], dict[str, Instant]] = field(default_factory=lambda: defaultdict(dict))
    segments: dict[str, str] = field(default_factory=dict)  # person → the segment the firm counts them in
    gates: "Gates | None" = None  # where a live program lets in not anybody
    mailboxes: "Mailboxes | None" = None  # where a live program asks for friends whom no spelling is known of

    @property
    def rivals(self) -> bool:
        """Whether a conversion may be wanted by programs that do not combine."""
        return len(self.programs) > 1 and any(
            not version.combine for found in self.programs.values() for version in found.versions
        )

    def root(self, person: str) -> str:
        return self.roots.get(person, person)

    def group(self, person: str) -> list[str]:
        """Everybody who was merged with this person, the one that stands for all first."""
        root = self.root(person)
        return [root, *self.members.get(root, ())]

    def takes_part(self, program: str, person: str) -> bool:
        """Whether this person, or somebody merged with them, is an advocate of the program, in good standing or not."""
        return any((program, member) in self.advocates for member in self.group(person))

    def alias(self, alias: str, root: str) -> None:
        self.roots[alias] = root
        self.members.setdefault(root, []).append(alias)
        for program in self.programs if self.paces else ():
            self.paces[(program, root)].update(self.paces.pop((program, alias), {}))

    def keep(self, case: Case) -> None:
        """A merged referral is known by its id only: what happens to the person happens to the surviving one."""
        self.by_id[case.id] = case
        if case.status != MERGED:
            self.cases[(case.program, self.root(case.friend))] = case

    def holder(self, referral: str) -> Case | None:
        """The referral that answers for the rewards of this one: itself, or who survived when it was merged."""
        case = self.by_id.get(referral)
        if case is not None and case.status == MERGED:
            return self.cases.get((case.program, self.root(case.friend)), case)
        return case

    def cases_of(self, program: str, person: str) -> list[Case]:
        """The referrals of everybody who is this person now, in one program, merged ones included."""
        root = self.root(person)
        return [c for c in self.by_id.values() if c.program == program and self.root(c.friend) == root]

    def bind(self, case: Case, conclusion: Conclusion | None) -> None:
        """Show the rest of the batch who brought this friend."""
        if case.status == MERGED:
            return
        key = (case.program, self.root(case.friend))
        if conclusion is not None:
            self.referrers[key] = self.root(conclusion.advocate)
        elif key in self.referrers:
            del self.referrers[key]

    def pace(self, case: Case, counted_for: str | None, standing: Standing | None) -> None:
        """Show the rest of the batch when this friend is counted from now on, and for whom."""
        before, at = case.state.standing, None if standing is None else standing.counted_at
        if before is not None and before.counted_at is not None and case.state.counted_for is not None:
            self.paces[(case.program, self.root(case.state.counted_for))].pop(case.id, None)
        if at is not None and counted_for is not None:
            self.paces[(case.program, self.root(counted_for))][case.id] = at

    def put_reward(self, reward: Reward) -> None:
        if reward.referral is None:
            self.milestones[(reward.program, reward.rule, reward.beneficiary)][reward.occasion] = reward
            return
        case = self.holder(reward.referral)
        if case is not None:
            case.rewards[reward.key] = reward
            case.has_rewards = True

    def reward_now(self, reward: Reward) -> Reward:
        """The reward as this batch has left it."""
        if reward.referral is None:
            return self.milestones[(reward.program, reward.rule, reward.beneficiary)].get(reward.occasion, reward)
        case = self.holder(reward.referral)
        return case.rewards.get(reward.key, reward) if case else reward

    def facts(self, case: Case) -> ReferralFacts:
        rewards = self._by_root(case.rewards) if self.roots else case.rewards
        return ReferralFacts(case.id, self.root(case.friend), case.state, rewards, case.status == MERGED)

    def _by_root(self, rewards: dict[Key, Reward]) -> dict[Key, Reward]:
        """The rewards as those of whoever stands for a merged person. Of two for the same thing the used one, then the live one,
        then the larger one is it; the other is nobody's target any more."""
        found: dict[Key, Reward] = {}
        for reward in sorted(rewards.values(), key=lambda r: (-r.redeemed, -r.net, r.id)):
            rule, side, person, occasion = reward.key
            key = (rule, side, self.root(person), occasion)
            found[key if key not in found else (rule, side, reward.id, occasion)] = reward
        return found

    def world(self, case: Case, rivals: Claims | None = None) -> World:
        """What a decision on this referral reads. `rivals`: the claims of the friend's programs, where they are known already."""
        world = self._world(case)
        if self.rivals:
            found = self.claims(self.root(case.friend)) if rivals is None else rivals
            world.taken = found.taken_from(case.program)
        return world

    def claims(self, friend: str) -> Claims:
        """Who earns what of this friend's conversions, by the referrals at hand."""
        cases = [(key, self.cases[(key, friend)]) for key in self.programs if (key, friend) in self.cases]
        if len(cases) < 2:
            return NO_CLAIMS
        return who_earns(claims(self.facts(case), self.programs[key], self._world(case)) for key, case in cases)

    def _world(self, case: Case) -> World:
        friend = self.root(case.friend)
        advocates: dict[str, AdvocateFacts] = {}
        for touch in case.state.all_touches():
            person = self.root(touch.advocate)
            if person in advocates:
                continue
            status = self._advocate_status(case.program, person)
            if status is not None:
                by = self.referrers.get((case.program, person))
                circular = by is not None and self.root(by) == friend
                advocates[person] = AdvocateFacts(person, True, status == "suspended", status == PROVISIONAL, circular)
        together, paused = self._milestones(case.program), self.workspace.rewards_paused
        return World(advocates, self.roots, self.counters, together, paused, paces=self.paces, choices=self.choices)

    def world_of(self, program: str, person: str) -> World:
        """What a decision about this person alone reads."""
        status = self._advocate_status(program, person)
        advocates = (
            {person: AdvocateFacts(person, True, status == "suspended", status == PROVISIONAL)} if status else {}
        )
        return World(advocates, self.roots, self.counters, self._milestones(program), self.workspace.rewards_paused)

    def milestones_of(self, program: str, rule: str, advocate: str) -> list[Reward]:
        return self._milestones(program).get((rule, advocate), [])

    def _milestones(self, program: str) -> dict[tuple[str, str], list[Reward]]:
        by_advocate: dict[tuple[str, str], list[Reward]] = {}
        for (of, rule, advocate), found in self.milestones.items():
            if of == program:
                by_advocate.setdefault((rule, self.root(advocate)), []).extend(found.values())
        return by_advocate

    def _advocate_status(self, program: str, person: str) -> str | None:
        """Of merged persons the strictest hand counts: suspended; then active; provisional only where nothing else is known."""
        group = self.group(person)
        if len(group) == 1:
            return self.advocates.get((program, person))
        found = {s for member in group if (s := self.advocates.get((program, member)))}
        return next((status for status in STANDINGS if status in found), None)

    def waits(self, reward: Reward) -> Reason | None:
        """Why this reward may not be issued now, whatever its hold says."""
        if self.workspace.rewards_paused:
            return Reason.REWARDS_PAUSED
        standing = self._advocate_status(reward.program, reward.beneficiary) if reward.side == Side.ADVOCATE else None
        return Reason.ADVOCATE_UNCONFIRMED if standing == PROVISIONAL else None


NO_CLAIMS = Claims({})
MERGED = "merged"
BROUGHT = frozenset({"bound", "converted"})
PROVISIONAL = "provisional"
STANDINGS = ("suspended", "active", PROVISIONAL)
REPORTED = "reported"  # an order that only a browser told of: it waits for somebody else who tells it
COUNTS = frozenset(
    {"recorded", "duplicate_order", REPORTED}
)  # an order told again by another route: its code and time count, its amount does not
BRINGS = frozenset({EventType.SIGNUP, EventType.PURCHASE, EventType.STAGE})  # a friend's own, which may name somebody
BEGINS = frozenset({ProgramStatus.ACTIVE, ProgramStatus.PAUSED})


def is_brought(overlay: Overlay, event: Event) -> bool:
    """Whether the friend of whom staff tell is bound already in the program that they name."""
    friend, slug = find_person(overlay, event.person), dict(event.facts).get("program")
    named = (key for key, versions in overlay.programs.items() if versions.live.slug == slug)
    return any(case.status in BROUGHT for key in named if (case := overlay.cases.get((key, friend or ""))))


def names_a_visit(stored: StoredEvent) -> bool:
    """A friend's own sign-up, order or stage brings a visit along; anything else that mentions one does not."""
    own = stored.type in BRINGS and stored.outcome in COUNTS - {REPORTED} and stored.stage != CANCELLED
    return own and stored.visit_ref is not None and stored.person is not None


def find_person(overlay: Overlay, identities: tuple[Identity, ...]) -> str | None:
    """The person known by the strongest of these identities; an address counts also where only its hash was kept."""
    for identity in identities:
        own = identity[0] == "person" and identity[1] in overlay.known_people
        person = identity[1] if own else overlay.people.get(identity)
        if person is None and identity in overlay.recalled:
            person = overlay.recalled[identity].person
        if person is not None:
            return overlay.root(person)
    return None
