"""The product and the model, told the same: after each step they must agree on every reward, every balance and every binding."""

import itertools
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from passaparola.actions.acting import Asked, Performed
from passaparola.actions.advocates.standing import resume, suspend
from passaparola.actions.clock import run_clock
from passaparola.actions.credit.end import capture, give_back, release
from passaparola.actions.credit.orders import cancel_order
from passaparola.actions.credit.reserve import Wanted, reserve
from passaparola.actions.events.record import Arrival, record_events
from passaparola.actions.payables.hand_over import Told, hand_over, take_back
from passaparola.actions.people.merge import merge
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.rewards import operate
from passaparola.actions.rewards.pause import pause_rewards, resume_rewards
from passaparola.actions.vouchers import end as voucher_end
from passaparola.actions.vouchers import redeem as voucher_use
from passaparola.actions.workspaces import ensure_workspace
from passaparola.domain.events.read import read_event
from passaparola.domain.instant import DAY, SECOND, parse_instant
from passaparola.domain.rewards.vouchers import Basket
from passaparola.store.session import reading
from tests.gauntlet.model import Model, Prize
from tests.gauntlet.programs import SUBJECTS
from tests.gauntlet.published import published
from tests.gauntlet.seen import Key, agree, look
from tests.ledger_clean import assert_books_balance, assert_log_gives_the_books

START = parse_instant("2026-03-01T09:00:00Z")
HOUR = 3600 * SECOND
ADVOCATES, FRIENDS = ("ada", "abe", "ana"), ("ben", "bea", "bob", "bil")
KEPT, TWIN = "bob", "bil"  # the last friend brings nobody, and may turn out to be the one before
AMOUNTS = (0, 100, 199, 200, 999, 1050, 3333, 10_000)
VOUCHER_PERCENT = {"second": 20}
_numbers = itertools.count(1)
anybody, friends = st.sampled_from([*ADVOCATES, *FRIENDS]), st.sampled_from(FRIENDS)
recommended = st.sampled_from([None, *ADVOCATES, *ADVOCATES, *FRIENDS])
hours_ago = st.sampled_from([0, 0, 0, 1, 30, 100, 200])
pick = st.integers(0, 10_000)
together = st.sampled_from([False, False, True])  # whether the event waits for the next and goes in one batch with it


