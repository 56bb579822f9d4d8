"""Taking an offer: once for a visit, however often and by whomever it is asked; what a friend left is recorded, mailed and forgotten."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from passaparola.actions.acting import Asked, Performed, done
from passaparola.actions.advocates.enrol import enrol
from passaparola.actions.advocates.standing import suspend
from passaparola.actions.clock import run_clock
from passaparola.actions.events.record import Arrival, record_events
from passaparola.actions.offers import accept as accepting
from passaparola.actions.offers.accept import Accepted, Taker, accept_offer
from passaparola.actions.offers.confirm import confirm_acceptance
from passaparola.actions.offers.record import forget_addresses, record_acceptances
from passaparola.actions.offers.show import OfferState, new_visit, show_offer
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.programs.status import end_program, pause_program
from passaparola.actions.visits.tokens import visit_event
from passaparola.actions.workspaces import ensure_workspace
from passaparola.domain.events.event import Event, EventType
from passaparola.domain.instant import DAY, SECOND
from passaparola.domain.keyring import address_mac, keyring
from passaparola.domain.tokens import Clicked
from passaparola.store import session as counting
from passaparola.store.read.gather import people_by_identity
from passaparola.store.session import reading, writing
from tests.databases import Database, only_sqlite
from tests.ledger_clean import assert_books_balance
from tests.races import at_once

T = TypeVar("T")
NOW = 1_800_000_000 * SECOND
KEYS = keyring("a secret of the tests")
BEN, CARA = "ben@example.com", "cara@example.com"
BY_ORDER = """
program: by-order
name: Five each
currency: USD
trigger: first_purchase
rewards:
  - {side: advocate, kind: store_credit, amount: 5.00}
  - {side: friend, kind: store_credit, amount: 5.00}
"""
BY_SIGNUP = """
program: by-signup
name: Ten off
currency: EUR
trigger: signup
rewards:
  - {side: advocate, kind: store_credit, amount: 3.00}
  - {side: friend, kind: voucher, amount: 10.00}
