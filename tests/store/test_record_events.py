"""What becomes of events: who they are about, what was known before, and what they cost the database."""

from typing import Any

import pytest

from passaparola.actions.acting import Asked
from passaparola.actions.events.record import Submission, record_submissions
from passaparola.actions.imports.events import import_events
from passaparola.actions.people.customers import Customer, import_customers
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.programs.status import end_program, pause_program, resume_program
from passaparola.domain.instant import DAY
from passaparola.inbound.keyring import the_keyring
from passaparola.store import session as sessions
from passaparola.store.read.idempotency import Keyed
from tests.databases import Database
from tests.histories import START, a_workspace
from tests.ledger_clean import assert_books_balance
from tests.shops import good
from tests.store.telling import (
    GIVE_FIVE,
    NOW,
    arrivals,
    at,
    count,
    findings,
    has,
    order,
    person,
    query,
    referral,
    signup,
    tell,
)

FIVE = {"EUR": 500}


def program_id(workspace: str) -> str:
    return str(query("SELECT id FROM store_program WHERE workspace_id = %(ws)s::uuid", ws=workspace)[0][0])


@pytest.fixture
def workspace(database: Database) -> str:
    return a_workspace(GIVE_FIVE)


# -- people -------------------------------------------------------------------------------------------------------------------


def test_who_signs_up_and_buys_is_rewarded_with_who_brought_them(workspace: str) -> None:
    assert tell(workspace, signup("ben", referred_by="ada"), order("ben", "o1")) == ["recorded", "recorded"]
    assert referral(workspace, "ben")[:3] == ("converted", None, "ada")
    assert has(workspace, "ada") == has(workspace, "ben") == FIVE
    assert_books_balance(workspace)


def test_an_unknown_person_id_of_ours_is_told_and_nothing_is_stored(workspace: str) -> None:
    tell(workspace, signup("ben"))
    ours = f"per_{person(workspace, 'ben')}"
    assert tell(workspace, order(ours, "o1")) == ["recorded"]
    assert tell(workspace, order(f"per_{'0' * 32}", "o2")) == ["unknown_person"]
    assert count("event", workspace) == 2


def test_a_named_advocate_who_does_not_exist_is_a_finding(workspace: str) -> None:
    assert tell(workspace, signup("ben", referred_by=f"per_{'0' * 32}")) == ["recorded"]
    assert findings(workspace) == ["unknown_advocate"]


def test_an_unknown_code_is_a_finding_and_a_code_that_was_switched_off_as_well(workspace: str) -> None:
    tell(workspace, signup("ada", referred_by="eva"), signup("ben", code="NO-SUCH"))
    assert findings(workspace) == ["unknown_code"]
    ((code,),) = query("SELECT code FROM store_sharelink WHERE workspace_id = %(ws)s::uuid", ws=workspace)
    tell(workspace, signup("cleo", code=code))
    assert referral(workspace, "cleo")[2] == "eva"
    with sessions.writing() as session:
        session.run("UPDATE store_sharelink SET active = (1 = 0) WHERE workspace_id = %(ws)s::uuid", ws=workspace)
    tell(workspace, signup("dan", code=code))
    assert referral(workspace, "dan")[2] is None
    assert findings(workspace) == ["unknown_code", "unknown_code"]


def test_identities_told_together_are_one_person(workspace: str) -> None:
    tell(workspace, signup("ben", email="Ben@Example.com"))
    tell(workspace, order("", "o1", email="ben@example.com", phone="+48 123 456 789"))
    assert (
        person(workspace, "ben")
        == person(workspace, "ben@example.com", "email")
        == person(workspace, "+48123456789", "phone")
    )
    assert list(referral(workspace, "ben")[3].orders) == ["o1"]
    assert count("person", workspace) == 1


def test_our_own_id_takes_further_identities(workspace: str) -> None:
    tell(workspace, signup("ben"))
    ours = person(workspace, "ben")
    tell(workspace, order(f"per_{ours}", "o1", email="ben@example.com"))
    assert person(workspace, "ben@example.com", "email") == ours