class Ledger(RuleBasedStateMachine):
    """One workspace with one program, its advocates and their friends."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0
        self.now = START
        self.told: list[dict[str, Any]] = []
        self.waiting: list[tuple[dict[str, Any], int]] = []
        self.carts: dict[str, str] = {}  # order → the reservation's id
        self.people: dict[str, str] = {}
        self.ids: dict[Key, str] = {}
        self.voucher_codes: dict[Key, str] = {}

    @initialize(program=st.sampled_from(sorted(SUBJECTS)))
    def open(self, program: str) -> None:
        subject = self.subject = SUBJECTS[program]
        self.version = 0
        self.number = next(_numbers)
        self.workspace = ensure_workspace(slug=f"model-{self.number}", now=self.now)
        apply_program(subject.file(0), workspace=self.workspace, now=self.now, actor="olga")
        self.model = Model(subject.terms[0], self.now)
        self.codes: dict[str, str] = {}
        for advocate in ADVOCATES:
            self._tell({"type": "share", "by": advocate, "to": "nobody"}, 0, False)
        self._send()
        with reading() as session:
            rows = session.rows(
                "SELECT i.value, l.code, a.id FROM store_sharelink l JOIN store_identity i ON i.person_id = l.person_id"
                " AND i.kind = 'customer_id' JOIN store_advocate a ON a.program_id = l.program_id AND a.person_id = l.person_id"
                " WHERE l.workspace_id = %(ws)s::uuid",
                ws=self.workspace,
            )
        self.codes = {name: code for name, code, _ in rows}
        self.advocates = {name: key for name, _, key in rows}

    # -- events -------------------------------------------------------------------------------------------------------------

    @rule(by=anybody, friend=friends, ago=hours_ago, wait=together)
    def share(self, by: str, friend: str, ago: int, wait: bool) -> None:
        self._tell({"type": "share", "by": _elder(by, friend), "to": friend}, ago, wait)

    @rule(by=st.sampled_from(ADVOCATES), ago=hours_ago, wait=together)
    def visit(self, by: str, ago: int, wait: bool) -> None:
        self._tell({"type": "visit", "by": by}, ago, wait)

    @rule(friend=friends, by=recommended, by_code=st.booleans(), ago=hours_ago, wait=together, n=pick)
    def sign_up(self, friend: str, by: str | None, by_code: bool, ago: int, wait: bool, n: int) -> None:
        event = {"type": "signup", "who": friend, **self._recommended(friend, by, by_code, n)}
        if n % 11 == 0:
            event["since"] = self.now - n % 7 * DAY
        self._tell(event, ago, wait)

    @rule(friend=friends, amount=st.sampled_from(AMOUNTS), by=recommended, ago=hours_ago, wait=together, n=pick)
    def buy(self, friend: str, amount: int, by: str | None, ago: int, wait: bool, n: int) -> None:
        brought = self._recommended(friend, by if n % 3 == 0 else None, n % 2 == 0, n)
        self._tell(
            {"type": "purchase", "who": friend, "order": self._next_order(), "amount": amount, **brought}, ago, wait
        )

    @rule(friend=friends, visited=anybody, by=recommended, amount=st.sampled_from(AMOUNTS[3:]), n=pick)
    def come_and_buy(self, friend: str, visited: str, by: str | None, amount: int, n: int) -> None:
        """What most friends do: a visit, then a sign-up that may name somebody else, then an order."""
        events: list[dict[str, Any]] = [
            {"type": "signup", "who": friend, **self._recommended(friend, by, n % 2 == 0, n)}
        ]
        if visited in ADVOCATES:
            self._tell({"type": "visit", "by": visited}, 0, True)
            events[0] = {**events[0], "visit": self.told[-1]["id"]}
        events.append({"type": "purchase", "who": friend, "order": self._next_order(), "amount": amount})
        for event in events:
            self._tell(event, 0, n % 3 == 0)

    @rule(ahead=st.booleans(), amount=st.sampled_from([None, 1, 33, 500, 2000]), wait=together, n=pick)
    def refund(self, ahead: bool, amount: int | None, wait: bool, n: int) -> None:
        """Also of an order that has not been told yet."""
        orders = list(self.model.buyer) or [self._next_order()]
        order = self._next_order() if ahead else orders[n % len(orders)]
        self._tell({"type": "refund", "order": order, "amount": amount}, 0, wait)

    @precondition(lambda self: self.told)
    @rule(wait=together, n=pick)
    def tell_again(self, wait: bool, n: int) -> None:
        self._keep(dict(self.told[n % len(self.told)]), wait)

    @precondition(lambda self: self.model.buyer)
    @rule(wait=together, n=pick)
    def tell_by_another_route(self, wait: bool, n: int) -> None:
        """The same order under another event id."""
        known = [e for e in self.told if e["type"] == "purchase"]
        twin = {k: v for k, v in known[n % len(known)].items() if k in ("type", "who", "order", "amount", "at")}
        self._keep({**twin, "id": f"e{self._step()}"}, wait)

    def _recommended(self, friend: str, by: str | None, by_code: bool, n: int) -> dict[str, Any]:
        """A code, a name, or the token of a visit told before or not yet."""
        if by is None:
            visits = [e["id"] for e in self.told if e["type"] == "visit"]
            return {"visit": visits[n % len(visits)]} if visits and n % 2 else {}
        by = _elder(by, friend)
        return {"by": by, "by_code": by_code and by in self.codes}

    def _next_order(self) -> str:
        """Also before it is told: refunds may come first."""
        return f"o{len({e['order'] for e in self.told if e['type'] == 'purchase'})}"

    # -- time and people ----------------------------------------------------------------------------------------------------

    @rule(days=st.sampled_from([0, 1, 2, 3, 10, 31]), hours=st.sampled_from([0, 1, 7]))
    def time_passes(self, days: int, hours: int) -> None:
        self._send()
        self.now += days * DAY + hours * HOUR
        run_clock(self.workspace, now=self.now)
        self.model.tick(self.now)
        self.compare()

    @precondition(lambda self: self.model.prizes)
    @rule(verb=st.sampled_from(["approve", "deny", "cancel", "undo", "undo"]), n=pick)
    def operate(self, verb: str, n: int) -> None:
        self._send()
        self._step()
        key, prize = self._prize(n)
        performed = getattr(operate, verb)(self.ids[key], asked=self._asked())
        if verb == "approve":
            agreed = self.model.approve(prize, self.now)
        elif verb == "undo":
            agreed = self.model.undo(prize, key)
        else:
            agreed = self.model.end(prize, {"deny": "denied", "cancel": "cancelled"}[verb])
        self._same(performed, agreed)

    @rule()
    def pause_or_resume_rewards(self) -> None:
        self._send()
        self._step()
        if self.model.paused:
            performed: Performed[Any] = resume_rewards(asked=self._asked())
            self.model.resume(self.now)
        else:
            performed = pause_rewards(asked=self._asked())
            self.model.paused = True
        self._same(performed, True)

    @rule(advocate=st.sampled_from(ADVOCATES))
    def suspend_or_resume_an_advocate(self, advocate: str) -> None:
        self._send()
        self._step()
        act = resume if advocate in self.model.suspended else suspend
        performed = act(self.advocates[advocate], asked=self._asked())
        self.model.suspended ^= {advocate}
        self._same(performed, True)

    @rule()
    def change_the_program(self) -> None:
        self._send()
        self._step()
        self.version = 1 - self.version
        apply_program(self.subject.file(self.version), workspace=self.workspace, now=self.now, actor="olga")
        self.model.change_program(self.subject.terms[self.version], self.now)
        self.compare()

    @precondition(lambda self: TWIN not in self.model.same_as and {KEPT, TWIN} <= set(self.people))
    @rule()
    def two_records_are_one_friend(self) -> None:
        self._send()
        self._step()
        if any(TWIN in (p.person, p.friend) for p in self.model.prizes.values()):
            return
        performed = merge(self.people[KEPT], duplicate=self.people[TWIN], asked=self._asked())
        self.model.merge(KEPT, TWIN, self.now)
        self._same(performed, True)

    # -- checkouts ----------------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.model.prizes)
    @rule(n=pick, amount=st.sampled_from([1, 100, 300, 450, 500, 900]))
    def put_credit_in_a_cart(self, n: int, amount: int) -> None:
        self._send()
        person, order = self._prize(n)[1].person, f"cart-{self._step()}"
        until = self.now + (1 if n % 2 else 100) * DAY
        wanted = Wanted(self.people[person], self.model.live.currency, amount, order, until)
        performed = reserve(wanted, asked=self._asked())
        self._same(performed, self.model.reserve(person, amount, order, self.now, until))
        if performed.result is not None:
            self.carts[order] = performed.result.id

    @precondition(lambda self: self.model.carts)
    @rule(verb=st.sampled_from(["captured", "released", "returned"]), n=pick)
    def end_a_cart(self, verb: str, n: int) -> None:
        self._send()
        self._step()
        order = list(self.model.carts)[n % len(self.model.carts)]
        state = self.model.carts[order]["state"]
        act = {"captured": capture, "released": release, "returned": give_back}[verb]
        performed = act(self.carts[order], asked=self._asked())
        legal = state == ("captured" if verb == "returned" else "reserved")
        if legal:
            self.model.end_cart(order, verb, self.now)
        self._same(performed, legal or state == verb)

    @precondition(lambda self: self.vouchers())
    @rule(hold=st.booleans(), basket=st.sampled_from([1, 250, 300, 5000]), n=pick)
    def use_a_voucher(self, hold: bool, basket: int, n: int) -> None:
        self._send()
        key, prize = self._voucher(n)
        order = prize.order if prize.order and n % 2 else self._order_for_a_voucher(n)
        percent = VOUCHER_PERCENT.get(key[0], 0)
        if percent and basket < 5:
            basket = 5  # a share that is nothing takes nothing off
        code, shown = self.voucher_codes[key], Basket(order, basket, self.model.live.currency)
        if hold:
            until = self.now + (n % 5 + 1) * DAY
            performed = voucher_use.reserve(code, basket=shown, asked=self._asked(), until=until)
            agreed = self.model.hold_voucher(prize, order, self.now, until)
        else:
            performed = voucher_use.redeem(code, basket=shown, asked=self._asked())
            agreed = self.model.redeem_voucher(prize, order, basket, self.now, percent)
        self._same(performed, agreed)

    @precondition(lambda self: any(p.order for _, p in self.vouchers()))
    @rule(n=pick)
    def return_a_voucher(self, n: int) -> None:
        self._send()
        self._step()
        taken = [(key, p) for key, p in self.vouchers() if p.order]
        key, prize = taken[n % len(taken)]
        act = voucher_end.give_back if prize.state == "redeemed" else voucher_end.release
        performed = act(self.voucher_codes[key], order=prize.order, asked=self._asked())
        self.model.return_voucher(prize, self.now)
        self._same(performed, True)

    @precondition(lambda self: self.model.carts or any(p.order for _, p in self.vouchers()))
    @rule(n=pick)
    def cancel_an_order(self, n: int) -> None:
        """With credit, a voucher, or both; also one that holds nothing any more."""
        self._send()
        self._step()
        orders = sorted({*self.model.carts, *(p.order for _, p in self.vouchers() if p.order)})
        order = orders[n % len(orders)]
        performed = cancel_order(order, asked=self._asked())
        undone = self.model.cancel_order(order, self.now)
        assert performed.result is not None
        assert len(performed.result.credit) + len(performed.result.vouchers) == undone, performed
        self._same(performed, True)

    def _order_for_a_voucher(self, n: int) -> str:
        """Of its own, or one that has credit and no voucher."""
        step, taken = self._step(), {p.order for p in self.model.prizes.values()}
        carts = [order for order in self.model.carts if order not in taken]
        return carts[n % len(carts)] if carts and n % 3 == 0 else f"till-{step}"

    def vouchers(self) -> list[tuple[Key, Prize]]:
        return [(k, p) for k, p in self.model.prizes.items() if k in self.voucher_codes]

    def _voucher(self, n: int) -> tuple[Key, Prize]:
        found = self.vouchers()
        return found[n % len(found)]

    # -- money --------------------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.owes_money())
    @rule(n=pick, count=st.sampled_from([1, 2, 5]), wrong=st.sampled_from([None, None, None, 1]))
    def pay_out(self, n: int, count: int, wrong: int | None) -> None:
        """Some rewards in one run, perhaps one twice, perhaps with an amount that is not owed. Nothing is paid while rewards are paused."""
        self._send()
        self._step()
        chosen = [self._prize(n + i * (n % 3)) for i in range(count)]
        told = [(key, prize, wrong and self.model.owed(prize) + wrong) for key, prize in chosen]
        lines = [Told(self.ids[key], f"bank-{n % 2}-{self.steps}", amount=amount) for key, _, amount in told]
        performed = hand_over(lines, asked=self._asked())
        expected = [] if self.model.paused else [self.model.pay_out(prize, amount) for _, prize, amount in told]
        found = [outcome.outcome for outcome in performed.result or ()]
        assert found == expected, f"payouts: found {found}, the model says {expected}"
        self._same(performed, not self.model.paused)

    @precondition(lambda self: self.owes_money())
    @rule(n=pick)
    def a_payout_comes_back(self, n: int) -> None:
        self._send()
        self._step()
        money = self.owes_money()
        key, prize = money[n % len(money)]
        performed = take_back(self.ids[key], asked=self._asked())
        self._same(performed, self.model.take_payout_back(prize, self.now))

    def owes_money(self) -> list[tuple[Key, Prize]]:
        return [(key, prize) for key, prize in self.model.prizes.items() if prize.promise.kind == "cash"]

    # -- telling and comparing ----------------------------------------------------------------------------------------------

    def _step(self) -> int:
        self.steps += 1
        self.now += SECOND + self.steps
        return self.steps

    def _asked(self) -> Asked:
        return Asked(self.workspace, self.now, "olga")

    def _prize(self, n: int) -> tuple[Key, Prize]:
        return list(self.model.prizes.items())[n % len(self.model.prizes)]

    def _tell(self, event: dict[str, Any], ago: int, wait: bool) -> None:
        step = self._step()
        self._keep({"id": f"e{step}", "at": self.now - ago * HOUR, **event}, wait)

    def _keep(self, event: dict[str, Any], wait: bool) -> None:
        self.told.append(event)
        self.waiting.append((event, self.now))
        if not wait or len(self.waiting) > 3:
            self._send()

    def _send(self) -> None:
        """Everything that waited, in one batch; the model takes it one by one."""
        if not self.waiting:
            return
        unit = self.subject.terms[0].currency
        raw = [(published(event, self.codes, unit), now) for event, now in self.waiting]
        arrivals = [Arrival(read_event(event, now=now), now) for event, now in raw]
        answers = record_events(arrivals, workspace=self.workspace)
        expected = [self.model.tell(event, now) for event, now in self.waiting]
        self.waiting = []
        found = [a.failed or a.events[0].outcome for a in answers]
        assert found == expected, f"outcomes: found {found}, the model says {expected}"
        self.compare()

    def _same(self, performed: Performed[Any], agreed: bool) -> None:
        assert (performed.refusal is None) == agreed, f"the product says {performed.refusal!r}, the model {agreed}"
        self.compare()

    def compare(self) -> None:
        seen = look(self.workspace, self.model.one)
        self.people, self.ids, self.voucher_codes = seen.people, seen.ids, seen.voucher_codes
        agree("bound", seen.bound, {name: f.bound["by"] for name, f in self.model.friends.items() if f.bound})
        agree("rewards", seen.rewards, self.model.rewards())
        agree("balances", seen.balances, self.model.balances())

    def teardown(self) -> None:
        if hasattr(self, "model"):
            self._send()
            assert_books_balance(self.workspace)
            if self.number % 10 == 0:
                assert_log_gives_the_books(self.workspace)


def _elder(by: str, friend: str) -> str:
    """Nobody is brought by a friend of their own: who comes later in the list does not bring who comes earlier."""
    return ADVOCATES[0] if by in FRIENDS and FRIENDS.index(by) > FRIENDS.index(friend) else by