"""


def race(call: Callable[[], T], callers: int = 4) -> list[T]:
    """All at one moment; every one of them gets an answer."""
    said = at_once(*[call] * callers)
    problems = [s for s in said if isinstance(s, Exception)]
    assert not problems, problems
    return [s for s in said if not isinstance(s, Exception)]


class Town:
    """Ada recommends, and has a link."""

    def __init__(self, program: str) -> None:
        self.workspace = ensure_workspace(slug="main", now=NOW - DAY)
        self.program = apply_program(program, workspace=self.workspace, now=NOW - DAY, actor="Olga").key
        joined = done(enrol(self.program, identities=[("customer_id", "ada")], asked=self.asked(NOW - DAY)))
        self.ada, self.advocate = joined.person, joined.advocate
        self.slug, self.code = self.rows("SELECT slug, code FROM store_sharelink")[0]

    def asked(self, now: int = NOW) -> Asked:
        return Asked(self.workspace, now, "friend")

    def rows(self, statement: str, **values: Any) -> list[Any]:
        with reading() as session:
            return session.rows(statement, **values)

    def count(self, table: str, where: str = "1 = 1") -> int:
        return int(self.rows(f"SELECT COUNT(*) FROM store_{table} WHERE {where}")[0][0])

    def visit(self, now: int = NOW) -> Clicked:
        shown = show_offer(self.slug)
        assert shown is not None
        return new_visit(shown.link, now)

    def take(self, visit: Clicked, address: str = "", *, now: int = NOW, client: str = "") -> Performed[Accepted]:
        return accept_offer(self.slug, taker=Taker(visit, address, "en", client), keys=KEYS, asked=self.asked(now))

    def order(self, *, now: int = NOW, **facts: Any) -> None:
        event = Event("shop", "paid-1", EventType.PURCHASE, now, amount=4000, unit="USD", order="1", **facts)
        record_events([Arrival(event, now)], workspace=self.workspace)

    def rewards(self) -> list[Any]:
        return self.rows("SELECT side, beneficiary_id, state FROM store_reward ORDER BY side")


@pytest.fixture
def town(database: Database) -> Town:
    return Town(BY_ORDER)


@pytest.fixture
def voucher_town(database: Database) -> Town:
    return Town(BY_SIGNUP)


def test_taken_twice_it_is_one_acceptance_and_one_visit(town: Town) -> None:
    visit = town.visit()
    first, second = done(town.take(visit)), done(town.take(visit))
    assert (first.new, second.new) == (True, False)
    assert first.acceptance == second.acceptance
    assert town.count("acceptance") == 1
    assert town.rows("SELECT source, external_id, type FROM store_event") == [("link", visit.visit, "visit")]


def test_two_callers_at_once_take_it_once(town: Town) -> None:
    visit = town.visit()
    said = race(lambda: done(town.take(visit, BEN)))
    assert len({s.acceptance for s in said}) == 1
    assert sorted(s.new for s in said) == [False, False, False, True]
    assert town.count("acceptance") == 1
    assert town.count("event") == 1


def test_two_callers_at_once_send_one_mail_and_confirm_once(voucher_town: Town) -> None:
    town, visit = voucher_town, voucher_town.visit()
    race(lambda: done(town.take(visit, BEN)))
    assert town.count("message") == town.count("magiclink") == 1
    (magic,) = town.rows("SELECT id FROM store_magiclink")[0]
    race(lambda: done(confirm_acceptance(magic, asked=town.asked())))
    assert town.count("event", "type = 'signup'") == 1
    assert town.count("voucher") == 1
    assert_books_balance(town.workspace)


def test_an_address_can_be_added_but_not_changed(town: Town) -> None:
    visit = town.visit()
    for address in ("", BEN, CARA):
        done(town.take(visit, address))
    assert town.rows("SELECT address, address_mac FROM store_acceptance") == [(BEN, address_mac(KEYS, BEN))]


def test_an_order_under_the_address_is_attributed_without_cookie_or_code(town: Town) -> None:
    done(town.take(town.visit(), BEN))
    assert record_acceptances(town.workspace, now=NOW + SECOND) == 1
    assert town.rows("SELECT address FROM store_acceptance") == [("",)]
    town.order(now=NOW + DAY, person=(("email", BEN),))
    assert [side for side, _, _ in town.rewards()] == ["advocate", "friend"]
    assert town.rewards()[0][1] == town.ada
    assert record_acceptances(town.workspace, now=NOW + DAY) == 0
    assert_books_balance(town.workspace)


def test_an_order_that_came_before_the_clock_is_attributed_all_the_same(town: Town) -> None:
    done(town.take(town.visit(), BEN))
    town.order(now=NOW + SECOND, person=(("email", BEN),))
    assert town.rewards() == []
    run_clock(town.workspace, now=NOW + 2 * SECOND)
    assert [side for side, _, _ in town.rewards()] == ["advocate", "friend"]
    assert_books_balance(town.workspace)


def test_without_the_address_the_order_is_nobodys(town: Town) -> None:
    """The planted fault: were the visit not recorded under the address, the test above would pass for another reason."""
    done(town.take(town.visit()))
    run_clock(town.workspace, now=NOW + SECOND)
    town.order(now=NOW + DAY, person=(("email", BEN),))
    assert town.rewards() == []


def test_the_shop_may_tell_the_same_visit_afterwards(town: Town) -> None:
    visit = town.visit()
    done(town.take(visit, BEN))
    run_clock(town.workspace, now=NOW + SECOND)
    (again,) = record_events([Arrival(visit_event(visit), NOW + DAY)], workspace=town.workspace)
    assert again.events[0].outcome == "duplicate"
    town.order(now=NOW + DAY, person=(("email", BEN),), visit=visit.visit)
    assert [side for side, _, _ in town.rewards()] == ["advocate", "friend"]
    assert town.count("finding") == 0


def test_known_and_unknown_addresses_cost_the_same(voucher_town: Town) -> None:
    """A74: not only the same answer, but the same statements and the same mails."""
    town = voucher_town
    known = Event("shop", "s", EventType.SIGNUP, NOW - DAY, person=(("email", CARA),))
    record_events([Arrival(known, NOW)], workspace=town.workspace)
    done(town.take(town.visit(), "warm@example.com"))  # caches
    cost = {}
    for address in (BEN, CARA):
        before, visit = counting.statements, town.visit()
        done(town.take(visit, address))
        cost[address] = counting.statements - before
    assert cost[BEN] == cost[CARA]
    assert town.count("message") == 3
    columns = "kind, state, language, person_id"
    assert len(town.rows(f"SELECT DISTINCT {columns} FROM store_message")) == 1


@only_sqlite
def test_a74_a_planted_look_at_who_is_known_is_noticed(voucher_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is known already gets no mail to confirm: the same answer, but other work."""
    honest = accepting._mail

    def looks(acceptance: str, taker: Taker, *more: Any) -> None:
        desk = more[-1]
        identity = ("email", taker.address)
        if identity not in people_by_identity(desk.session, desk.workspace.id, [identity]):
            honest(acceptance, taker, *more)

    monkeypatch.setattr(accepting, "_mail", looks)
    with pytest.raises(AssertionError):
        test_known_and_unknown_addresses_cost_the_same(voucher_town)