def test_two_identities_of_two_persons_are_a_finding_and_the_stronger_counts(workspace: str) -> None:
    tell(workspace, signup("ben"), signup("cleo", email="cleo@example.com"))
    assert tell(workspace, order("ben", "o1", email="cleo@example.com")) == ["recorded"]
    assert findings(workspace) == ["two_people_one_identity"]
    assert list(referral(workspace, "ben")[3].orders) == ["o1"]
    assert not referral(workspace, "cleo")[3].orders


def test_an_invited_address_that_signs_up_is_bound_to_who_invited_it(workspace: str) -> None:
    share = {"id": "s1", "type": "share", "at": at(0), "person": "ada", "to": "ben@example.com", "channel": "email"}
    tell(workspace, share)
    tell(workspace, signup("ben", email="ben@example.com"))
    assert referral(workspace, "ben")[:3] == ("bound", None, "ada")


# -- twice, and by other routes -----------------------------------------------------------------------------------------------


def test_the_same_event_again_is_a_duplicate_and_other_content_a_conflict(workspace: str) -> None:
    assert tell(workspace, signup("ben", referred_by="ada"), signup("ben", referred_by="ada")) == [
        "recorded",
        "duplicate",
    ]
    assert tell(workspace, signup("ben", referred_by="ada")) == ["duplicate"]
    assert findings(workspace) == []
    assert tell(workspace, signup("ben", referred_by="eva")) == ["event_conflict"]
    assert findings(workspace) == ["event_conflict"]
    assert referral(workspace, "ben")[2] == "ada"


def test_an_order_is_one_order_whatever_the_route(workspace: str) -> None:
    tell(workspace, signup("ben", referred_by="ada"), order("ben", "o1"))
    shop = order("ben", "o1", id="shop-7", order="o1", source="shop")
    assert tell(workspace, shop) == ["duplicate_order"]
    other = order("ben", "o1", id="api-9", order="o1", source="api", minor=9_999)
    assert tell(workspace, other) == ["order_conflict"]
    assert findings(workspace) == ["order_conflict"]
    assert has(workspace, "ada") == FIVE
    assert referral(workspace, "ben")[3].paid_orders()[0].amount == 1_000
    assert_books_balance(workspace)


def test_an_import_decides_each_event_under_the_version_then_in_force_or_the_first_where_it_is_older(
    database: Database,
) -> None:
    workspace = a_workspace(GIVE_FIVE, now=START + 10 * DAY)
    seven = GIVE_FIVE.replace("5.00", "7.00")
    apply_program(seven, workspace=workspace, now=START + 20 * DAY, actor="olga")
    days = {"older": 5, "first": 15, "second": 25}
    told = [event for who, day in days.items()
            for event in (signup(who, day, referred_by=f"by-{who}"), order(who, f"o-{who}", day + 0.5))]  # fmt: skip
    lines = list(enumerate(told, 1))
    imported = import_events(lines, workspace=workspace, now=START + 30 * DAY, keys=the_keyring())
    assert imported.recorded == 6
    assert {who: has(workspace, who)["EUR"] for who in days} == {"older": 500, "first": 500, "second": 700}
    assert {who: has(workspace, f"by-{who}")["EUR"] for who in days} == {"older": 500, "first": 500, "second": 700}
    assert_books_balance(workspace)


def test_a_code_that_only_the_second_route_tells_counts(workspace: str) -> None:
    tell(workspace, signup("eva", referred_by="ada"))
    tell(workspace, order("ben", "o1", source="shop"))
    assert referral(workspace, "ben")[2] is None
    assert tell(workspace, order("ben", "o1", id="x", order="o1", referred_by="ada", day=2.01)) == ["duplicate_order"]
    assert referral(workspace, "ben")[:3] == ("converted", None, "ada")


def test_one_refund_told_with_two_amounts_is_a_finding(workspace: str) -> None:
    tell(workspace, signup("ben", referred_by="ada"), order("ben", "o1"))
    refund = {"type": "refund", "at": at(3), "order": "o1", "refund": "r1", "currency": "EUR"}
    tell(
        workspace,
        {**refund, "id": "a", "amount_minor": 500},
        {**refund, "id": "b", "amount_minor": 500, "source": "shop"},
    )
    assert (has(workspace, "ada"), findings(workspace)) == ({"EUR": 250}, [])
    tell(workspace, {**refund, "id": "c", "amount_minor": 800, "source": "api"})
    assert (has(workspace, "ada"), findings(workspace)) == ({"EUR": 100}, ["refund_conflict"])
    assert_books_balance(workspace)


