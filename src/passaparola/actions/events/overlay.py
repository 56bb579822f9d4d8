"""The facts of one batch in memory: gathered once, changed by each decision, seen by the next."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from passaparola.actions.events.recall import Forgotten, recalled
from passaparola.domain.attribution.bind import AdvocateFacts, ProgramVersions
from passaparola.domain.decision import ReferralFacts, World
from passaparola.domain.events.event import Event, EventType
from passaparola.domain.instant import Instant
from passaparola.domain.keyring import Keyring
from passaparola.domain.people.identity import Identity
from passaparola.domain.programs.compiled import ProgramStatus, Side, Structure
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.state import Conclusion, FriendState
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.limits import count_key, limit_keys
from passaparola.store.read import gather
from passaparola.store.read.gather import LinkRow, StoredEvent, WorkspaceRow
from passaparola.store.session import Session

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
    due: list[Reward] = field(default_factory=list)

    def root(self, person: str) -> str:
        return self.roots.get(person, person)

    def group(self, person: str) -> list[str]:
        """Everybody who was merged with this person, the one that stands for all first."""
        root = self.root(person)
        return [root, *self.members.get(root, ())]

    def alias(self, alias: str, root: str) -> None:
        self.roots[alias] = root
        self.members.setdefault(root, []).append(alias)

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

    def bind(self, case: Case, conclusion: Conclusion | None) -> None:
        """Show the rest of the batch who brought this friend."""
        if case.status == MERGED:
            return
        key = (case.program, self.root(case.friend))
        self.referrers.pop(key, None)
        if conclusion is not None:
            self.referrers[key] = self.root(conclusion.advocate)

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

    def world(self, case: Case) -> World:
        friend = self.root(case.friend)
        advocates: dict[str, AdvocateFacts] = {}
        for touch in case.state.touches.values():
            person = self.root(touch.advocate)
            if person in advocates:
                continue
            status = self._advocate_status(case.program, person)
            if status is not None:
                circular = self.referrers.get((case.program, person)) == friend
                advocates[person] = AdvocateFacts(person, True, status == "suspended", status == PROVISIONAL, circular)
        return World(
            advocates, self.roots, self.counters, self._milestones(case.program), self.workspace.rewards_paused
        )

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
        found = {s for member in self.group(person) if (s := self.advocates.get((program, member)))}
        return next((status for status in STANDINGS if status in found), None)

    def waits(self, reward: Reward) -> Reason | None:
        """Why this reward may not be issued now, whatever its hold says."""
        if self.workspace.rewards_paused:
            return Reason.REWARDS_PAUSED
        standing = self._advocate_status(reward.program, reward.beneficiary) if reward.side == Side.ADVOCATE else None
        return Reason.ADVOCATE_UNCONFIRMED if standing == PROVISIONAL else None


MERGED = "merged"
PROVISIONAL = "provisional"
STANDINGS = ("suspended", "active", PROVISIONAL)
COUNTS = frozenset(
    {"recorded", "duplicate_order"}
)  # an order told again by another route: its code and time count, its amount does not
BEGINS = frozenset({ProgramStatus.ACTIVE, ProgramStatus.PAUSED})


def load(
    session: Session,
    workspace: WorkspaceRow,
    programs: dict[str, ProgramVersions],
    events: Sequence[Event],
    *,
    due_until: Instant | None = None,
    keys: Keyring | None = None,  # to know forgotten addresses by
    due_limit: int = 1_000_000,  # an import lets everything fall due that was due before its next event
) -> Overlay:
    """Gather what the events need: about a dozen statements, however many events there are."""
    overlay = Overlay(workspace, programs)
    load_aliases(session, overlay)
    if due_until is not None:
        overlay.due = gather.due_rewards(session, workspace.id, due_until, due_limit)
    _load_events(session, overlay, events)
    _load_people(session, overlay, events, keys)
    _load_orders_and_visits(session, overlay, events)
    friends = _friends(overlay, events)
    due_referrals = {r.referral for r in overlay.due if r.referral}
    load_cases(session, overlay, friends, due_referrals)
    _load_history(session, overlay, friends)
    load_parties(session, overlay, _advocates(overlay, events), friends)
    return overlay


def load_aliases(session: Session, overlay: Overlay) -> None:
    """Who was merged with whom. Nothing to read while nobody was."""
    if overlay.workspace.merges:
        for alias, root in gather.aliases(session, overlay.workspace.id).items():
            overlay.alias(alias, root)


def _load_events(session: Session, overlay: Overlay, events: Sequence[Event]) -> None:
    by_source: dict[str, set[str]] = defaultdict(set)
    for event in events:
        by_source[event.source].add(event.id)
    for source, ids in sorted(by_source.items()):
        for stored in gather.known_events(session, overlay.workspace.id, source, sorted(ids)):
            overlay.events[(stored.source, stored.external_id)] = stored
    _load_visits(session, overlay, {event.visit for event in events if event.visit})


def _load_visits(session: Session, overlay: Overlay, tokens: set[str]) -> None:
    missing = sorted(tokens - set(overlay.visits))
    if missing:
        for visit in gather.visits_by_token(session, overlay.workspace.id, missing):
            overlay.visits[visit.external_id].append(visit)


def _load_people(session: Session, overlay: Overlay, events: Sequence[Event], keys: Keyring | None) -> None:
    wanted = {i for e in events for i in (*e.person, *e.to, *e.referred_by)}
    own = {value for kind, value in wanted if kind == "person"}
    others = {i for i in wanted if i[0] != "person"}
    if own:
        overlay.known_people = gather.known_people(session, overlay.workspace.id, own)
    if others:
        overlay.people = gather.people_by_identity(session, overlay.workspace.id, others)
        overlay.recalled = recalled(session, overlay.workspace, others - overlay.people.keys(), keys)
    codes = sorted({event.code for event in events if event.code})
    if codes:
        overlay.links = gather.links_by_code(session, overlay.workspace.id, codes)


def _load_orders_and_visits(session: Session, overlay: Overlay, events: Sequence[Event]) -> None:
    orders = sorted({e.order for e in events if e.order and e.type in (EventType.PURCHASE, EventType.REFUND)})
    if orders:
        for stored in gather.events_by_order(session, overlay.workspace.id, orders):
            if stored.type == EventType.PURCHASE:
                overlay.purchases[stored.order_key or ""] = stored
            elif stored.type == EventType.REFUND:
                overlay.refunds[stored.order_key or ""].append(stored)
    visits = sorted({e.id for e in events if e.type == EventType.VISIT})
    if visits:
        for stored in gather.events_naming_visits(session, overlay.workspace.id, visits):
            if names_a_visit(stored):
                overlay.waiting[stored.visit_ref or ""].append(stored)
    links = {v.link for found in overlay.visits.values() for v in found if v.link}
    if links:
        overlay.links_by_id = gather.links_by_id(session, overlay.workspace.id, links)
    overlay.links_by_id.update({link.id: link for link in overlay.links.values()})


def names_a_visit(stored: StoredEvent) -> bool:
    """A friend's own sign-up or order brings a visit along; anything else that mentions one does not."""
    own = stored.type in (EventType.SIGNUP, EventType.PURCHASE) and stored.outcome in COUNTS
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