def test_one_mail_an_address_and_day(voucher_town: Town) -> None:
    town = voucher_town
    for _ in range(3):
        done(town.take(town.visit(), BEN))
    assert town.count("acceptance") == 3
    assert town.count("message") == 1
    done(town.take(town.visit(NOW + DAY), BEN, now=NOW + DAY))
    assert town.count("message") == 2


def test_a_network_that_leaves_too_many_addresses_is_refused(voucher_town: Town) -> None:
    town = voucher_town
    said = [town.take(town.visit(), f"x{n}@example.com", client="203.0.113.7") for n in range(31)]
    assert [s.refusal.reason for s in said if s.refusal] == ["too_many_asked"]
    assert town.count("message") == 30
    assert town.take(town.visit(), BEN, client="198.51.100.1").refusal is None


def test_confirming_is_a_sign_up_that_names_the_visit_and_gives_the_voucher(voucher_town: Town) -> None:
    town, visit = voucher_town, voucher_town.visit()
    done(town.take(visit, BEN))
    ((magic,),) = town.rows("SELECT id FROM store_magiclink")
    assert town.count("voucher") == 0
    later = NOW + 60 * SECOND
    first = done(confirm_acceptance(magic, asked=town.asked(later)))
    again = done(confirm_acceptance(magic, asked=town.asked(later + SECOND)))
    assert first == again
    ((source, event, ref),) = town.rows("SELECT source, external_id, visit_ref FROM store_event WHERE type = 'signup'")
    assert (source, event, ref) == ("landing", first.acceptance, visit.visit)
    assert [side for side, _, _ in town.rewards()] == ["advocate", "friend"]
    assert town.count("voucher") == 1
    assert town.rows("SELECT address FROM store_acceptance") == [("",)]
    assert_books_balance(town.workspace)


def test_a_link_that_is_too_old_confirms_nothing(voucher_town: Town) -> None:
    town = voucher_town
    done(town.take(town.visit(), BEN))
    ((magic,),) = town.rows("SELECT id FROM store_magiclink")
    said = confirm_acceptance(magic, asked=town.asked(NOW + DAY))
    assert said.refusal is not None
    assert said.refusal.reason == "link_too_old"
    assert town.count("event", "type = 'signup'") == 0
    assert confirm_acceptance(magic, asked=town.asked(NOW + DAY - 1)).refusal is None


def test_addresses_are_forgotten_after_14_days_and_found_again_by_their_hash(voucher_town: Town) -> None:
    town = voucher_town
    done(town.take(town.visit(), BEN))
    assert forget_addresses(town.workspace, now=NOW + 14 * DAY) == 0
    run_clock(town.workspace, now=NOW + 14 * DAY + 1)
    assert town.rows("SELECT address, address_mac FROM store_acceptance") == [("", address_mac(KEYS, BEN))]


def test_a_closed_offer_is_not_taken(town: Town) -> None:
    visit = town.visit()

    def state() -> str:
        shown = show_offer(town.slug)
        assert shown is not None
        said = town.take(visit)
        assert said.refusal is not None
        assert said.refusal.reason == "offer_closed"
        return str(shown.state)

    suspend(town.advocate, asked=town.asked())
    assert state() == OfferState.OVER
    with writing() as session:
        session.run("UPDATE store_advocate SET status = 'provisional'")
    assert show_offer(town.slug).state is OfferState.OPEN  # type: ignore[union-attr]
    with writing() as session:
        session.run("UPDATE store_sharelink SET active = %(no)s", no=False)
    assert state() == OfferState.OVER
    with writing() as session:
        session.run("UPDATE store_sharelink SET active = %(yes)s", yes=True)
    pause_program(town.program, asked=town.asked())
    assert state() == OfferState.PAUSED
    end_program(town.program, asked=town.asked())
    assert state() == OfferState.OVER
    assert town.count("acceptance") == 0


def test_a_visit_of_another_link_takes_nothing(town: Town) -> None:
    visit = town.visit()
    said = town.take(Clicked(visit.visit, visit.at, "OTHER"))
    assert said.refusal is not None
    assert said.refusal.reason == "other_link"