def test_a_key_replays_its_answer_and_refuses_other_input(workspace: str) -> None:
    keyed = Keyed("key_1", "POST /events", "k", "fingerprint")
    given = Submission(arrivals(signup("ben")), keyed)
    first, again = record_submissions([given, given], workspace=workspace)
    assert (first.replayed, again.replayed, again.events) == (False, True, first.events)
    (later,) = record_submissions([given], workspace=workspace)
    assert (later.replayed, later.events) == (True, first.events)
    (other,) = record_submissions(
        [Submission(given.arrivals, Keyed("key_1", "POST /events", "k", "else"))], workspace=workspace
    )
    assert other.mismatch


# -- visits -------------------------------------------------------------------------------------------------------------------


def visit(token: str, by: str, day: float = 0.5, **more: Any) -> dict[str, Any]:
    return {"id": token, "type": "visit", "at": at(day), "referred_by": by, **more}


@pytest.mark.parametrize("source", ["default", "links"])
@pytest.mark.parametrize("late", [False, True])
def test_a_visit_is_found_by_its_token_whatever_its_source_and_whenever_it_comes(
    workspace: str, source: str, late: bool
) -> None:
    told = [visit("v1", "ada", source=source), signup("ben", visit="v1", source="shop")]
    for event in reversed(told) if late else told:
        tell(workspace, event)
    assert referral(workspace, "ben")[:3] == ("bound", None, "ada")


def test_a_visit_that_a_visit_or_a_refund_names_binds_nobody(workspace: str) -> None:
    tell(workspace, visit("v1", "ada"), visit("v2", "eva", visit="v1", person="ben"))
    tell(workspace, {"id": "r", "type": "refund", "at": at(1), "order": "o", "visit": "v1", "person": "ben"})
    assert [t.advocate for t in referral(workspace, "ben")[3].touches.values()] == [person(workspace, "eva")]


# -- programs -----------------------------------------------------------------------------------------------------------------


def test_a_program_that_starts_later_knows_earlier_orders(workspace: str) -> None:
    tell(
        workspace,
        signup("ada"),
        order("ben", "o1", day=1),
        {"id": "r1", "type": "refund", "at": at(1.5), "order": "o1"},
    )
    apply_program(GIVE_FIVE.replace("give-five", "later"), workspace=workspace, now=START + 5 * DAY, actor="olga")
    tell(workspace, signup("ben", day=6, referred_by="ada"), signup("cleo", day=6, referred_by="ada"))
    assert referral(workspace, "ben", "later")[:2] == ("refused", "existing_customer")
    assert referral(workspace, "ben", "later")[3].refunds
    assert referral(workspace, "cleo", "later")[0] == "bound"


def test_a_customer_from_the_import_is_no_new_friend(workspace: str) -> None:
    import_customers([Customer((("customer_id", "ben"),), START - DAY)], workspace=workspace, now=NOW)
    tell(workspace, signup("ben", referred_by="ada"), signup("cleo", referred_by="ada"))
    assert referral(workspace, "ben")[:2] == ("refused", "existing_customer")
    assert referral(workspace, "cleo")[0] == "bound"


def test_an_ended_program_begins_nothing_and_still_takes_back(workspace: str) -> None:
    tell(workspace, signup("ben", referred_by="ada"), order("ben", "o1"))
    good(end_program(program_id(workspace), asked=Asked(workspace, NOW, "olga")))
    tell(workspace, {"id": "r", "type": "refund", "at": at(3), "order": "o1"}, signup("cleo", referred_by="ada"))
    assert has(workspace, "ada") == {}
    assert count("referral", workspace) == 1
    assert_books_balance(workspace)


