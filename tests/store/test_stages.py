"""Stages, rides, content visits and what staff give, as the store keeps them: on both databases, in any order, done again from the log."""

from itertools import permutations
from typing import Any

import pytest

from passaparola.actions.acting import NotFound
from passaparola.actions.advocates.enrol import enrol
from passaparola.actions.advocates.standing import suspend
from passaparola.actions.clock import run_clock
from passaparola.actions.events.record import Arrival, record_events
from passaparola.actions.ledger.replay import ledger_digest, replay, verify_replay
from passaparola.actions.programs.status import pause_program
from passaparola.actions.rewards.draws import verify_draw
from passaparola.actions.rewards.give import give
from passaparola.actions.rewards.operate import cancel, undo
from passaparola.actions.rewards.pause import pause_rewards, resume_rewards
from passaparola.actions.workspaces import ensure_workspace
from passaparola.domain.events.read import read_event
from passaparola.domain.instant import DAY
from passaparola.domain.referrals.kept import load_state
from passaparola.store.models import Act, Event, RewardTransition
from passaparola.store.read.ledger_log import read_log
from passaparola.store.session import reading
from tests.databases import Database, mostly_sqlite, only_sqlite
from tests.histories import START, a_workspace
from tests.ledger_clean import assert_books_balance
from tests.shops import asked, good, person, refusal, rewards
from tests.store.telling import NOW, at, findings, has, order, query, signup, tell

CONTRACT = """
program: contract
name: A contract
currency: EUR
timezone: Europe/Rome
trigger: contract
combine: true
rewards:
  - {side: advocate, kind: store_credit, amount: 70.00}
"""
RIDES = """
program: rides
name: Rides
currency: EUR
timezone: Europe/Rome
trigger: {kind: first_ride_completed, friend_must_be: new_rider}
combine: true
rewards:
  - {side: advocate, kind: store_credit, amount: 10.00}
"""
READERS = """
program: readers
name: Readers
currency: EUR
timezone: Europe/Rome
trigger: content_visit
rewards:
  - {side: advocate, kind: store_credit, amount: 0.10}
"""
GOODWILL = """
program: goodwill
name: Goodwill
currency: EUR
timezone: Europe/Rome
trigger: manual_grant
rewards:
  - {id: sorry, side: advocate, kind: store_credit, amount: 5.00}
  - {id: thanks, side: advocate, kind: voucher, voucher: {percent: 20}}
caps:
  - {per: advocate, metric: value, max: 12.00, policy: clip}
budget: {total: 20.00}
"""


def stage(who: str, name: str, day: float, **more: Any) -> dict[str, Any]:
    return {"id": f"{name}-{who}", "type": "stage", "stage": name, "person": who, "at": at(day), **more}


def visit(who: str, key: str, day: float, by: str = "ada") -> dict[str, Any]:
    return {"id": key, "type": "visit", "person": who, "referred_by": by, "at": at(day)}


def test_a_stage_a_ride_and_facts_are_stored_and_earn(database: Database) -> None:
    workspace = a_workspace(CONTRACT, RIDES)
    deal = {"order": "d1", "amount_minor": 500_000, "currency": "EUR", "facts": {"segment": "smb", "seats": 12}}
    tell(workspace, stage("ben", "lead", 1, referred_by="ada"), stage("ben", "contract", 2, **deal))
    tell(workspace, order("ben", "r1", 3, item="ride", facts={"city": "Rome"}))
    assert has(workspace, "ada") == {"EUR": 8_000}
    stored = Event.objects.get(external_id="contract-ben")
    assert (stored.stage, stored.item, stored.facts) == ("contract", None, '{"seats":12,"segment":"smb"}')
    assert (stored.order_key, stored.amount_minor) == ("d1", 500_000)
    assert Event.objects.get(external_id="r1").item == "ride"
    ((text,),) = query(
        "SELECT r.state FROM store_referral r JOIN store_program p ON p.id = r.program_id WHERE p.slug = 'contract'"
    )
    state = load_state(text)
    assert state.stages["contract:d1"].facts == {"seats": 12, "segment": "smb"}
    assert (state.orders["r1"].item, state.orders["r1"].facts) == ("ride", {"city": "Rome"})
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