def _friends(overlay: Overlay, events: Sequence[Event]) -> set[str]:
    """Persons known already whose referrals these events may change."""
    found: set[str] = set()
    for event in events:
        identities = event.to if event.type == EventType.SHARE else event.person
        person = find_person(overlay, identities) if identities else None
        if person is not None:
            found.add(person)
        if event.order and event.order in overlay.purchases and overlay.purchases[event.order].person:
            found.add(overlay.root(overlay.purchases[event.order].person or ""))
        if event.type == EventType.VISIT:
            found.update(overlay.root(e.person or "") for e in overlay.waiting.get(event.id, ()))
    return found


def load_cases(session: Session, overlay: Overlay, friends: set[str], referrals: Iterable[str] = ()) -> None:
    """The referrals of these friends in every program, their rewards, and those of the referrals named."""
    members = {m for friend in friends for m in overlay.group(friend)}
    rows = gather.referrals_of(session, overlay.workspace.id, sorted(overlay.programs), members) if members else []
    extra = set(referrals) - {r.id for r in rows}
    if extra:
        more = gather.referrals_by_id(session, overlay.workspace.id, extra)
        others = {m for r in more if overlay.roots for m in overlay.group(r.friend)} - members
        if others:  # of a merged person: the referrals of everybody who is that person
            more += gather.referrals_of(session, overlay.workspace.id, sorted(overlay.programs), others)
        rows = list({r.id: r for r in [*rows, *more]}.values())
    for row in rows:
        overlay.keep(Case(row.id, row.program, row.friend, row.state, row.revision, row.status, {}, row.has_rewards))
    with_rewards = {row.id for row in rows if row.has_rewards}
    if with_rewards:
        for reward in gather.rewards_of_referrals(session, overlay.workspace.id, with_rewards):
            overlay.put_reward(reward)


