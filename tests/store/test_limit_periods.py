"""Caps by period, referral and program, budgets that alert, and queues: with writers at once, and with planted faults."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from passaparola.actions.acting import Asked
from passaparola.actions.clock import run_clock
from passaparola.actions.ledger.verify import verify_ledger
from passaparola.actions.people.merge import merge
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.rewards import queue as queues
from passaparola.actions.rewards.operate import approve
from passaparola.domain.explain import paragraph_for_operator, sentence_for_advocate
from passaparola.domain.instant import DAY, parse_instant
from passaparola.domain.rewards import limits
from passaparola.inbound.acts_shown import exported
from passaparola.store.models import Decision, Finding, Reward
from passaparola.store.write import plan as writing
from tests.databases import Database, only_postgres, only_sqlite
from tests.histories import START, a_workspace
from tests.ledger_clean import assert_books_balance, assert_log_gives_the_books
from tests.races import at_once
from tests.store.telling import NOW, has, order, person, query, tell

EACH = """
program: each
name: Five for each order
currency: EUR
timezone: Europe/Rome
trigger: purchase
rewards:
  - {side: advocate, kind: store_credit, amount: 5.00}
"""
MONTHLY = EACH + "caps: [{per: advocate, metric: value, period: month, max: 12.00, policy: clip}]\n"
QUEUED = EACH + "budget: {total: 15.00, period: month, on_exhausted: queue}\n"
PAYPAL = EACH.replace("5.00", "10.00") + "budget: {total: 10000.00}\n"


def used(workspace: str, head: str) -> dict[str, int]:
    rows = query("SELECT key, used FROM store_counter WHERE workspace_id = %(ws)s::uuid", ws=workspace)
    return {key.rpartition(":")[2]: int(n) for key, n in rows if key.startswith(head)}


def buy(workspace: str, *keys: str, at: str = "2026-03-05T10:00:00Z", by: str = "ada") -> None:
    now = max(parse_instant(at), NOW)
    tell(workspace, *({**order(f"ben-{key}", key, referred_by=by), "at": at} for key in keys), now=now)


def states(workspace: str) -> list[tuple[str, str | None, int]]:
    rewards = Reward.objects.filter(workspace_id=workspace).order_by("id")
    return [(r.state, r.reason, r.amount - r.reversed) for r in rewards]


def sound(workspace: str) -> None:
    assert list(verify_ledger(workspace)) == []
    assert_books_balance(workspace)


VISITS = """
program: visits
name: One visit a month
currency: EUR
trigger: content_visit
rewards:
  - {side: advocate, kind: store_credit, amount: 0.10}
caps: [{per: advocate, metric: count, period: month, max: 1, policy: stop}]
"""
STAGED = """
program: staged
name: A hundred in two parts
currency: EUR
trigger: contract
rewards:
  - side: advocate
    kind: store_credit
    amount: 100.00
    structure: {kind: staged, parts: [{stage: meeting, percent: 50}, {stage: contract, percent: 50}]}