def test_what_was_told_before_is_known_again_and_other_facts_are_a_conflict(database: Database) -> None:
    workspace = a_workspace(RIDES)
    ride = order("ben", "r1", 1, item="ride", referred_by="ada", facts={"city": "Rome"})
    assert tell(workspace, ride) == ["recorded"]
    assert tell(workspace, ride) == ["duplicate"]
    assert tell(workspace, {**ride, "facts": {"city": "Pisa"}}) == ["event_conflict"]
    assert has(workspace, "ada") == {"EUR": 1_000}


def test_a_program_that_starts_later_knows_the_stages_before(database: Database) -> None:
    workspace = a_workspace(RIDES)
    tell(workspace, stage("ben", "contract", 1), order("cleo", "r1", 1, item="ride"))
    a_workspace(CONTRACT)
    tell(workspace, signup("ben", 2, referred_by="ada"), signup("cleo", 2, referred_by="ada"))
    tell(workspace, stage("cleo", "contract", 3))
    assert has(workspace, "ada") == {}, (
        "Ben had signed before, Cleo was a rider before, who pays makes an existing customer"
    )


@mostly_sqlite  # the orders are the domain's; one of them is told to PostgreSQL above
def test_with_stages_told_late_and_twice_every_order_and_cut_ends_the_same(database: Database) -> None:
    """Ben is a lead who names nobody, comes to a meeting with Ada's name, signs a contract of which two routes tell, rides, leaves."""
    workspace = a_workspace(CONTRACT, RIDES)
    cuts = [(), (1, 2, 3, 4, 5), (3,)]
    batches: list[list[Arrival]] = [[] for _ in range(6)]
    friends = 0
    for places in permutations(range(6)):
        for ends in cuts:
            told = [Arrival(read_event(raw, now=NOW), NOW) for raw in a_way(friends)]
            shuffled = [told[place] for place in places]
            for number, (first, last) in enumerate(zip((0, *ends), (*ends, 6), strict=True)):
                batches[number] += shuffled[first:last] * 2
            friends += 1
    for batch in [*batches, *batches]:
        assert not [a.failed for a in record_events(batch, workspace=workspace) if a.failed]
    ends_found = query(
        "SELECT p.slug, r.status, r.touch_kind, r.bound_at, COUNT(*), MIN(w.amount - w.reversed), MAX(w.amount - w.reversed)"
        " FROM store_referral r JOIN store_program p ON p.id = r.program_id LEFT JOIN store_reward w ON w.referral_id = r.id"
        " WHERE r.workspace_id = %(ws)s::uuid GROUP BY p.slug, r.status, r.touch_kind, r.bound_at ORDER BY p.slug",
        ws=workspace,
    )
    meeting = START + 2 * DAY
    assert ends_found == [
        ("contract", "converted", "named", meeting, friends, 7_000, 7_000),
        ("rides", "converted", "named", meeting, friends, 1_000, 1_000),
    ]
    assert_books_balance(workspace)


def a_way(n: int) -> list[dict[str, Any]]:
    ben = f"ben{n}"
    contract = {**stage(ben, "contract", 3), "order": f"d{n}", "amount_minor": 100, "currency": "EUR"}
    return [
        stage(ben, "lead", 1),
        stage(ben, "meeting", 2, referred_by=f"ada{n}"),
        contract,
        {**contract, "id": f"again-{ben}", "source": "crm", "at": at(3.5), "facts": {"seats": 3}},
        order(ben, f"r{n}", 4, item="ride"),
        stage(ben, "cancelled", 5, referred_by=f"cara{n}"),
    ]