def test_an_event_is_decided_by_every_live_program_at_once(workspace: str) -> None:
    second = GIVE_FIVE.replace("give-five", "second").replace("5.00", "2.00")
    for document in (GIVE_FIVE, second):
        apply_program(f"{document}combine: true\n", workspace=workspace, now=START, actor="olga")
    tell(workspace, signup("ben", referred_by="ada"), order("ben", "o1"))
    assert has(workspace, "ada") == {"EUR": 700}
    assert {referral(workspace, "ben", slug)[0] for slug in ("give-five", "second")} == {"converted"}
    assert count("decision", workspace) == 4


def test_a_circle_is_seen_within_one_batch_as_across_two(workspace: str, second_database: Database) -> None:
    circle = [signup("ben", referred_by="ada"), signup("ada", day=2, referred_by="ben")]
    tell(workspace, *circle)
    assert referral(workspace, "ada")[:2] == ("refused", "circular_referral")
    with second_database.use():
        other = a_workspace(GIVE_FIVE)
        for event in circle:
            tell(other, event)
        assert referral(other, "ada")[:2] == ("refused", "circular_referral")


# -- late ---------------------------------------------------------------------------------------------------------------------


def test_a23_a_live_event_older_than_the_limit_waits_for_a_person_also_when_decided_again(workspace: str) -> None:
    tell(workspace, signup("ben", referred_by="ada"), now=START + 2 * DAY)
    tell(workspace, order("ben", "o1", day=2), now=START + 33 * DAY)
    assert has(workspace, "ada") == {}
    rewards = "SELECT state, reason, hold_until FROM store_reward WHERE workspace_id = %(ws)s::uuid"
    assert set(query(rewards, ws=workspace)) == {("pending", "late_event", None)}
    tell(workspace, order("ben", "o2", day=33), now=START + 33 * DAY)
    assert set(query(rewards, ws=workspace)) == {("pending", "late_event", None)}
    assert_books_balance(workspace)


def test_a23_what_was_refused_for_another_cause_stays_late_when_it_is_decided_again(workspace: str) -> None:
    good(pause_program(program_id(workspace), asked=Asked(workspace, START, "olga")))
    tell(workspace, order("ben", "o1", day=1, referred_by="ada"), now=START + 40 * DAY)
    good(resume_program(program_id(workspace), asked=Asked(workspace, START, "olga")))
    tell(workspace, order("ben", "o2", day=40), now=START + 40 * DAY)
    assert set(query("SELECT state, reason FROM store_reward")) == {("pending", "late_event")}


# -- what it costs ------------------------------------------------------------------------------------------------------------


def histories(*friends: str) -> list[dict[str, Any]]:
    """Every kind of event, for each friend; one advocate, so that limits are the same rows."""
    return [
        event
        for f in friends
        for event in (
            visit(f"v-{f}", "ada"),
            {"id": f"share-{f}", "type": "share", "at": at(0.6), "person": "ada", "to": f"{f}@example.com"},
            signup(f, referred_by="ada", email=f"{f}@example.com", visit=f"v-{f}"),
            order(f, f"o-{f}"),
            {"id": f"r-{f}", "type": "refund", "at": at(3), "order": f"o-{f}", "amount_minor": 100, "currency": "EUR"},
        )
    ]


def statements_for(workspace: str, *friends: str) -> int:
    before = sessions.statements
    tell(workspace, *histories(*friends))
    return sessions.statements - before


def test_the_number_of_statements_does_not_depend_on_the_size_of_the_batch(database: Database) -> None:
    workspace = a_workspace(GIVE_FIVE + "budget: {total: 10000.00}\n")
    tell(workspace, *histories("zoe", "yan", "xia"))  # the advocate, the counter and the accounts are there
    while (
        query("SELECT serial FROM store_workspace")[0][0] < 11
    ):  # past the commits after which PostgreSQL is told to learn
        tell(workspace, signup(f"s{count('event', workspace)}"))
    one = statements_for(workspace, "ben")
    many = statements_for(workspace, *(f"friend{n}" for n in range(60)))
    again = statements_for(workspace, *(f"friend{n}" for n in range(60)))
    assert one == many
    assert again < one, "what is known is only looked up"