caps: [{per: advocate, metric: value, period: month, max: 60.00, policy: clip}]
"""


def tells(workspace: str, who: str, month: int, **event: str) -> None:
    at = f"2026-{month:02}-02T10:00:00Z"
    tell(
        workspace,
        {"id": f"{who}-{month}", "person": who, "referred_by": "ada", "at": at, **event},
        now=parse_instant(at),
    )


# -- periods ------------------------------------------------------------------------------------------------------------------


def test_a_month_ends_at_local_midnight_and_what_is_taken_back_frees_its_own_month(database: Database) -> None:
    """In Rome it is April from 22:00 UTC of 31 March: the clocks have changed on the 29th."""
    workspace = a_workspace(MONTHLY)
    buy(workspace, "m1", "m2", "m3", at="2026-03-31T21:59:59Z")
    buy(workspace, "a1", at="2026-03-31T22:00:00Z")
    assert used(workspace, "cap:") == {"2026-03": 1_200, "2026-04": 500}
    refund = {"id": "r", "type": "refund", "at": "2026-04-02T09:00:00Z", "order": "m1"}
    tell(workspace, refund, now=parse_instant("2026-04-02T09:00:00Z"))
    assert used(workspace, "cap:") == {"2026-03": 700, "2026-04": 500}
    buy(workspace, "m4", at="2026-03-30T09:00:00Z")
    assert used(workspace, "cap:") == {"2026-03": 1_200, "2026-04": 500}
    sound(workspace)


@only_sqlite
def test_a_month_that_was_full_stays_full_when_a_visitor_of_it_comes_again(database: Database) -> None:
    workspace = a_workspace(VISITS)
    for who, month in (("ben", 4), ("cleo", 4), ("cleo", 5)):
        tells(workspace, who, month, type="visit")
    assert used(workspace, "cap:") == {"2026-04": 1, "2026-05": 1}
    sound(workspace)


@only_sqlite
def test_a_part_counts_in_the_month_of_its_stage(database: Database) -> None:
    workspace = a_workspace(STAGED)
    for who, month, stage in (("ben", 4, "meeting"), ("cleo", 4, "meeting"), ("ben", 5, "contract")):
        tells(workspace, who, month, type="stage", stage=stage)
    assert used(workspace, "cap:") == {"2026-04": 6_000, "2026-05": 5_000}
    sound(workspace)


def test_a_period_that_comes_with_a_new_version_counts_what_was_earned_before(database: Database) -> None:
    workspace = a_workspace(EACH)
    buy(workspace, "m1", "m2", at="2026-03-05T10:00:00Z")
    apply_program(MONTHLY, workspace=workspace, now=NOW, actor="olga")
    assert used(workspace, "cap:") == {"2026-03": 1_000}
    buy(workspace, "m3")
    assert states(workspace)[-1] == ("issued", None, 200)
    apply_program(MONTHLY.replace("month", "week"), workspace=workspace, now=NOW, actor="olga")
    assert used(workspace, "cap:") == {"2026-W10": 1_200}
    apply_program(EACH + "# none\n", workspace=workspace, now=NOW, actor="olga")
    assert used(workspace, "cap:") == {}
    sound(workspace)


def test_caps_of_a_referral_and_of_the_program(database: Database) -> None:
    caps = "caps:\n  - {per: referral, metric: value, max: 8.00}\n  - {per: program, metric: count, max: 4}\n"
    workspace = a_workspace(EACH + caps)
    for n in range(3):
        tell(workspace, order("ben", f"b{n}", referred_by="ada"), order("cleo", f"c{n}", referred_by="eva"))
    assert (has(workspace, "ada"), has(workspace, "eva")) == ({"EUR": 800}, {"EUR": 800})
    sound(workspace)


def test_merged_persons_share_the_cap_of_a_period(database: Database) -> None:
    workspace = a_workspace(MONTHLY)
    buy(workspace, "m1", "m2")
    buy(workspace, "m3", by="eva")
    ada, eva = person(workspace, "ada"), person(workspace, "eva")
    merge(ada, duplicate=eva, asked=Asked(workspace, NOW, "olga"))
    ((both,),) = query("SELECT SUM(used) FROM store_counter WHERE key LIKE %(like)s", like=f"cap:%:{ada}:%")
    assert both == 1_500
    buy(workspace, "m4")
    assert len(states(workspace)) == 3
    sound(workspace)


# -- budgets ------------------------------------------------------------------------------------------------------------------


def test_x05_a_thousand_exhaust_the_budget_and_the_800th_alerts_once(database: Database) -> None:
    workspace = a_workspace(PAYPAL)
    keys = [f"o{n}" for n in range(1, 1002)]
    buy(workspace, *keys[:799])
    assert not Finding.objects.filter(kind="budget_alert").exists()
    buy(workspace, keys[799])
    alert = Finding.objects.get(kind="budget_alert")
    assert '"used":800000' in alert.detail
    buy(workspace, *keys[800:])
    run_clock(workspace, now=NOW)
    assert Finding.objects.filter(kind="budget_alert").count() == 1
    assert has(workspace, "ada") == {"EUR": 1_000_000}
    ((refusals,),) = query("SELECT refusals FROM store_referral WHERE has_rewards = %(no)s", no=False)
    assert "budget_exhausted" in refusals
    sound(workspace)


def test_an_alert_that_no_decision_saw_is_found_by_the_clock(database: Database) -> None:
    workspace = a_workspace(EACH + "budget: {total: 100.00}\n")
    buy(workspace, *(f"o{n}" for n in range(4)))
    apply_program(EACH + "budget: {total: 25.00, period: year}\n", workspace=workspace, now=NOW, actor="olga")
    run_clock(workspace, now=NOW)
    run_clock(workspace, now=NOW)
    assert Finding.objects.get(kind="budget_alert").key.endswith(":2026")


# -- queues -------------------------------------------------------------------------------------------------------------------


def test_a_queue_counts_nothing_and_is_let_go_oldest_first_in_the_new_period(database: Database) -> None:
    workspace = a_workspace(QUEUED)
    for n in range(7):
        buy(workspace, f"o{n}")
    assert states(workspace) == [("issued", None, 500)] * 3 + [("pending", "queued", 500)] * 4
    assert used(workspace, "budget:") == {"2026-03": 1_500}
    assert run_clock(workspace, now=NOW).released == 0
    sound(workspace)
    april = parse_instant("2026-03-31T22:00:00Z")
    assert run_clock(workspace, now=april - 1).released == 0
    assert run_clock(workspace, now=april).released == 3
    assert states(workspace) == [("issued", None, 500)] * 6 + [("pending", "queued", 500)]
    assert used(workspace, "budget:") == {"2026-03": 1_500, "2026-04": 1_500}
    assert run_clock(workspace, now=april + DAY).released == 0
    sound(workspace)
    told = [line["given"] for line in exported(workspace, since=None, until=None) if line["verb"] == "queue.release"]
    assert [given["rewards"] for given in told] == [3]


@only_sqlite
def test_what_left_a_queue_in_small_batches_leaves_it_so_again(database: Database) -> None:
    another = "  - {id: more, side: advocate, kind: store_credit, amount: 5.00}\nbudget"
    workspace = a_workspace(QUEUED.replace("budget", another))
    for n in range(3):
        buy(workspace, f"o{n}")
    assert run_clock(workspace, now=NOW + 40 * DAY, batch=1).released > 0
    assert_log_gives_the_books(workspace)


def test_what_comes_new_waits_behind_those_who_wait(database: Database) -> None:
    workspace = a_workspace(QUEUED)
    for n in range(4):
        buy(workspace, f"o{n}")
    refund = {"id": "r", "type": "refund", "at": "2026-03-06T09:00:00Z", "order": "o0"}
    tell(workspace, refund)
    buy(workspace, "o9")
    assert [s[1] for s in states(workspace)][-2:] == ["queued", "queued"]
    assert run_clock(workspace, now=NOW).released == 1
    assert [s[:2] for s in states(workspace)][-2:] == [("issued", None), ("pending", "queued")]
    sound(workspace)


def test_a_larger_budget_lets_the_queue_go_and_a_budget_that_is_gone_all_of_it(database: Database) -> None:
    workspace = a_workspace(QUEUED)
    for n in range(6):
        buy(workspace, f"o{n}")
    apply_program(QUEUED.replace("15.00", "20.00"), workspace=workspace, now=NOW, actor="olga")
    assert run_clock(workspace, now=NOW).released == 1
    apply_program(EACH + "# no budget\n", workspace=workspace, now=NOW, actor="olga")
    assert run_clock(workspace, now=NOW).released == 2
    assert has(workspace, "ada") == {"EUR": 3_000}
    sound(workspace)


def test_a_refund_takes_a_reward_out_of_the_queue_and_a_person_passes_it_within_the_limit(database: Database) -> None:
    workspace = a_workspace(QUEUED)
    for n in range(5):
        buy(workspace, f"o{n}")
    waiting = [r.id.hex for r in Reward.objects.filter(reason="queued").order_by("id")]
    refused = approve(waiting[0], asked=Asked(workspace, NOW, "olga")).refusal
    assert refused is not None
    assert refused.reason == "budget_exhausted"
    tell(workspace, {"id": "r", "type": "refund", "at": "2026-03-06T09:00:00Z", "order": "o3"})
    tell(workspace, {"id": "s", "type": "refund", "at": "2026-03-06T09:00:00Z", "order": "o0"})
    assert approve(waiting[1], asked=Asked(workspace, NOW, "olga")).refusal is None
    assert [s[0] for s in states(workspace)] == ["reversed", "issued", "issued", "cancelled", "issued"]
    sound(workspace)


def test_the_explanation_says_that_it_waits_and_the_advocate_reads_a_safe_sentence(database: Database) -> None:
    import orjson

    workspace = a_workspace(QUEUED)
    for n in range(4):
        buy(workspace, f"o{n}")
    told = orjson.loads(Decision.objects.order_by("-id")[0].explanation)
    said = paragraph_for_operator(told, lambda key: key[:4])
    assert "the budget of 15.00 EUR had 0.00 EUR left" in said
    assert "[queued]" in said
    ada = person(workspace, "ada")
    assert sentence_for_advocate(told, ada) == (
        "Your reward is on its way: others are ahead of it, and it comes when there is room."
    )


# -- several at once, and planted faults ---------------------------------------------------------------------------------------


def clocks(workspace: str, now: int) -> list[Callable[[], object]]:
    return [lambda: run_clock(workspace, now=now).released for _ in range(3)]


def a_long_queue(workspace: str) -> None:
    for n in range(12):
        buy(workspace, f"o{n}")


def test_several_clocks_let_go_each_reward_once(database: Database) -> None:
    workspace = a_workspace(QUEUED)
    a_long_queue(workspace)
    for month in ("2026-04", "2026-05", "2026-06"):
        outcomes = at_once(*clocks(workspace, parse_instant(f"{month}-03T00:00:00Z")))
        assert sum(int(str(n)) for n in outcomes) == 3, outcomes
    assert has(workspace, "ada") == {"EUR": 6_000}
    assert query("SELECT COUNT(*) FROM store_rewardtransition WHERE step = 'issued'") == [(12,)]
    sound(workspace)


@only_postgres
def test_writers_at_the_cap_of_a_period_give_exactly_what_is_left(database: Database) -> None:
    workspace = a_workspace(MONTHLY)
    race(workspace)
    assert has(workspace, "ada") == {"EUR": 1_200}
    sound(workspace)


def race(workspace: str) -> None:
    """Two writers, each with friends of its own, at one moment."""
    for round_ in range(8):
        outcomes = at_once(*(lambda key=f"r{round_}-{w}": buy(workspace, key) for w in range(2)))
        assert outcomes == [None, None]


@only_postgres
def test_a_period_without_its_guard_gives_too_much_and_is_caught(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mutant: the counters of caps are moved whatever they say."""
    real = writing.Plan.move
    monkeypatch.setattr(writing.Plan, "move", lambda plan, move: real(plan, replace(move, ceiling=None)))

    def given(attempt: int) -> int:
        workspace = a_workspace(MONTHLY, slug=f"m{attempt}")
        race(workspace)
        return has(workspace, "ada")["EUR"]

    assert any(given(n) > 1_200 for n in range(8)), "eight races without the guard were all right: they do not race"


