"""One batch at work: each event is stored, folded into the referrals it concerns, decided, and its effects put into the plan."""

from collections.abc import Mapping

import orjson

from passaparola.actions.acts import write_act
from passaparola.actions.advocates.join import join
from passaparola.actions.effects import Cause, book_changes
from passaparola.actions.events.due import NEVER, DueList, due_key
from passaparola.actions.events.fold import fold
from passaparola.actions.events.overlay import BEGINS, COUNTS, REPORTED, Case, Overlay, find_person, names_a_visit
from passaparola.actions.referrals.settle import settle
from passaparola.actions.rewards.terms import asks, end_of_life
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.attribution.segments import SEGMENT
from passaparola.domain.events.event import BROWSER_SOURCE, BY_STAFF, Event, EventType, told_by_browser
from passaparola.domain.instant import Instant
from passaparola.domain.people.identity import Identity
from passaparola.domain.programs.access import BY_EVENTS, Join
from passaparola.domain.programs.compiled import Program
from passaparola.domain.referrals.state import FriendState
from passaparola.domain.rewards.change import Reward, RewardChange, RewardState, expire, free
from passaparola.domain.values import value
from passaparola.store.ids import new_id
from passaparola.store.read.gather import LinkRow, StoredEvent
from passaparola.store.write.messages import FORGET_MAC
from passaparola.store.write.plan import Plan

RECORDED, DUPLICATE, CONFLICT = "recorded", "duplicate", "event_conflict"
DUPLICATE_ORDER, ORDER_CONFLICT = "duplicate_order", "order_conflict"
TELLS_SEGMENT = frozenset({EventType.SIGNUP, EventType.PURCHASE, EventType.STAGE})
UNKNOWN_PERSON = "unknown_person"
FRIEND_BOUND = "friend_bound"  # staff tell of a friend who is bound: nobody is moved, and nothing stored


@value(frozen=True, slots=True)
class Recorded:
    """What became of one event. `event` is our id of it ("" when nothing was stored)."""

    event: str
    external_id: str
    outcome: str