def _load_history(session: Session, overlay: Overlay, friends: set[str]) -> None:
    """A referral is begun from all that is known of the friend, so a program that starts later knows earlier orders."""
    begins = [key for key, versions in overlay.programs.items() if versions.live.status in BEGINS]
    lacking = {f for f in friends if any((program, f) not in overlay.cases for program in begins)}
    load_history(session, overlay, lacking)


def load_history(session: Session, overlay: Overlay, friends: set[str]) -> None:
    """All stored events of these friends, and what those events name."""
    if not friends:
        return
    members = {m for friend in friends for m in overlay.group(friend)}
    stored = gather.events_of_people(session, overlay.workspace.id, members)
    shares = gather.shares_to(session, overlay.workspace.id, members)
    orders = sorted({e.order_key for e in stored if e.type == EventType.PURCHASE and e.order_key})
    refunds = gather.events_by_order(session, overlay.workspace.id, orders) if orders else []
    by_id = {e.id: e for e in [*stored, *refunds]}
    for event in by_id.values():
        if event.type == EventType.REFUND:
            overlay.refunds[event.order_key or ""] = [
                *[r for r in overlay.refunds[event.order_key or ""] if r.id != event.id],
                event,
            ]
        if event.type != EventType.SHARE and event.person:
            overlay.history[overlay.root(event.person)].append(event)
    for share in shares:
        overlay.history[overlay.root(share.other_person or "")].append(share)
    _load_visits(session, overlay, {e.visit_ref for e in stored if e.visit_ref})
    visits = [v for found in overlay.visits.values() for v in found]
    links = {e.link for e in [*by_id.values(), *visits] if e.link} - set(overlay.links_by_id)
    if links:
        overlay.links_by_id.update(gather.links_by_id(session, overlay.workspace.id, links))


def _advocates(overlay: Overlay, events: Sequence[Event]) -> set[str]:
    """Everybody who may be a contender, or may join by being named."""
    found = {overlay.root(link.person) for link in [*overlay.links.values(), *overlay.links_by_id.values()]}
    found |= {overlay.root(v.other_person) for visits in overlay.visits.values() for v in visits if v.other_person}
    for event in events:
        named = event.person if event.type == EventType.SHARE else event.referred_by
        person = find_person(overlay, named) if named else None
        if person is not None:
            found.add(person)
    for stored in (e for history in overlay.history.values() for e in history):
        person = stored.person if stored.type == EventType.SHARE else stored.other_person
        if person is not None:
            found.add(overlay.root(person))
    return found


def load_parties(session: Session, overlay: Overlay, advocates: set[str], friends: set[str]) -> None:
    """Who is enrolled, who brought the contenders, what counters and milestones stand at."""
    for case in overlay.by_id.values():  # also the second referral of a person who is being merged
        state = case.state
        advocates.update(overlay.root(t.advocate) for t in state.touches.values())
        advocates.update(
            overlay.root(a) for a in (state.counted_for, state.concluded and state.concluded.advocate) if a
        )
    members = {m for a in advocates | friends for m in overlay.group(a)}
    if members:
        overlay.advocates = gather.advocates_of(session, overlay.workspace.id, members)
    enrolled = {person for _, person in overlay.advocates}
    if enrolled & {m for f in friends for m in overlay.group(f)} and advocates:
        group = {m for a in advocates for m in overlay.group(a)}
        found = gather.referrers_of(session, overlay.workspace.id, group)
        overlay.referrers = {(p, overlay.root(f)): overlay.root(a) for (p, f), a in found.items()}
    _load_limits(session, overlay, advocates, friends)


def _load_limits(session: Session, overlay: Overlay, advocates: set[str], friends: set[str]) -> None:
    keys: set[str] = set()
    counting: list[str] = []
    for key, versions in overlay.programs.items():
        keys.update(limit_keys(versions.live, advocates, friends))
        if any(r.structure == Structure.MILESTONE for v in versions.versions for r in v.rules):
            counting.append(key)
            keys.update(count_key(key, a) for a in advocates)
    if keys:
        overlay.counters = gather.counters(session, overlay.workspace.id, keys)
    if counting and advocates:
        group = {m for a in advocates for m in overlay.group(a)}
        for reward in gather.milestone_rewards(session, overlay.workspace.id, sorted(counting), group):
            overlay.put_reward(reward)
    for reward in overlay.due:
        if reward.referral is None:
            overlay.put_reward(reward)