def test_a_claw_back_in_the_wrong_month_is_caught(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant: what is taken back counts by the time of the refund."""
    real = limits.stake_of
    monkeypatch.setattr(limits, "stake_of", lambda reward, person: replace(real(reward, person), at=NOW + 40 * DAY))
    with pytest.raises(AssertionError):
        test_a_month_ends_at_local_midnight_and_what_is_taken_back_frees_its_own_month(database)


def test_a_queue_that_lets_everybody_go_is_caught(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant: whoever waits is let go, whatever room there is."""
    monkeypatch.setattr(queues, "leaving", lambda waiting, **_: ((reward, None) for reward in waiting))
    with pytest.raises(Exception, match=r"counter|assert|Conflict"):
        test_a_queue_counts_nothing_and_is_let_go_oldest_first_in_the_new_period(database)


def test_a_counter_of_a_period_that_is_altered_is_found_by_the_checker(database: Database) -> None:
    workspace = a_workspace(MONTHLY)
    buy(workspace, "m1")
    from passaparola.store.session import writing as writing_session

    with writing_session() as session:
        session.run("UPDATE store_counter SET used = used + 1 WHERE key LIKE %(like)s", like="cap:%")
    assert {v.law for v in verify_ledger(workspace)} == {"L3"}


assert START < NOW