class Work:
    def __init__(self, overlay: Overlay, plan: Plan, due: DueList | None = None):
        self.overlay = overlay
        self.plan = plan
        self.ws = plan.workspace
        self._due = DueList(overlay.due) if due is None else due
        self._position = 0

    # -- time ---------------------------------------------------------------------------------------------------------------

    def fall_due(self, until: Instant, *, now: Instant | None = None) -> int:
        """Let holds end and rewards expire that were due by `until`, in the order of their times, booked at `now` (at `until`).

        Returns the number of steps taken.
        """
        steps = 0
        while (due := self._due.take(until)) is not None:
            reward = self.overlay.reward_now(due)
            at = due_key(due)[0]
            if due_key(reward)[0] == at:
                steps += self._one_due(reward, at, until if now is None else now)
        return steps

    def _one_due(self, reward: Reward, at: Instant, now: Instant) -> int:
        again = reward.expired > 0  # something came back to life after its end: it fell due when that happened
        cause = Cause(f"due:{reward.id}:{now if again else at}", "clock", None)
        change: RewardChange | None = None
        if reward.state == RewardState.PENDING:
            change = free(
                reward,
                waits=self.overlay.waits(reward),
                now=at,
                expires_at=end_of_life(reward, self.overlay.programs, at),
                asks=asks(reward, self.overlay.programs),
            )
        elif reward.expires_at is not None and reward.available > 0:
            change = expire(reward)
        if change is None:
            return 0
        for booked in book_changes([change], cause, self.overlay, self.plan, at=now):
            self.watch(booked.after)
        return 1

    def watch(self, reward: Reward) -> None:
        """Put a reward among what falls due."""
        if due_key(reward)[0] < NEVER:
            self._due.put(reward)

    # -- events -------------------------------------------------------------------------------------------------------------

    def record(self, event: Event, *, now: Instant, late: bool = False, until_due: bool = False) -> Recorded:
        """Store one event and decide what it means. An event known already changes nothing."""
        known = self.overlay.events.get((event.source, event.id))
        content = event.content_hash()
        if known is not None:
            if known.content_hash == content:
                return Recorded(known.id, event.id, DUPLICATE)
            self.find(
                "event_conflict",
                f"{event.source}:{event.id}:{content}",
                {"stored": known.content_hash, "told": content},
                now,
            )
            return Recorded(known.id, event.id, CONFLICT)
        if event.code and self._link(event) is None:
            self.find("unknown_code", f"{event.source}:{event.id}", {"code": event.code}, now)
        if self._unknown(event.person) or self._unknown(event.to):
            return Recorded("", event.id, UNKNOWN_PERSON)
        if self._unknown(event.referred_by):
            self.find("unknown_advocate", f"{event.source}:{event.id}", {"named": event.referred_by[0][1]}, now)
        if self.overlay.gates is not None:
            self.overlay.gates.take(event.source, event.id)
        stored = self._stored(event, content, now, late)
        self._say_known(event, stored, now, until_due)
        self._insert(stored, event.channel, now, until_due)
        self.overlay.events[(event.source, event.id)] = stored
        if stored.outcome in COUNTS:
            self._remember(stored)
            self._join(event, stored, now)
            if self.overlay.gates is not None:
                self.overlay.gates.note(stored, stored.person)
            for friend in self._concerned(stored):
                self._decide(friend, stored, now)
        return Recorded(stored.id, event.id, stored.outcome)

    def _say_known(self, event: Event, stored: StoredEvent, now: Instant, until_due: bool) -> None:
        """Before a friend's own event, that they are a customer under another spelling of their address: once, and for the log."""
        if self.overlay.mailboxes is None or stored.person is None or stored.outcome not in COUNTS:
            return
        known = self.overlay.mailboxes.concluded(event, stored.person, self.overlay)
        if known is None or (known.source, known.external_id) in self.overlay.events:
            return
        self._insert(known, "", now, until_due)
        self.overlay.events[(known.source, known.external_id)] = known
        self._decide(known.person or stored.person, known, now)

    def _unknown(self, identities: tuple[Identity, ...]) -> bool:
        """Whether they name a person by our id whom we do not know."""
        known = self.overlay.known_people
        return bool(identities) and any(kind == "person" and key not in known for kind, key in identities)

    def _stored(self, event: Event, content: str, now: Instant, late: bool) -> StoredEvent:
        link = self._link(event)
        person = self.person(event.person, now, alone=told_by_browser(event.id))
        if event.type == EventType.SHARE and person is None and link is not None:
            person = self.overlay.root(link.person)
        other = self.person(
            event.to if event.type == EventType.SHARE else event.referred_by, now, alone=told_by_browser(event.id)
        )
        outcome, order = self._order_outcome(event, person, now)
        if event.type == EventType.REFUND:
            self._compare_refund(event, now)
        return StoredEvent(
            new_id(), event.source, event.id, event.type, event.at, person, other, link.id if link else None, order, event.refund,
            event.amount, event.unit, event.visit, event.customer_since, event.only_date, outcome, content, late,
            event.item or None, event.stage or None, self._facts(event, person),
        )  # fmt: skip

    def _facts(self, event: Event, person: str | None) -> str | None:
        """What the event tells further, as it is kept; and the segment the firm counts the person in, where windows go by it and the event
        names none: what was decided by it can be decided again when the firm says something else, or nothing any more."""
        if not (event.facts or self.overlay.segments):
            return None
        told = dict(event.facts)
        if self.overlay.segments and person in self.overlay.segments and event.type in TELLS_SEGMENT:
            told = dict(sorted({SEGMENT: self.overlay.segments[person], **told}.items()))
        return dump(told) if told else None

    def _link(self, event: Event) -> LinkRow | None:
        """The link of the code that the event brings. One that was switched off is as good as unknown."""
        link = self.overlay.links.get(event.code) if event.code else None
        return link if link is not None and link.active else None

    def _order_outcome(self, event: Event, person: str | None, now: Instant) -> tuple[str, str | None]:
        """One order is one conversion, whatever route told us: later tellings are stored and count nothing."""
        if event.type == EventType.PURCHASE and event.source == BROWSER_SOURCE and told_by_browser(event.id):
            return REPORTED, event.order
        if event.type != EventType.PURCHASE or event.order not in self.overlay.purchases:
            return RECORDED, event.order
        first = self.overlay.purchases[event.order]
        same_person = first.person is None or person == self.overlay.root(first.person)
        if same_person and (first.amount, first.unit) == (event.amount, event.unit):
            return DUPLICATE_ORDER, event.order
        detail = {"order": event.order, "stored": [first.amount, first.unit], "told": [event.amount, event.unit]}
        self.find("order_conflict", f"{event.order}:{event.source}:{event.id}", detail, now)
        return ORDER_CONFLICT, event.order

    def _compare_refund(self, event: Event, now: Instant) -> None:
        """One refund told with two amounts: the larger counts, and an operator should look."""
        for told in self.overlay.refunds.get(event.order or "", ()):
            if told.refund_key == event.refund and (told.amount, told.unit) != (event.amount, event.unit):
                detail = {"stored": [told.amount, told.unit], "told": [event.amount, event.unit]}
                self.find("refund_conflict", f"{event.order}:{event.refund}:{event.source}:{event.id}", detail, now)

    def person(self, identities: tuple[Identity, ...], now: Instant, *, alone: bool = False) -> str | None:
        """The person of these identities, made when unknown; identities not yet known are added to them.

        With `alone` only a browser vouches for them: they add nothing to somebody who is known already.
        """
        if not identities:
            return None
        person = find_person(self.overlay, identities)
        if person is None:
            if identities[0][0] == "person":
                return None
            person = self.fresh(identities)
            self.plan.add("person", person, self.ws, "", None, 0, now)
            if self.overlay.gates is not None:
                self.overlay.gates.fresh.add(person)
        elif alone:
            return person
        for identity in identities:
            if identity[0] == "person":
                continue
            other = self.overlay.people.get(identity)
            if other is None:
                other = self._know(identity, person, now)
            if other is not None and self.overlay.root(other) != person:
                detail = {"person": person, "other": other, "kind": identity[0]}
                self.find("two_people_one_identity", f"{person}:{other}:{identity[0]}", detail, now)
        return person

    def fresh(self, identities: tuple[Identity, ...]) -> str:  # noqa: ARG002  a rehearsal's follows from them
        """The id of somebody who is not known yet."""
        return new_id()

    def _know(self, identity: Identity, person: str, now: Instant) -> str | None:
        """Know a person by this identity from now on; who was known by it and forgotten."""
        self.overlay.people[identity] = person
        self.plan.add("identity", new_id(), self.ws, identity[0], identity[1], person, now)
        if self.overlay.mailboxes is not None and identity[0] == "email":
            self.overlay.mailboxes.know(identity[1], person)
        return self._recall(identity)

    def _recall(self, identity: Identity) -> str | None:
        """Who was invited under this address and forgotten: it is somebody's again, and its hash goes."""
        forgotten = self.overlay.recalled.pop(identity, None)
        if forgotten is None:
            return None
        self.plan.guarded.append((FORGET_MAC, {"ws": self.ws, "mac": forgotten.mac}))
        return forgotten.person

    def _insert(self, stored: StoredEvent, channel: str, now: Instant, until_due: bool) -> None:
        self._position += 1
        self.plan.add(
            "event", stored.id, self.ws, self.plan.batch, self._position, stored.source, stored.external_id, str(stored.type), stored.at,
            now, until_due, stored.late, stored.person, stored.other_person, stored.link, stored.order_key, stored.refund_key,
            stored.amount, stored.unit, stored.visit_ref,
            channel, stored.customer_since, stored.only_date, stored.outcome, stored.content_hash, stored.item, stored.stage,
            stored.facts,
        )  # fmt: skip

    def _remember(self, stored: StoredEvent) -> None:
        if self.overlay.mailboxes is not None:
            self.overlay.mailboxes.note(stored)
        if stored.type == EventType.VISIT:
            self.overlay.visits[stored.external_id].append(stored)
        elif stored.type == EventType.PURCHASE and stored.outcome == RECORDED:
            self.overlay.purchases[stored.order_key or ""] = stored
        elif stored.type == EventType.REFUND:
            self.overlay.refunds[stored.order_key or ""].append(stored)
        if names_a_visit(stored):
            self.overlay.waiting[stored.visit_ref or ""].append(stored)

    def _join(self, event: Event, stored: StoredEvent, now: Instant) -> None:
        """Who recommends becomes an advocate where they may; a pause binds friends, too, and gives nothing.

        Who shares a link of ours has their part in its program already, perhaps an unconfirmed one, and gets none in others by it. Who
        signs up becomes one in a program that says `automatic_on_signup`. What staff enter is about the program that they name.
        """
        person = stored.person if event.type == EventType.SHARE else stored.other_person
        if event.type == EventType.SHARE and stored.link is not None:
            person = None
        own = stored.person if event.type == EventType.SIGNUP else None
        if person is None and own is None:
            return
        named = dict(event.facts).get("program") if event.source in BY_STAFF else None
        for versions in self.overlay.programs.values():
            live = versions.live
            if live.access not in BY_EVENTS or live.status not in BEGINS or named not in (None, live.slug):
                continue
            join = live.admission.join
            if own is not None and join is Join.AUTOMATIC_ON_SIGNUP:
                self._let_in(live, own, now, signed_up=True)
            if person is not None and join is not Join.BY_ASKING:
                self._let_in(live, person, now)

    def _let_in(self, live: Program, person: str, now: Instant, *, signed_up: bool = False) -> None:
        """Make a person an advocate where the program's rules let them in. Where not anybody may, the log keeps who was let in."""
        if live.is_open:
            self.enrol(live, person, now)
            return
        gates, root = self.overlay.gates, self.overlay.root(person)
        if gates is None or self.overlay.takes_part(live.key, root):
            return
        if signed_up:
            gates.fresh.discard(root)  # by their own sign-up they are known
        if gates.admits(live, root, self.overlay, now) and self.enrol(live, root, now):
            given = {"program": live.slug, "person": root, "event": gates.event}
            write_act(self.plan, "event", "advocate.admit", root, given, now)

    def enrol(self, program: Program, person: str, now: Instant) -> bool:
        """Make a person an advocate of a program, with a link and a code. False when they are one already."""
        return join(program, person, self.overlay, self.plan, now) is not None

    def _concerned(self, stored: StoredEvent) -> list[str]:
        """The friends whose referrals this event is about."""
        if stored.type == EventType.SHARE:
            return [stored.other_person] if stored.other_person else []
        friends: list[str] = []
        if stored.type == EventType.REFUND:
            purchase = self.overlay.purchases.get(stored.order_key or "")
            if purchase is not None and purchase.person:
                friends.append(self.overlay.root(purchase.person))
        if stored.person and not friends:
            friends.append(stored.person)
        if stored.type == EventType.VISIT:
            friends += [self.overlay.root(e.person or "") for e in self.overlay.waiting.get(stored.external_id, ())]
        return list(dict.fromkeys(friends))

    def _decide(self, friend: str, stored: StoredEvent, now: Instant) -> None:
        """Fold the event into the friend's referrals of all programs, then decide them: they may want the same conversion."""
        cause = Cause(f"event:{stored.id}", "event", stored.id)
        cases: list[tuple[Case, ProgramVersions]] = []
        for program, versions in self.overlay.programs.items():
            case = self.overlay.cases.get((program, friend))
            if case is None:
                if versions.live.status not in BEGINS:
                    continue
                case = self.begin(program, friend)
            fold(self.overlay, case, stored)
            cases.append((case, versions))
        rivals = self.overlay.claims(friend) if self.overlay.rivals else None
        for case, versions in cases:
            for booked in settle(case, versions, self.overlay, self.plan, cause=cause, now=now, rivals=rivals):
                self.watch(booked.after)

    def begin(self, program: str, friend: str) -> Case:
        """Begin a referral from all that is known of the friend."""
        case = Case(new_id(), program, friend, FriendState(), None)
        self.overlay.keep(case)
        for stored in self.overlay.history.get(friend, ()):
            fold(self.overlay, case, stored)
        return case

    def find(self, kind: str, key: str, detail: Mapping[str, object], at: Instant) -> None:
        """Tell the operator, once."""
        self.plan.find(kind, key, dump(detail), at)


def dump(value: object) -> str:
    """JSON text as it is kept in the database."""
    return orjson.dumps(value).decode()
