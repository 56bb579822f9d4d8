"""A small town: one program, its advocates and friends, decided by the domain alone. No database, no Django."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import orjson

from passaparola.domain.attribution.bind import AdvocateFacts, ProgramVersions
from passaparola.domain.decide import claims, decide
from passaparola.domain.decision import Decision, ReferralFacts, World
from passaparola.domain.events.event import CANCELLED, told_by_browser
from passaparola.domain.instant import DAY, Instant
from passaparola.domain.ledger.accounts import OWED_TO_PEOPLE, Transfer, TransferKind
from passaparola.domain.precedence import who_earns
from passaparola.domain.programs import read_program
from passaparola.domain.programs.compiled import Program, ProgramStatus
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.kept import dump_state, load_state
from passaparola.domain.referrals.state import (
    FriendState,
    Hearsay,
    Order,
    Reached,
    Touch,
    TouchKind,
)
from passaparola.domain.rewards.change import ASKS, Reward, RewardChange, free, leave_queue, queue_elsewhere
from passaparola.domain.rewards.limits import CounterMove, moves_of
from passaparola.domain.rewards.queue import leaving

KEY = "p" * 32
WAITS = {
    "hold": "pending",
    "queued": "queued",
    "advocate_unconfirmed": "unconfirmed",
    "rewards_paused": "paused",
    "waits_for_claim": "to claim",
}
LATENESS_DAYS = 30
SOURCES = {TransferKind.SINGLE: 1, TransferKind.POST: 1, TransferKind.REVERSAL: -1}


@dataclass(frozen=True)
class Told:
    """One event of one friend. `names` are (kind, advocate) that it brings along; `visits` are visits it names."""

    kind: str  # invite, visit, anonymous, signup, order, refund, stage, customer, known
    friend: str
    at: Instant
    id: str
    advocate: str = ""
    code: str = ""
    named: str = ""
    visit: str = ""
    order: str = ""
    amount: int | None = None
    unit: str = "EUR"
    only_date: bool = False
    item: str = ""
    stage: str = ""
    facts: tuple[tuple[str, str | int | bool], ...] = ()
    organic: bool = False  # staff entered it


@dataclass
class Town:
    """What is known and what was given. `now` never runs backwards."""

    versions: ProgramVersions
    now: Instant = 0
    states: dict[str, FriendState] = field(default_factory=lambda: defaultdict(FriendState))
    rewards: dict[str, dict[tuple[str, str, str, str], Reward]] = field(default_factory=lambda: defaultdict(dict))
    milestones: dict[tuple[str, str], dict[str, Reward]] = field(default_factory=lambda: defaultdict(dict))
    counters: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    standing: dict[str, AdvocateFacts | None] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)
    visits: dict[str, Told] = field(default_factory=dict)
    naming: dict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))
    buyers: dict[str, str] = field(default_factory=dict)
    orphans: dict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))
    owed: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    last: dict[str, Decision] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    rewards_paused: bool = False
    choices: dict[tuple[str, str, str], str] = field(default_factory=dict)  # (program, person, choice) → a rule
    booked: int = 0  # how many changes
    neighbours: list["Town"] = field(default_factory=list, repr=False)  # the same people in other programs

    # -- events -------------------------------------------------------------------------------------------------------------

    def tell(self, told: Told, *, now: Instant | None = None) -> None:
        """Fold one event into the friends it concerns, and decide them."""
        for friend in self.take_in(told, now=now):
            self.settle(friend)

    def take_in(self, told: Told, *, now: Instant | None = None) -> list[str]:
        """Fold one event into the friends it concerns."""
        self.now = max(self.now, told.at if now is None else now)
        late = told.at < self.now - LATENESS_DAYS * DAY
        friends = list(self._concerned(told))
        for friend in friends:
            if late:
                self.states[friend].late.add(told.id)
            self._fold(friend, told)
        return friends

    def _concerned(self, told: Told) -> Iterable[str]:
        if told.kind in ("visit", "anonymous"):
            self.visits[told.id] = told
            waiting = [t.friend for t in self.naming[told.id]]
            return dict.fromkeys([*([told.friend] if told.kind == "visit" else []), *waiting])
        if told.kind == "refund":
            self.orphans[told.order].append(told)
            return [self.buyers[told.order]] if told.order in self.buyers else []
        if told.visit and told.stage != CANCELLED:
            self.naming[told.visit].append(told)
        if told.kind == "order" and not told_by_browser(told.id):
            self.buyers.setdefault(told.order, told.friend)
        return [told.friend]

    def _fold(self, friend: str, told: Told) -> None:
        state = self.states[friend]
        if told.kind == "invite":
            state.touch(Touch(f"email:{told.advocate}", told.at, told.id, TouchKind.EMAIL, told.advocate))
        elif told.kind in ("visit", "anonymous"):
            if told.kind == "visit" and told.friend == friend:
                state.touch(visit_touch(told, None, own=True))
            for by in self.naming[told.id]:
                if by.friend == friend:
                    state.touch(visit_touch(told, by))
        elif told.kind == "customer":
            state.customer(told.at, told.only_date)
        elif told.kind == "known":
            state.known(told.at)
        elif told.kind == "refund":
            state.refund(told.order, told.id, told.amount, told.unit if told.amount is not None else None)
        elif told.kind == "order" and told_by_browser(told.id):
            self._fold_report(state, told)
        else:
            self._fold_own(state, told)

    def _fold_own(self, state: FriendState, told: Told) -> None:
        moment, facts = (told.at, told.id), dict(told.facts) or None
        if told.kind == "stage":
            unit = told.unit if told.amount is not None else None
            state.reach(Reached(told.stage, *moment, told.amount, unit, facts, told.order))
        if told.stage == CANCELLED:
            return
        if told.code:
            state.touch(Touch(f"code:{told.id}", told.at, told.id, TouchKind.CODE, told.code, None, moment))
        if told.named:
            kind = TouchKind.ORGANIC if told.organic else TouchKind.NAMED
            state.touch(Touch(f"named:{told.id}", told.at, told.id, kind, told.named, None, moment))
        if told.visit in self.visits:
            state.touch(visit_touch(self.visits[told.visit], told))
        if told.kind == "signup":
            state.sign_up(*moment)
            if facts and "segment" in facts:
                state.tell_segment((*moment, str(facts["segment"])))
        elif told.kind == "order":
            state.order(Order(told.order, told.at, told.id, told.amount or 0, told.unit, (), told.item, facts))
            for refund in self.orphans[told.order]:
                self._fold(told.friend, refund)

    def _fold_report(self, state: FriendState, told: Told) -> None:
        apart = FriendState()
        self._fold_own(apart, replace(told, id=told.id.replace("web-", "apart-")))
        touches = {t.id: replace(t, event=told.id, named=(told.at, told.id)) for t in apart.touches.values()}
        heard = Order(
            told.order, told.at, told.id, told.amount or 0, told.unit, (), told.item, dict(told.facts) or None
        )
        state.hear(Hearsay(heard, touches))

    # -- decisions ----------------------------------------------------------------------------------------------------------

    def world(self) -> World:
        people = {self.roots.get(t.advocate, t.advocate) for s in self.states.values() for t in s.all_touches()}
        facts = {p: self.standing.get(p, AdvocateFacts(p)) for p in people}
        known = {p: f for p, f in facts.items() if f is not None}
        milestones = {key: list(found.values()) for key, found in self.milestones.items()}
        return World(
            known, self.roots, self.counters, milestones, self.rewards_paused, paces=self.paces(), choices=self.choices
        )

    def paces(self) -> dict[tuple[str, str], dict[str, Instant]]:
        found: dict[tuple[str, str], dict[str, Instant]] = defaultdict(dict)
        for friend, state in self.states.items():
            if state.counted_for and state.standing is not None and state.standing.counted_at is not None:
                advocate = self.roots.get(state.counted_for, state.counted_for)
                found[(KEY, advocate)][f"r-{friend}"] = state.standing.counted_at
        return found

    def taken(self, friend: str) -> dict[str, str]:
        """The friend's conversions that earn in a neighbour's program."""
        if not self.neighbours:
            return {}
        everybody = [self, *self.neighbours]
        claimed = [claims(town.facts(friend), town.versions, town.world()) for town in everybody]
        return who_earns(claimed).taken_from(self.versions.live.key)

    def facts(self, friend: str) -> ReferralFacts:
        return ReferralFacts(f"r-{friend}", self.roots.get(friend, friend), self.states[friend], self.rewards[friend])

    def settle(self, friend: str) -> Decision:
        """Decide one friend and book what follows, as the store would."""
        self.states[friend] = load_state(dump_state(self.states[friend]))
        world = self.world()
        world.taken = self.taken(friend)
        decision = decide(self.facts(friend), self.versions, world, now=self.now)
        assert orjson.loads(orjson.dumps(decision.explanation))
        state = self.states[friend]
        state.concluded, state.counted_for, state.standing = (
            decision.conclusion, decision.counted_for, decision.standing,
        )  # fmt: skip
        self.findings += [f.kind for f in decision.findings]
        self.last[friend] = decision
        self.do(decision.changes, decision.moves, friend)
        return decision

    def do(self, changes: Iterable[RewardChange], moves: Sequence[CounterMove], friend: str = "") -> None:
        """Book what was decided, and move the counters."""
        for change in changes:
            self.book(change, friend)
        for move in moves:
            if move.exact:
                assert move.seen == self.counters[move.key]
            self.counters[move.key] += move.delta
        for move in moves:
            assert self.counters[move.key] >= 0, move
            assert move.ceiling is None or move.delta <= 0 or self.counters[move.key] <= move.ceiling, move

    def book(self, change: RewardChange, friend: str) -> None:
        reward = change.after
        self.booked += 1
        if change.before is None:
            assert reward.key not in self.rewards[friend], "given twice for one thing"
            reward = replace(
                reward, id=f"w{sum(map(len, self.rewards.values())) + sum(map(len, self.milestones.values()))}"
            )
        for transfer in change.transfers:
            self._move(transfer)
        if reward.referral is None:
            self.milestones[(reward.rule, reward.beneficiary)][reward.occasion] = reward
        else:
            self.rewards[friend][reward.key] = reward

    def _move(self, transfer: Transfer) -> None:
        assert transfer.amount > 0
        sign = SOURCES.get(TransferKind(transfer.kind), 0)
        account = transfer.debit if sign < 0 else transfer.credit
        if account.kind in OWED_TO_PEOPLE:
            self.owed[(account.person, transfer.unit)] += sign * transfer.amount

    def let_fall_due(self, now: Instant) -> None:
        """Every hold that is over by now ends."""
        self.now = max(self.now, now)
        for friend, reward in list(self.all_rewards()):
            if reward.reason == Reason.HOLD and reward.hold_until is not None and reward.hold_until <= now:
                self._free(friend, reward, reward.hold_until)

    def let_go(self, now: Instant) -> None:
        """What waits in a queue leaves it where there is room, as the clock would have it."""
        self.now = max(self.now, now)
        friends = {reward.id: friend for friend, reward in self.all_rewards() if reward.queued_on is not None}
        waiting = [reward for _, reward in self.all_rewards() if reward.queued_on is not None]
        found = leaving(
            sorted(waiting, key=lambda r: int(r.id[1:])),
            program_of=lambda _: self.versions.live,
            root=lambda person: self.roots.get(person, person),
            counters=self.counters,
            now=now,
        )
        for reward, limit in list(found):
            change = (
                queue_elsewhere(reward, limit) if limit else leave_queue(reward, waits=None, now=now, expires_at=None)
            )
            self.book(change, friends[reward.id])
            for move in moves_of(self.versions.live, change, self.roots.get(reward.beneficiary, reward.beneficiary)):
                self.counters[move.key] += move.delta

    def free(self, now: Instant) -> None:
        """An address was confirmed, or a pause is over: what waited for it goes on."""
        self.now = max(self.now, now)
        for friend, reward in list(self.all_rewards()):
            if reward.reason in (Reason.ADVOCATE_UNCONFIRMED, Reason.REWARDS_PAUSED):
                self._free(friend, reward, now)
        for friend, decision in list(self.last.items()):
            if any(reason == Reason.REWARDS_PAUSED for _, _, reason in decision.refusals):
                self.settle(friend)

    def _free(self, friend: str, reward: Reward, now: Instant) -> None:
        facts = self.standing.get(reward.beneficiary)
        unconfirmed = facts is not None and facts.provisional and reward.side == "advocate"
        waits = Reason.REWARDS_PAUSED if self.rewards_paused else Reason.ADVOCATE_UNCONFIRMED if unconfirmed else None
        rule = next(rule for rule in self.versions.number(reward.version).every_rule if rule.id == reward.rule)
        change = free(reward, waits=waits, now=now, expires_at=None, asks=ASKS.get(rule.fulfil))
        if change is not None:
            self.book(change, friend)

    def use(self, person: str, amount: int) -> None:
        """Somebody pays at a checkout with what they have."""
        for friend, reward in self.all_rewards():
            take = min(amount, reward.available) if reward.beneficiary == person else 0
            if take > 0:
                used = replace(reward, redeemed=reward.redeemed + take)
                if reward.referral is None:
                    self.milestones[(reward.rule, reward.beneficiary)][reward.occasion] = used
                else:
                    self.rewards[friend][reward.key] = used
                self.owed[(person, reward.unit)] -= take
                amount -= take

    def all_rewards(self) -> Iterator[tuple[str, Reward]]:
        for friend, rewards in self.rewards.items():
            yield from ((friend, reward) for reward in list(rewards.values()))
        for found in self.milestones.values():
            yield from (("", reward) for reward in list(found.values()))

    def of(self, person: str) -> dict[tuple[str, str], int]:
        """What somebody has: (unit, how) → amount. How: issued, pending, or pending for a person's approval."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        for _, reward in self.all_rewards():
            if reward.beneficiary == person and reward.net:
                how = reward.state if reward.state == "pending" else "issued"
                found[(reward.unit, WAITS.get(str(reward.reason), "to approve") if how == "pending" else how)] += (
                    reward.net
                )
        return dict(found)

    def end_state(self) -> object:
        """What must not depend on the order of arrival: bindings, first orders, what each person has."""
        bound = {
            f: (d.conclusion.advocate, d.conclusion.at, d.conclusion.version, d.conclusion.first_order)
            for f, d in self.last.items()
            if d.conclusion
        }
        people = {r.beneficiary for _, r in self.all_rewards()}
        return bound, {p: self.of(p) for p in sorted(people) if self.of(p)}


def visit_touch(visit: Told, by: Told | None, *, own: bool = False) -> Touch:
    named = (by.at, by.id) if by else None
    there = dict(visit.facts).get("location")
    location = there if isinstance(there, str) else None
    return Touch(f"visit:{visit.id}", visit.at, visit.id, TouchKind.VISIT, visit.advocate, None, named, own, location)


def versions(*documents: str, every: int = DAY, status: ProgramStatus = ProgramStatus.ACTIVE) -> ProgramVersions:
    """These files as the versions of one program; each in force `every` after the one before."""
    found = tuple(one_version(d, n, (n - 1) * every, status) for n, d in enumerate(documents, 1))
    return ProgramVersions(found, found[-1])


def one_version(document: str, number: int, effective_from: Instant, status: ProgramStatus) -> Program:
    program, findings = read_program(document, key=KEY, version=number, effective_from=effective_from)
    assert program is not None, findings
    return replace(program, status=status)