def test_a_planted_fold_that_keeps_what_came_last_is_caught(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from passaparola.domain.referrals.state import FriendState

    monkeypatch.setattr(FriendState, "reach", lambda state, reached: state.stages.update({reached.key: reached}))
    with pytest.raises(AssertionError):
        test_in_two_orders_the_state_is_the_same(database)


def test_in_two_orders_the_state_is_the_same(database: Database) -> None:
    workspace = a_workspace(CONTRACT)
    tell(workspace, *a_way(1))
    tell(workspace, *reversed(a_way(2)))
    found = query("SELECT state FROM store_referral WHERE workspace_id = %(ws)s::uuid ORDER BY id", ws=workspace)
    one, two = (sorted((r.stage, r.at, r.amount) for r in load_state(text).stages.values()) for (text,) in found)
    assert one == two


def test_content_visits_earn_once_a_day_for_each_visitor(database: Database) -> None:
    workspace = a_workspace(READERS)
    tell(workspace, visit("ben", "v1", 1), visit("ben", "v2", 1.1), visit("cleo", "v3", 1.1), visit("ben", "v4", 2))
    tell(workspace, {"id": "v5", "type": "visit", "referred_by": "ada", "at": at(2)})
    assert has(workspace, "ada") == {"EUR": 30}
    tell(workspace, visit("ben", "v1", 1), visit("ben", "w1", 2.1, by="cara"))
    assert has(workspace, "ada") == {"EUR": 30}
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


@only_sqlite
def test_what_visitors_draw_each_day_is_drawn_again_from_the_log(database: Database) -> None:
    prizes = "catalogue: [{name: a, amount: 0.10, weight: 1}, {name: b, amount: 0.20, weight: 1}]"
    workspace = a_workspace(READERS.replace("amount: 0.10", f"pick: weighted_random, seed: '12345678', {prizes}"))
    tell(workspace, *(visit("ben", f"v{n}", n) for n in range(1, 16)))
    ((reward,), *_) = query("SELECT id FROM store_reward ORDER BY id")
    with reading() as session:
        found = verify_draw(session, workspace, str(reward))
    assert found.holds
    assert found.text[-1].startswith("day:2026-03-")
    assert verify_replay(workspace) == []


# -- what staff give ----------------------------------------------------------------------------------------------------------


def a_customer(document: str = GOODWILL) -> str:
    workspace = a_workspace(document)
    tell(workspace, signup("ada"))
    return workspace


def sorry(workspace: str, **more: Any) -> Any:
    return give(
        person(workspace, "ada"),
        program="goodwill",
        rule="sorry",
        reason="a late parcel",
        asked=asked(workspace, **more),
    )


def test_staff_give_with_a_reason_that_stays(database: Database) -> None:
    workspace = a_customer()
    reward = good(sorry(workspace))
    assert (reward.state, reward.amount, reward.referral) == ("issued", 500, None)
    step = RewardTransition.objects.get(reward=reward.id)
    assert (step.actor, step.note, step.cause[:4]) == ("olga", "a late parcel", "act:")
    assert has(workspace, "ada") == {"EUR": 500}
    assert good(sorry(workspace)).id != reward.id
    assert_books_balance(workspace)


def test_it_counts_against_the_cap_and_the_budget(database: Database) -> None:
    workspace = a_customer()
    assert [good(sorry(workspace)).amount for _ in range(3)] == [500, 500, 200]
    assert refusal(sorry(workspace)) == "cap_reached"
    assert Act.objects.filter(verb="reward.grant").count() == 4, "what was tried stays in the log"
    tell(workspace, signup("eva"))
    eva = person(workspace, "eva")
    assert good(give(eva, program="goodwill", rule="sorry", reason="x", asked=asked(workspace))).amount == 500
    assert (
        refusal(give(eva, program="goodwill", rule="sorry", reason="x", asked=asked(workspace))) == "budget_exhausted"
    )
    assert_books_balance(workspace)


def test_what_cannot_be_given_is_refused_by_name(database: Database) -> None:
    workspace = a_customer()
    a_workspace(RIDES)
    ada = person(workspace, "ada")
    assert refusal(give(ada, program="rides", reason="x", asked=asked(workspace))) == "not_given_by_staff"
    assert refusal(give(ada, program="goodwill", reason="x", asked=asked(workspace))) == "no_such_rule"
    assert refusal(give(ada, program="goodwill", rule="sorry", reason=" ", asked=asked(workspace))) == "reason_missing"
    with pytest.raises(NotFound):
        give("0" * 32, program="goodwill", rule="sorry", reason="x", asked=asked(workspace))
    with pytest.raises(NotFound):
        give(ada, program="nothing", rule="sorry", reason="x", asked=asked(workspace))
    advocate = good(enrol("goodwill", identities=[("person", ada)], asked=asked(workspace)))
    good(suspend(advocate.advocate, asked=asked(workspace)))
    assert refusal(sorry(workspace)) == "advocate_suspended"
    assert has(workspace, "ada") == {}


def test_while_the_program_is_paused_nothing_is_given_and_while_rewards_are_it_waits(database: Database) -> None:
    workspace = a_customer()
    good(pause_rewards(asked=asked(workspace)))
    assert (good(sorry(workspace)).state, has(workspace, "ada")) == ("pending", {})
    good(resume_rewards(asked=asked(workspace)))
    run_clock(workspace, now=NOW)
    assert has(workspace, "ada") == {"EUR": 500}
    ((program,),) = query("SELECT id FROM store_program WHERE slug = 'goodwill'")
    good(pause_program(program, asked=asked(workspace)))
    assert refusal(sorry(workspace)) == "program_not_active"
    assert has(workspace, "ada") == {"EUR": 500}
    assert_books_balance(workspace)


def test_it_can_be_withdrawn_and_that_undone(database: Database) -> None:
    workspace = a_customer()
    reward = good(sorry(workspace))
    good(cancel(reward.id, asked=asked(workspace)))
    assert has(workspace, "ada") == {}
    good(undo(reward.id, asked=asked(workspace)))
    assert [r.state for r in rewards(workspace, "ada")] == ["pending"]
    assert_books_balance(workspace)


def test_grants_and_milestones_of_one_program_do_not_mix(database: Database) -> None:
    """A program that counted friends and is staff's now: its milestones stand and can be withdrawn, and what staff give is none."""
    counting = GOODWILL.replace("trigger: manual_grant", "trigger: signup").replace(
        "amount: 5.00}", "amount: 5.00, structure: {kind: milestone, every: 2}}"
    )
    workspace = a_workspace(counting)
    tell(workspace, signup("ben", referred_by="ada"), signup("cleo", referred_by="ada"))
    assert has(workspace, "ada")["EUR"] == 500
    a_workspace(GOODWILL, now=START + 5 * DAY)
    good(sorry(workspace, at=6))
    tell(workspace, signup("dan", 6, referred_by="ada"), order("ben", "o1", 6))
    assert has(workspace, "ada")["EUR"] == 1_000
    milestone = next(r for r in rewards(workspace, "ada") if r.occasion == "milestone:1" and r.unit == "EUR")
    good(cancel(milestone.id.hex, asked=asked(workspace, 7)))
    assert has(workspace, "ada")["EUR"] == 500
    good(undo(milestone.id.hex, asked=asked(workspace, 7)))
    assert_books_balance(workspace)


def test_the_log_gives_it_again(database: Database, second_database: Database) -> None:
    workspace = a_customer()
    good(sorry(workspace))
    assert (
        refusal(give(person(workspace, "ada"), program="goodwill", reason="x", asked=asked(workspace)))
        == "no_such_rule"
    )
    good(cancel(good(sorry(workspace)).id, asked=asked(workspace)))
    with reading() as session:
        log, digest = list(read_log(session, workspace)), ledger_digest(workspace)
    with second_database.use():
        copy = ensure_workspace(slug="copy", now=START)
        replay(log, workspace=copy)
        assert ledger_digest(copy) == digest
    assert findings(workspace) == []
