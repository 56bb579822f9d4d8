"""A second opinion: what the rules in words give, in plain dictionaries, written without a look at how the product does it.

It knows docs/rules and nothing of `passaparola`. One workspace, one program. Times are microseconds, amounts whole minor units.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.gauntlet.programs import Promise, Terms

DAY = 86_400_000_000
ISSUED = ("issued", "redeemed", "expired")
OWED = {"store_credit": "credit", "voucher": "voucher", "cash": "payable"}  # the account that says so


def midnight_after(at: int, days: int) -> int:
    """The end of the n-th day after, in UTC."""
    return (at // DAY + days + 1) * DAY


def half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


@dataclass
class Prize:
    """One reward as the model sees it. `worth` is earned and not taken back."""

    promise: Promise
    person: str
    friend: str  # "" for a milestone
    worth: int
    state: str
    born: int
    hold: int | None = None
    why: str = ""  # why it waits: hold, paused or undone
    dies: int | None = None
    issued_at: int = 0
    reserved: int = 0
    redeemed: int = 0
    expired: int = 0
    by_person: bool = False
    approved: bool = False  # the last issue was a person's
    order: str = ""  # a voucher's, which is held for it until `until`
    until: int = 0
    off: int = 0  # what a percentage voucher took off that order
    paid: list[int] = field(default_factory=list)  # what was handed over each time, and has not come back

    @property
    def counts(self) -> int:
        return self.worth if self.state in ("pending", *ISSUED) else 0

    @property
    def free(self) -> int:
        spent = self.redeemed + self.reserved + self.expired
        return self.worth - spent if self.state in ("issued", "redeemed") else 0

    @property
    def over(self) -> bool:
        """Ended by a person or by time: no event changes it."""
        return self.state in ("denied", "expired") or (self.state == "cancelled" and self.by_person)


@dataclass
class Friend:
    touches: dict[str, dict[str, Any]] = field(default_factory=dict)
    signups: list[tuple[int, str]] = field(default_factory=list)
    orders: dict[str, tuple[int, str, int]] = field(default_factory=dict)  # number → at, event, amount
    customer_since: int | None = None
    bound: dict[str, Any] | None = None
    counted_for: str | None = None


@dataclass
class Wish:
    promise: Promise
    person: str
    worth: int
    hold: int | None


class Model:
    def __init__(self, terms: Terms, since: int):
        self.versions: list[tuple[int, Terms]] = [(since, terms)]
        self.friends: dict[str, Friend] = {}
        self.prizes: dict[tuple[str, str, str], Prize] = {}  # promise, person, occasion
        self.counts: dict[str, int] = {}
        self.seen: set[str] = set()
        self.buyer: dict[str, str] = {}
        self.refunds: dict[str, dict[str, int | None]] = {}
        self.visits: dict[str, tuple[int, str]] = {}
        self.quoted: dict[str, list[tuple[str, int, str]]] = {}  # visit → friends' events that name it
        self.carts: dict[str, dict[str, Any]] = {}
        self.same_as: dict[str, str] = {}  # merged → who stands for both
        self.births = 0
        self.paused = False
        self.suspended: set[str] = set()  # advocates
        self.kept_low: set[str] = set()  # friends of whom something could not be raised for the pause

    @property
    def live(self) -> Terms:
        return self.versions[-1][1]

    def version_at(self, at: int) -> int:
        return max([n for n, (since, _) in enumerate(self.versions) if since <= at], default=0)

    # -- events -------------------------------------------------------------------------------------------------------------

    def tell(self, event: dict[str, Any], now: int) -> str:
        """One event, as it arrives. Its outcome."""
        if event["id"] in self.seen:
            return "duplicate"
        self.seen.add(event["id"])
        event = {**event, **{k: self.one(event[k]) for k in ("who", "by", "to") if k in event}}
        if event["type"] == "purchase" and event["order"] in self.buyer:
            self.decide(
                event["who"], now
            )  # it counts nothing, but is a moment at which refusals by a limit are looked at again
            return "duplicate_order"
        concerned = getattr(self, f"_{event['type']}")(event)
        for name in concerned:
            self.decide(name, now)
        return "recorded"

    def one(self, name: str) -> str:
        """Who stands for this person."""
        return self.same_as.get(name, name)

    def merge(self, keep: str, gone: str, now: int) -> None:
        """Two records are one friend, of whom the second has nothing yet: what is known of both is one history."""
        other, known = self.friends.pop(gone, Friend()), keep in self.friends
        friend = self.friend(keep)
        self.same_as[gone] = keep
        if not known:
            friend.bound = other.bound
        for key, t in other.touches.items():
            self._touch(keep, key, t["kind"], t["at"], t["event"], self.one(t["by"]), t["named"])
        friend.signups += other.signups
        friend.orders |= other.orders
        if other.customer_since is not None:
            friend.customer_since = min(other.customer_since, friend.customer_since or other.customer_since)
        self.buyer = {order: self.one(name) for order, name in self.buyer.items()}
        self.quoted = {v: [(self.one(n), at, key) for n, at, key in said] for v, said in self.quoted.items()}
        self.decide(keep, now)

    def friend(self, name: str) -> Friend:
        return self.friends.setdefault(name, Friend())

    def _share(self, event: dict[str, Any]) -> list[str]:
        self._touch(event["to"], f"email:{event['by']}", "email", event["at"], event["id"], event["by"], None)
        return [event["to"]]

    def _visit(self, event: dict[str, Any]) -> list[str]:
        self.visits[event["id"]] = (event["at"], event["by"])
        waiting = self.quoted.get(event["id"], [])
        for name, at, key in waiting:
            self._touch(name, event["id"], "visit", event["at"], event["id"], event["by"], (at, key))
        return list(dict.fromkeys(name for name, _, _ in waiting))

    def _brought(self, event: dict[str, Any]) -> None:
        """What a friend's own event brings along."""
        moment = (event["at"], event["id"])
        if by := event.get("by"):
            self._touch(event["who"], f"said:{event['id']}", "said", event["at"], event["id"], by, moment)
        if visit := event.get("visit"):
            self.quoted.setdefault(visit, []).append((event["who"], *moment))
            if visit in self.visits:
                at, by = self.visits[visit]
                self._touch(event["who"], visit, "visit", at, visit, by, moment)

    def _signup(self, event: dict[str, Any]) -> list[str]:
        self._brought(event)
        friend = self.friend(event["who"])
        friend.signups.append((event["at"], event["id"]))
        since = event.get("since")
        if since is not None:
            friend.customer_since = min(since, friend.customer_since or since)
        return [event["who"]]

    def _purchase(self, event: dict[str, Any]) -> list[str]:
        self._brought(event)
        self.buyer[event["order"]] = event["who"]
        self.friend(event["who"]).orders[event["order"]] = (event["at"], event["id"], event["amount"])
        return [event["who"]]

    def _refund(self, event: dict[str, Any]) -> list[str]:
        self.refunds.setdefault(event["order"], {})[event["id"]] = event["amount"]
        return [self.buyer[event["order"]]] if event["order"] in self.buyer else []

    def _touch(
        self, name: str, key: str, kind: str, at: int, event: str, by: str, named: tuple[int, str] | None
    ) -> None:
        known = self.friend(name).touches.get(key)
        if known is None:
            self.friend(name).touches[key] = {"kind": kind, "at": at, "event": event, "by": by, "named": named}
            return
        known["named"] = min((n for n in (known["named"], named) if n), default=None)
        if (at, event) < (known["at"], known["event"]):
            known.update(at=at, event=event)

    # -- who brought whom ---------------------------------------------------------------------------------------------------

    def binding(self, name: str) -> dict[str, Any] | None:
        """The first moment at which somebody eligible recommends; the strongest recommendation at that moment."""
        friend = self.friend(name)
        orders = [(at, key) for at, key, _ in friend.orders.values()]
        arrival = min([*friend.signups, *orders], default=None)
        moments = {t["named"] for t in friend.touches.values() if t["named"]} | ({arrival} if arrival else set())
        barred: set[str] = set(friend.bound["barred"]) if friend.bound else set()
        for moment in sorted(moments):
            reached = {key: t for key, t in friend.touches.items() if self._reaches(t, moment, arrival)}
            barred |= {key for key, t in reached.items() if self._suspended(t, name)}
            found = [t for key, t in reached.items() if key not in barred and self._eligible(t, name, moment)]
            if found and not self._customer_before(friend, moment):
                best = min(found, key=lambda t: self._strength(t, moment))
                bound = {"by": best["by"], "moment": moment, "version": self.version_at(moment[0]), "order": None}
                return {**bound, "barred": frozenset(barred)}
        return None

    def _suspended(self, touch: dict[str, Any], name: str) -> bool:
        """A suspended advocate binds nobody, but keeps whom they have. Whom they missed then, they do not get by a resumption, while
        another has that friend (`barred`)."""
        bound = self.friend(name).bound
        return touch["by"] in self.suspended and touch["by"] != name and not (bound and bound["by"] == touch["by"])

    @staticmethod
    def _reaches(touch: dict[str, Any], moment: tuple[int, str], arrival: tuple[int, str] | None) -> bool:
        if touch["named"] == moment:
            return True
        if moment != arrival or touch["at"] > moment[0]:
            return False
        return touch["named"] is None or bool(touch["named"] <= moment)

    def _eligible(self, touch: dict[str, Any], name: str, moment: tuple[int, str]) -> bool:
        days = self.versions[self.version_at(moment[0])][1].bind_days
        fresh = days is None or moment[0] < midnight_after(touch["at"], days)
        return touch["by"] != name and fresh

    @staticmethod
    def _customer_before(friend: Friend, moment: tuple[int, str]) -> bool:
        bought = any(amount > 0 and (at, key) < moment for at, key, amount in friend.orders.values())
        return bought or (friend.customer_since is not None and friend.customer_since < moment[0])

    @staticmethod
    def _strength(touch: dict[str, Any], moment: tuple[int, str]) -> tuple[int, int, int, str]:
        if touch["kind"] == "said":
            return (0, 0, touch["at"], touch["event"])
        if touch["kind"] == "visit":
            quoted = touch["named"] is not None and touch["named"] <= moment
            return (1, 0 if quoted else 1, -touch["at"], touch["event"])
        return (2, 0, touch["at"], touch["event"])

    # -- what is due --------------------------------------------------------------------------------------------------------

    def refunded(self, order: str, amount: int) -> int:
        parts = self.refunds.get(order, {}).values()
        return amount if None in parts else min(amount, sum(p or 0 for p in parts))

    def decide(self, name: str, now: int) -> None:
        friend = self.friend(name)
        self.kept_low.discard(name)
        mine = {key: p for key, p in self.prizes.items() if p.friend == name}
        bound = self.binding(name)
        if friend.bound and any(p.redeemed for p in mine.values()):
            bound = friend.bound
        friend.bound = bound
        occasions = self._occasions(name, friend) if bound else []
        terms = self.versions[bound["version"]][1] if bound else self.live
        wishes = {occasion: self._wishes(name, friend, terms, at, order) for occasion, at, order in occasions}
        self._take_back(mine, wishes, now)
        for occasion, group in wishes.items():
            self._give(name, occasion, group, now)
        whole = [o for o in occasions if self.refunded(o[2], friend.orders[o[2]][2]) < friend.orders[o[2]][2]]
        self._count(friend, bound["by"] if bound and whole else None, terms, now)
        if bound and occasions and terms.first_only and bound["order"] is None:
            friend.bound = {**bound, "order": occasions[0][2]}

    def _occasions(self, name: str, friend: Friend) -> list[tuple[str, int, str]]:
        bound = friend.bound
        assert bound
        terms = self.versions[bound["version"]][1]
        paid = sorted((at, key, number) for number, (at, key, amount) in friend.orders.items() if amount > 0)
        since = [(at, number) for at, key, number in paid if (at, key) >= bound["moment"]]
        if terms.first_only:
            fixed = [(friend.orders[bound["order"]][0], bound["order"])] if bound["order"] else since[:1]
            return [(name, at, number) for at, number in fixed if self._earns(terms, friend, number, at)]
        return [(f"order:{number}", at, number) for at, number in since if self._earns(terms, friend, number, at)]

    @staticmethod
    def _earns(terms: Terms, friend: Friend, number: str, at: int) -> bool:
        assert friend.bound
        in_time = terms.earn_days is None or at < midnight_after(friend.bound["moment"][0], terms.earn_days)
        return in_time and friend.orders[number][2] >= terms.smallest_order

    def _wishes(self, name: str, friend: Friend, terms: Terms, at: int, order: str) -> list[Wish]:
        assert friend.bound
        amount, wishes = friend.orders[order][2], []
        back = self.refunded(order, amount)
        for promise in terms.promises:
            if promise.every:
                continue
            earned = promise.amount or half_up(amount * promise.percent, 100)
            worth = earned - min(earned, half_up(earned * back, amount))
            hold = midnight_after(at, promise.hold) if promise.hold else None
            wishes.append(Wish(promise, friend.bound["by"] if promise.side == "advocate" else name, worth, hold))
        return wishes

    # -- giving and taking --------------------------------------------------------------------------------------------------

    def _take_back(self, mine: dict[tuple[str, str, str], Prize], wishes: dict[str, list[Wish]], now: int) -> None:
        wanted = {(w.promise.id, w.person, occasion): w for occasion, group in wishes.items() for w in group}
        for key, prize in mine.items():
            wish = wanted.get(key)
            if wish is None or wish.worth < prize.counts:
                self._lower(prize, wish, now)

    def _lower(self, prize: Prize, wish: Wish | None, now: int) -> None:
        wanted = wish.worth if wish else 0
        if prize.over or prize.state in ("cancelled", "reversed"):
            return
        if prize.state == "pending":
            if wanted <= 0:
                prize.state = "cancelled"
            else:
                prize.worth = wanted
                self._follow_hold(prize, wish, now)
            return
        back = min(prize.worth - wanted, prize.free)
        prize.worth -= back
        if back and prize.worth == 0:
            prize.state = "reversed"
        elif back and prize.free == 0 and prize.reserved == 0:
            prize.state = "redeemed" if prize.redeemed else "expired"

    @staticmethod
    def _follow_hold(prize: Prize, wish: Wish | None, now: int) -> None:
        if wish and prize.why == "paused":
            prize.hold = wish.hold
        elif wish and prize.why == "hold":
            prize.hold = wish.hold if wish.hold is not None else min(now, prize.hold or now)

    def _give(self, name: str, occasion: str, group: list[Wish], now: int) -> None:
        asked: list[tuple[Wish, Prize | None, int]] = []
        for wish in group:
            prize = self.prizes.get((wish.promise.id, wish.person, occasion))
            if wish.worth <= 0 or (prize and prize.over):
                continue
            if prize and wish.worth <= prize.counts:
                if prize.state == "pending":
                    self._follow_hold(prize, wish, now)
                continue
            if wish.promise.side == "advocate" and wish.person in self.suspended:
                continue
            if self.paused and prize and prize.state in ("issued", "redeemed"):
                self.kept_low.add(name)
                continue
            worth = self._within_caps(wish, prize)
            if worth:
                asked.append((wish, prize, worth))
        if self._budget_allows([worth - (p.counts if p else 0) for _, p, worth in asked]):
            for wish, prize, worth in asked:
                self._raise(name, occasion, wish, prize, worth, now)

    def _within_caps(self, wish: Wish, prize: Prize | None) -> int:
        """What the person's caps leave of the wish, 0 for nothing."""
        had, mine = (prize.counts if prize else 0), [p for p in self.prizes.values() if p.person == wish.person]
        mine = [p for p in mine if p.promise.side == wish.promise.side]
        if wish.promise.side == "advocate" and self.live.advocate_value_cap is not None:
            room = self.live.advocate_value_cap - sum(p.counts for p in mine)
            if wish.worth - had > room:
                return had + room if room > 0 else 0
        elif wish.promise.side == "friend" and self.live.friend_count_cap is not None:
            full = sum(p.counts > 0 for p in mine) >= self.live.friend_count_cap
            return 0 if full and not had else wish.worth
        return wish.worth

    def _budget_allows(self, more: list[int]) -> bool:
        if self.live.budget is None:
            return True
        return sum(p.counts for p in self.prizes.values()) + sum(more) <= self.live.budget

    def _raise(self, name: str, occasion: str, wish: Wish, prize: Prize | None, worth: int, now: int) -> None:
        if prize is None:
            self.births += 1
            prize = Prize(wish.promise, wish.person, "" if wish.promise.every else name, worth, "new", self.births)
            self.prizes[(wish.promise.id, wish.person, occasion)] = prize
        prize.worth = worth
        if prize.state == "pending":
            self._follow_hold(prize, wish, now)
        elif prize.state in ("issued", "redeemed"):
            prize.state = "issued"
        elif self.paused:
            prize.state, prize.why, prize.hold, prize.dies = "pending", "paused", wish.hold, None
        elif wish.hold is not None and wish.hold > now:
            prize.state, prize.why, prize.hold, prize.dies = "pending", "hold", wish.hold, None
        else:
            self._issue(prize, now)

    @staticmethod
    def _issue(prize: Prize, at: int, approved: bool = False) -> None:
        prize.state, prize.hold, prize.why, prize.issued_at = "issued", None, "", at
        prize.dies = at + prize.promise.life * DAY if prize.promise.life else None
        prize.approved, prize.by_person = approved, False

    def _count(self, friend: Friend, advocate: str | None, terms: Terms, now: int) -> None:
        every = [p for p in terms.promises if p.every]
        moves = ((friend.counted_for, -1), (advocate, 1)) if friend.counted_for != advocate else ((advocate, 0),)
        for person, step in moves if every else ():
            if person is not None:
                self.counts[person] = self.counts.get(person, 0) + step
                for promise in every:
                    self._milestones(promise, person, step, now)
        friend.counted_for = advocate if every else None

    def _milestones(self, promise: Promise, person: str, step: int, now: int) -> None:
        """One friend fewer takes back. One more gives, and so does the next event of one counted before: a suspension may be over."""
        reached = self.counts[person] // promise.every
        for (rule, who, occasion), prize in self.prizes.items() if step < 0 else ():
            if rule == promise.id and who == person and int(occasion) > reached:
                self._lower(prize, None, now)
        for n in range(1, reached + 1) if step >= 0 else ():
            self._give("", str(n), [Wish(promise, person, 1, None)], now)

    # -- time, people, checkouts --------------------------------------------------------------------------------------------

    def tick(self, now: int) -> None:
        """Holds end, credit expires and carts that were left let go, each at its own time."""
        left = [
            (c["until"], lambda o=o: self.end_cart(o, "released", now))
            for o, c in self.carts.items()
            if c["state"] == "reserved"
        ]
        left += [
            (p.until, lambda p=p: self.return_voucher(p, now)) for p in self.prizes.values() if p.order and p.reserved
        ]
        for until, let_go in sorted(left, key=lambda item: item[0]):
            if until <= now:
                self._due(until - 1)
                let_go()
        self._due(now)

    def _due(self, now: int) -> None:
        for prize in self.prizes.values():
            if prize.state == "pending" and prize.why == "hold" and (prize.hold or 0) <= now:
                if self.paused:
                    prize.why = "paused"
                else:
                    self._issue(prize, prize.hold or 0)
            self._lapse(prize, now)

    @staticmethod
    def _lapse(prize: Prize, now: int) -> None:
        if prize.dies is not None and prize.dies <= now and prize.free > 0:
            prize.expired += prize.free
            if prize.reserved == 0:
                prize.state = "expired"

    def approve(self, prize: Prize, now: int) -> bool:
        if prize.state != "pending" or self.paused:
            return False
        self._issue(prize, now, approved=True)
        return True

    def end(self, prize: Prize, how: str) -> bool:
        """Deny or cancel."""
        used = prize.redeemed or prize.reserved or prize.expired
        if prize.state != "pending" and (how == "denied" or prize.state != "issued" or used):
            return False
        prize.state, prize.by_person = how, True
        return True

    def undo(self, prize: Prize, key: tuple[str, str, str]) -> bool:
        """What a person did last is taken back, and the reward waits again for a person."""
        if prize.state == "issued" and prize.approved and not (prize.redeemed or prize.reserved or prize.expired):
            prize.state, prize.why, prize.hold, prize.dies = "pending", "undone", None, None
            return True
        if prize.state not in ("denied", "cancelled") or not prize.by_person:
            return False
        worth = min(prize.worth, self._due_now(prize, key))
        if worth <= 0 or not self._has_room(prize, worth):
            return False
        prize.worth, prize.state, prize.why, prize.hold, prize.by_person = worth, "pending", "undone", None, False
        return True

    def _due_now(self, prize: Prize, key: tuple[str, str, str]) -> int:
        if prize.promise.every:
            return 1 if self.counts.get(prize.person, 0) // prize.promise.every >= int(key[2]) else 0
        wishes = self._all_wishes(prize.friend).get(key[2], [])
        return next((w.worth for w in wishes if (w.promise.id, w.person) == key[:2]), 0)

    def _has_room(self, prize: Prize, worth: int) -> bool:
        mine = [p for p in self.prizes.values() if (p.person, p.promise.side) == (prize.person, prize.promise.side)]
        value, count = self.live.advocate_value_cap, self.live.friend_count_cap
        if prize.promise.side == "advocate":
            room = value is None or sum(p.counts for p in mine) + worth <= value
        else:
            room = count is None or sum(p.counts > 0 for p in mine) < count
        return room and self._budget_allows([worth])

    def resume(self, now: int) -> None:
        """What waited for it is issued, or goes on waiting for its hold; what could not be raised is decided again."""
        self.paused = False
        for prize in self.prizes.values():
            if prize.state == "pending" and prize.why == "paused":
                if prize.hold is not None and prize.hold > now:
                    prize.why = "hold"
                else:
                    self._issue(prize, now)
        low, self.kept_low = self.kept_low, set()
        for name in [name for name in self.friends if name in low]:
            self.decide(name, now)

    def change_program(self, terms: Terms, now: int) -> None:
        self.versions.append((now, terms))

    # -- checkouts ----------------------------------------------------------------------------------------------------------

    def reserve(self, person: str, amount: int, order: str, now: int, until: int) -> bool:
        """Store credit for a cart: what expires first is used first, then what was issued first."""
        lots = [p for p in self.prizes.values() if p.person == person and p.promise.kind == "store_credit"]
        lots = [p for p in lots if p.state == "issued" and p.free > 0 and (p.dies is None or p.dies > now)]
        if sum(p.free for p in lots) < amount:
            return False
        parts = []
        for prize in sorted(lots, key=lambda p: (p.dies or 2**62, p.issued_at, p.born)):
            take = min(amount, prize.free)
            if take:
                prize.reserved += take
                parts.append((prize, take))
                amount -= take
        self.carts[order] = {"state": "reserved", "parts": parts, "until": until, "n": len(self.carts)}
        return True

    def end_cart(self, order: str, state: str, now: int) -> None:
        """Capture, release or give back."""
        cart = self.carts[order]
        cart["state"] = state
        for prize, part in cart["parts"]:
            if state == "returned":
                prize.redeemed -= part
                prize.state = "issued"
            else:
                prize.reserved -= part
                prize.redeemed += part if state == "captured" else 0
            if state != "captured":
                self._lapse(prize, now)
            elif prize.free == 0 and prize.reserved == 0:
                prize.state = "redeemed"
        if state != "captured":
            self._think_again([prize for prize, _ in cart["parts"]], now)

    @staticmethod
    def _counts_for(prize: Prize, order: str, now: int) -> bool:
        dead = not prize.order and prize.dies is not None and prize.dies <= now
        return prize.state == "issued" and prize.order in ("", order) and not dead

    def hold_voucher(self, prize: Prize, order: str, now: int, until: int) -> bool:
        """Set a voucher aside for an order."""
        if prize.state == "redeemed" and prize.order == order:
            return True
        if not self._counts_for(prize, order, now):
            return False
        prize.order, prize.until, prize.reserved = order, until, prize.worth
        return True

    def redeem_voucher(self, prize: Prize, order: str, basket: int, now: int, percent: int) -> bool:
        """Use it. What a fixed one has left over is lost."""
        if prize.state == "redeemed" and prize.order == order:
            return True
        if not self._counts_for(prize, order, now):
            return False
        off = half_up(basket * percent, 100) if percent else min(prize.worth, basket)
        prize.order, prize.reserved, prize.state = order, 0, "redeemed"
        prize.redeemed = prize.worth if percent else off
        prize.expired, prize.off = (0, off) if percent else (prize.worth - off, 0)
        return True

    def return_voucher(self, prize: Prize, now: int) -> None:
        """Released before its use, or given back after it."""
        prize.reserved = prize.redeemed = prize.expired = prize.off = 0
        prize.state, prize.order = "issued", ""
        self._lapse(prize, now)
        self._think_again([prize], now)

    def cancel_order(self, order: str, now: int) -> int:
        """Whatever it holds is released, whatever it used comes back. The number of credits and vouchers that did."""
        cart = self.carts.get(order, {"state": ""})
        held = cart["state"] in ("reserved", "captured")
        if held:
            self.end_cart(order, "released" if cart["state"] == "reserved" else "returned", now)
        vouchers = [p for p in self.prizes.values() if p.order == order]
        for prize in vouchers:
            self.return_voucher(prize, now)
        return int(held) + len(vouchers)

    # -- money --------------------------------------------------------------------------------------------------------------

    @staticmethod
    def owed(prize: Prize) -> int:
        return prize.free if prize.state == "issued" else 0

    def pay_out(self, prize: Prize, told: int | None) -> str:
        """All that is owed leaves the firm, once. What became of it."""
        owed = self.owed(prize)
        if prize.promise.kind != "cash":
            return "not_payable"
        if not owed:
            return "already_handed_over" if prize.redeemed else "not_owed"
        if told not in (None, owed):
            return "amount_mismatch"
        prize.paid.append(owed)
        prize.redeemed += owed
        prize.state = "redeemed"
        return "handed_over"

    def take_payout_back(self, prize: Prize, now: int) -> bool:
        """The last payout came back: it is owed again."""
        if not prize.paid:
            return False
        prize.redeemed -= prize.paid.pop()
        prize.state = "issued"
        self._think_again([prize], now)
        return True

    def _think_again(self, freed: list[Prize], now: int) -> None:
        """Where something is to come back by now, the friend is decided anew: a claw-back that came up short is completed, and what came
        while something had left the firm counts after all."""
        for name in sorted({p.friend for p in freed if p.friend}):
            mine = {key: p for key, p in self.prizes.items() if p.friend == name}
            wanted = {(w.promise.id, w.person, o): w.worth for o, g in self._all_wishes(name).items() for w in g}
            left = {key: p.counts for key, p in mine.items() if p.free > 0 or p.state == "pending"}
            if any(counts > wanted.get(key, 0) for key, counts in left.items()):
                self.decide(name, now)
        for (_, _, occasion), prize in list(self.prizes.items()):
            every = prize.promise.every if prize in freed else 0
            if every and self.counts.get(prize.person, 0) // every < int(occasion):
                self._lower(prize, None, now)

    def _all_wishes(self, name: str) -> dict[str, list[Wish]]:
        """What the friend's events ask for now, by occasion."""
        friend = self.friend(name)
        before, mine = friend.bound, [p for p in self.prizes.values() if p.friend == name]
        friend.bound = before if before and any(p.redeemed for p in mine) else self.binding(name)
        try:
            if friend.bound is None:
                return {}
            terms = self.versions[friend.bound["version"]][1]
            return {o: self._wishes(name, friend, terms, at, order) for o, at, order in self._occasions(name, friend)}
        finally:
            friend.bound = before

    # -- the books ----------------------------------------------------------------------------------------------------------

    def rewards(self) -> dict[tuple[str, str, str], tuple[str, int, int, int, int]]:
        """Natural key → state, what counts, reserved, redeemed, expired."""
        return {k: (p.state, p.counts, p.reserved, p.redeemed, p.expired) for k, p in self.prizes.items()}

    def balances(self) -> dict[tuple[str, str], int]:
        """(account kind, person) → what must be posted there; only what is not zero."""
        found: dict[tuple[str, str], int] = {}

        def add(kind: str, person: str, amount: int) -> None:
            found[(kind, person)] = found.get((kind, person), 0) + amount

        for p in self.prizes.values():
            if p.state in ISSUED:
                add(OWED[p.promise.kind], p.person, p.worth - p.redeemed - p.expired)
                add("expense", "", p.worth + p.off)
                add("redeemed", "", p.redeemed)
                add("breakage", "", p.expired)
                add("discount", "", p.off)
            elif p.state == "pending":
                add("waiting", "", p.worth)
            add("held", "", p.reserved)
        return {key: amount for key, amount in found.items() if amount}
