"""What can be given: each kind goes from its program file to the books, on both databases, and the books are done again."""

import uuid

import orjson
import pytest

from passaparola.actions.acting import Performed
from passaparola.actions.clock import run_clock
from passaparola.actions.credit.bills import Bill, apply_to_bill
from passaparola.actions.credit.end import capture
from passaparola.actions.credit.orders import cancel_order
from passaparola.actions.credit.reserve import Wanted, reserve
from passaparola.actions.ledger.replay import verify_replay
from passaparola.actions.ledger.trial_balance import trial_balance
from passaparola.actions.ledger.verify import verify_ledger
from passaparola.actions.payables import hand_over as hand_over_module
from passaparola.actions.payables.hand_over import Told, fulfil, hand_over, take_back
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.rewards.choose import Preference, choose
from passaparola.actions.rewards.operate import approve, claim, deny, undo
from passaparola.actions.vouchers.check import check
from passaparola.actions.vouchers.redeem import redeem
from passaparola.domain.lifecycle import Machine
from passaparola.domain.rewards import payables as payables_module
from passaparola.domain.rewards.alternatives import Alternatives
from passaparola.domain.rewards.vouchers import Basket
from passaparola.store.models import Counter, Finding, Handover
from passaparola.store.read.checkout import Reservation, every_balance
from passaparola.store.session import Conflict
from tests.histories import friend_buys, refund
from tests.histories import tell as tell_history
from tests.ledger_clean import assert_books_balance
from tests.shops import GIVE_TEN, asked, ben_buys, day, good, person, refusal, rewards, the_reward, voucher_program
from tests.store.telling import findings, has, query

EVERY_KIND = """
program: every-kind
name: Every kind
currency: EUR
timezone: Europe/Rome
trigger: first_purchase
rewards:
  - {id: storage, side: advocate, kind: unit, unit: MB, amount: 500}
  - {id: storage-too, side: friend, kind: unit, unit: MB, amount: 500}
  - {id: points, side: advocate, kind: points, amount: 100}
  - {id: money, side: advocate, kind: cash, amount: 10.00}
  - {id: share, side: advocate, kind: commission, percent: 10}
  - {id: shares, side: friend, kind: stock, unit: AAA, amount: 1}
  - {id: months, side: advocate, kind: free_subscription}
  - {id: bag, side: advocate, kind: swag, item: Tote bag}
  - {id: ride, side: advocate, kind: ride_credit, amount: 7.00}
  - {id: bill, side: friend, kind: bill_credit, amount: 30.00}
  - {id: first, side: friend, kind: first_purchase_discount, percent: 40}
  - {id: early, side: advocate, kind: exclusive_access, item: The new collection}
"""
pytestmark = pytest.mark.usefixtures("database")


def test_every_kind_is_owed_in_its_own_unit_and_the_books_balance() -> None:
    workspace = ben_buys(EVERY_KIND)
    assert has(workspace, "ada") == {
        "ACCESS": 1, "EUR": 1_000 + 1_000 + 700, "ITEM": 1, "MB": 500, "MONTH": 1, "POINTS": 100,
    }  # fmt: skip
    assert has(workspace, "ben") == {"AAA": 1, "EUR": 3_000, "MB": 500, "VOUCHER": 1}
    kinds = {(line.kind, line.unit) for unit in trial_balance(workspace).units for line in unit.lines}
    assert {("entitlement", "MB"), ("credit", "POINTS"), ("payable", "EUR"), ("payable", "ITEM")} <= kinds
    assert query("SELECT COUNT(*) FROM store_voucher WHERE percent_bp = 4000")[0][0] == 1
    assert_books_balance(workspace)


# -- who must act ---------------------------------------------------------------------------------------------------------------

ASKED = """
program: asked
name: Asked
currency: EUR
timezone: Etc/UTC
trigger: first_purchase
rewards:
  - {id: checked, side: advocate, kind: cash, amount: 10.00, fulfil: approval}
  - {id: claimed, side: friend, kind: points, amount: 100, fulfil: claim}
"""


def test_a_reward_that_needs_approval_waits_for_an_operator_and_one_to_claim_for_its_owner() -> None:
    workspace = ben_buys(ASKED)
    checked, claimed = the_reward(workspace, "ada"), the_reward(workspace, "ben")
    assert (checked.state, checked.reason) == ("pending", "needs_approval")
    assert (claimed.state, claimed.reason) == ("pending", "waits_for_claim")
    assert refusal(claim(checked.id.hex, asked=asked(workspace))) == "not_claimable"
    assert good(claim(claimed.id.hex, asked=asked(workspace))).state == "issued"
    assert good(claim(claimed.id.hex, asked=asked(workspace, 3))).state == "issued"  # again: nothing more
    assert good(approve(checked.id.hex, asked=asked(workspace))).state == "issued"
    assert has(workspace, "ben") == {"POINTS": 100}
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


def test_after_its_hold_a_reward_to_claim_goes_on_waiting_for_the_claim() -> None:
    workspace = ben_buys(ASKED.replace("amount: 100, fulfil: claim", "amount: 100, fulfil: claim, hold_days: 7"))
    assert the_reward(workspace, "ben").reason == "hold"
    run_clock(workspace, now=day(20))
    claimed = the_reward(workspace, "ben")
    assert (claimed.state, claimed.reason) == ("pending", "waits_for_claim")
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


# -- balances at a checkout -----------------------------------------------------------------------------------------------------


def test_points_are_spent_at_their_rate_and_never_overspent() -> None:
    """X16: 300 points, 250 spent, 50 left; 100 points are worth 1.00."""
    workspace = ben_buys(GIVE_TEN.replace("kind: store_credit, amount: 10.00", "kind: points, amount: 300"))
    ada = person(workspace, "ada")
    held = good(reserve(Wanted(ada, "POINTS", 250, "a1", kind="points"), asked=asked(workspace)))
    assert (held.worth, held.worth_unit) == (250, "EUR")
    good(capture(held.id, asked=asked(workspace)))
    over = reserve(Wanted(ada, "POINTS", 51, "a2", kind="points"), asked=asked(workspace))
    assert refusal(over) == "insufficient_credit"
    assert over.refusal is not None
    assert over.refusal.detail["available_minor"] == 50
    balances = every_balance(workspace, ada, now=day(3))
    assert balances is not None
    assert balances[("points", "POINTS")].available == 50
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


def test_ride_credit_pays_no_ride_dated_before_its_issue() -> None:
    """X03: the credit is for future rides."""
    document = GIVE_TEN.replace(
        "kind: store_credit, amount: 10.00", "kind: ride_credit, amount: 10.00, use: future_only"
    )
    workspace = ben_buys(document)
    ada = person(workspace, "ada")

    def ride(dated: float) -> Performed[Reservation]:
        wanted = Wanted(ada, "EUR", 400, f"ride-{dated}", kind="ride_credit", dated=day(dated))
        return reserve(wanted, asked=asked(workspace, 3))

    assert refusal(ride(0.5)) == "insufficient_credit"
    held = good(ride(2))
    good(capture(held.id, asked=asked(workspace, 3)))
    as_store_credit = reserve(Wanted(ada, "EUR", 100, "shop"), asked=asked(workspace, 3))
    assert refusal(as_store_credit) == "insufficient_credit"  # another kind of credit
    assert has(workspace, "ada") == {"EUR": 600}
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


def test_bill_credit_lowers_the_next_bills_and_is_carried_forward() -> None:
    """X09: 30 on a bill of 20 leaves 0 to pay and 10; credit of several friends adds up."""
    document = GIVE_TEN.replace("kind: store_credit, amount: 10.00", "kind: bill_credit, amount: 30.00")
    workspace = ben_buys(document)
    ada = person(workspace, "ada")

    def bill(number: str, minor: int, at: float) -> tuple[int, int, int]:
        said = good(apply_to_bill(Bill(ada, number, "EUR", minor), asked=asked(workspace, at)))
        return said.applied, said.to_pay, said.left

    assert bill("may", 2_000, 2) == (2_000, 0, 1_000)
    assert bill("may", 2_000, 3) == (2_000, 0, 1_000)  # told again
    tell_history(workspace, friend_buys("cleo", 4, ("o2", 10_000, "EUR")))
    assert bill("june", 9_000, 5) == (4_000, 5_000, 0)  # 10 carried and 30 new
    assert bill("july", 2_000, 6) == (0, 2_000, 0)
    good(cancel_order("june", asked=asked(workspace, 7)))
    assert bill("august", 1_000, 8) == (1_000, 0, 3_000)
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


# -- vouchers with terms of use -------------------------------------------------------------------------------------------------


def the_code(workspace: str) -> str:
    return str(query("SELECT code FROM store_voucher WHERE workspace_id = %(ws)s::uuid", ws=workspace)[0][0])


def test_a_voucher_for_the_next_purchase_is_refused_on_the_order_that_earned_it() -> None:
    document = voucher_program("percent: 20").replace("kind: voucher", "kind: voucher_next_purchase")
    workspace = ben_buys(document)
    code = the_code(workspace)
    assert (
        check(code, order_minor=15_000, unit="EUR", workspace=workspace, now=day(2), order="o1").reason
        == "earning_order"
    )
    assert refusal(redeem(code, basket=Basket("o1", 15_000, "EUR"), asked=asked(workspace))) == "earning_order"
    used = good(redeem(code, basket=Basket("o9", 15_000, "EUR"), asked=asked(workspace)))
    assert used.discount == 3_000  # 150.00 becomes 120.00
    assert refusal(redeem(code, basket=Basket("o10", 15_000, "EUR"), asked=asked(workspace))) == "voucher_used"
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


def test_a_first_order_discount_is_refused_on_a_second_order() -> None:
    document = voucher_program("percent: 40").replace("kind: voucher", "kind: first_purchase_discount")
    workspace = ben_buys(document)
    assert (
        refusal(redeem(the_code(workspace), basket=Basket("o2", 6_500, "EUR"), asked=asked(workspace)))
        == "not_first_order"
    )
    used = good(redeem(the_code(workspace), basket=Basket("o1", 6_500, "EUR"), asked=asked(workspace)))
    assert used.discount == 2_600  # 65.00: 39.00 to pay
    assert_books_balance(workspace)


# -- handing over ---------------------------------------------------------------------------------------------------------------

PAID = GIVE_TEN.replace("kind: store_credit, amount: 10.00", "kind: cash, amount: 10.00")


def test_a_payout_that_is_told_twice_pays_once() -> None:
    workspace = ben_buys(PAID)
    reward = the_reward(workspace, "ada").id.hex
    first = good(hand_over([Told(reward, "bank-1", "may", 1_000)], asked=asked(workspace)))
    again = good(hand_over([Told(reward, "bank-1", "may", 1_000)] * 2, asked=asked(workspace, 3)))
    assert [line.outcome for line in first] == ["handed_over"]
    assert [line.outcome for line in again] == ["already_handed_over"] * 2
    assert has(workspace, "ada") == {}
    assert query("SELECT amount, reference, run FROM store_handover") == [(1_000, "bank-1", "may")]
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


def test_a_line_with_another_amount_than_what_is_owed_is_refused_by_name_and_holds_up_no_other() -> None:
    workspace = ben_buys(PAID)
    ada, ben = the_reward(workspace, "ada").id.hex, the_reward(workspace, "ben").id.hex
    said = good(hand_over([Told(ada, "b", amount=999), Told(ben, "b", amount=1_000)], asked=asked(workspace)))
    assert [line.outcome for line in said] == ["amount_mismatch", "handed_over"]
    assert refusal(fulfil(Told("0" * 32, "b"), asked=asked(workspace))) == "not_found"
    assert has(workspace, "ada") == {"EUR": 1_000}
    assert_books_balance(workspace)


def test_a_refund_after_the_payout_is_reported_and_taken_back_once_the_payout_came_back() -> None:
    workspace = ben_buys(PAID)
    reward = the_reward(workspace, "ada").id.hex
    good(fulfil(Told(reward, "bank-1"), asked=asked(workspace)))
    tell_history(workspace, [refund("o1", 3)])
    assert "not_recovered" in findings(workspace)
    back = good(take_back(reward, asked=asked(workspace, 4)))
    assert (back.state, back.reversed) == ("reversed", 1_000)
    assert refusal(take_back(reward, asked=asked(workspace, 5))) == "not_handed_over"
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


def test_as_much_missing_a_second_time_is_reported_a_second_time() -> None:
    workspace = ben_buys(PAID)
    reward = the_reward(workspace, "ada").id.hex
    good(fulfil(Told(reward, "bank-1"), asked=asked(workspace)))
    tell_history(workspace, [refund("o1", 3, 5_000)])
    good(take_back(reward, asked=asked(workspace, 4)))
    good(fulfil(Told(reward, "bank-2"), asked=asked(workspace, 5)))
    tell_history(workspace, [refund("o1", 6, 5_000)])
    missing = Finding.objects.filter(workspace_id=workspace, kind="not_recovered", key__startswith=f"{reward}:")
    assert sorted(orjson.loads(found.detail)["short"] for found in missing) == [500, 500]


def test_what_was_handed_over_can_be_taken_back_and_handed_over_again() -> None:
    workspace = ben_buys(PAID)
    reward = the_reward(workspace, "ada").id.hex
    for number in (1, 2):
        assert good(fulfil(Told(reward, f"bank-{number}"), asked=asked(workspace, number + 1))).outcome == "handed_over"
        assert good(take_back(reward, asked=asked(workspace, number + 1.5))).state == "issued"
    good(fulfil(Told(reward, "bank-3"), asked=asked(workspace, 6)))
    assert [row[0] for row in query("SELECT reference FROM store_handover WHERE state = 'handed_over'")] == ["bank-3"]
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


def test_a_payout_line_is_single_also_where_the_rule_that_keeps_it_so_is_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The planted fault: whoever hands over does not see what was handed over before. The database sees it."""
    workspace = ben_buys(PAID)
    reward = the_reward(workspace, "ada").id.hex
    good(fulfil(Told(reward, "bank-1"), asked=asked(workspace)))
    monkeypatch.setattr(hand_over_module, "owed_of", lambda found: found.amount)
    monkeypatch.setattr(payables_module, "owed_of", lambda found: found.amount)
    monkeypatch.setattr(Machine, "require", lambda *_: None)  # nor what may follow what
    with pytest.raises(Conflict):
        fulfil(Told(reward, "bank-2"), asked=asked(workspace, 3))
    assert query("SELECT reference FROM store_handover") == [("bank-1",)]


def test_the_checker_finds_a_payout_line_too_many() -> None:
    workspace = ben_buys(PAID)
    reward = the_reward(workspace, "ada").id.hex
    good(fulfil(Told(reward, "bank-1"), asked=asked(workspace)))
    line = Handover.objects.get(workspace_id=workspace)
    line.pk, line.before = uuid.uuid4(), 1_000
    line.save(force_insert=True)
    assert {v.what for v in verify_ledger(workspace)} == {"a reward says other than its payout lines"}


# -- stock and choice -----------------------------------------------------------------------------------------------------------

BUNDLES = """
program: bundles
name: Bundles
currency: EUR
timezone: Etc/UTC
trigger: first_purchase
rewards:
  - {id: bundle, side: friend, kind: surplus_bundle, stock: 2, fallback: points}
  - {id: points, side: friend, kind: points, amount: 50}
"""


def three_friends(workspace: str) -> None:
    for number, name in enumerate(("cleo", "dan"), 2):
        tell_history(workspace, friend_buys(name, number, (f"o{number}", 5_000, "EUR")))


def test_the_third_winner_of_two_bundles_gets_the_fallback_and_a_denied_one_makes_room() -> None:
    """X30."""
    workspace = ben_buys(BUNDLES.replace("surplus_bundle,", "surplus_bundle, fulfil: approval,"))
    three_friends(workspace)
    assert [the_reward(workspace, name).rule for name in ("ben", "cleo", "dan")] == ["bundle", "bundle", "points"]
    counter = Counter.objects.get(key__startswith="stock:")
    assert (counter.used, counter.ceiling) == (2, 2)
    good(deny(the_reward(workspace, "ben").id.hex, asked=asked(workspace, 5)))
    tell_history(workspace, friend_buys("eve", 6, ("o6", 5_000, "EUR")))
    assert the_reward(workspace, "eve").rule == "bundle"
    assert refusal(undo(the_reward(workspace, "ben").id.hex, asked=asked(workspace, 7))) == "out_of_stock"
    tell_history(workspace, [refund("o1", 8, 1)])
    assert [r.rule for r in rewards(workspace, "ben")] == ["bundle"], "nothing stands in for what a person denied"
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


def test_more_winners_than_pieces_are_seen_also_where_whoever_decides_does_not_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The planted fault: the decision takes everything for in stock. The counter's ceiling refuses the third."""
    workspace = ben_buys(BUNDLES)
    monkeypatch.setattr(Alternatives, "_in_stock", lambda *_: True)
    with pytest.raises(AssertionError):
        three_friends(workspace)
    assert query("SELECT COUNT(*) FROM store_reward WHERE rule = 'bundle'") == [(2,)]


def test_a_drifted_stock_counter_is_found() -> None:
    workspace = ben_buys(BUNDLES)
    Counter.objects.filter(key__startswith="stock:").update(used=0)
    assert {v.what for v in verify_ledger(workspace)} == {"a stock's counter has drifted"}


def test_stock_that_a_new_version_brings_counts_what_was_given_before() -> None:
    workspace = ben_buys(BUNDLES.replace("stock: 2, fallback: points", "amount: 1").split("  - {id: points")[0])
    apply_program(BUNDLES.replace("stock: 2", "stock: 1"), workspace=workspace, now=day(2), actor="olga")
    tell_history(workspace, friend_buys("cleo", 3, ("o2", 5_000, "EUR")))
    assert [r.rule for r in rewards(workspace, "cleo")] == ["points"]
    assert_books_balance(workspace)


CHOICE = """
program: choice
name: Choice
currency: EUR
timezone: Etc/UTC
trigger: purchase
rewards:
  - {id: points, side: advocate, kind: points, amount: 50, choice: thanks}
  - {id: bag, side: advocate, kind: swag, choice: thanks, stock: 1}
"""


def test_what_an_advocate_prefers_is_kept_and_given_from_then_on_while_there_is_any() -> None:
    workspace = ben_buys(CHOICE)
    ada = person(workspace, "ada")
    wrong = choose(Preference("choice", ada, "thanks", "car"), asked=asked(workspace))
    assert refusal(wrong) == "no_such_choice"
    good(choose(Preference("choice", ada, "thanks", "bag"), asked=asked(workspace)))
    three_friends(workspace)
    assert sorted(reward.rule for reward in rewards(workspace, "ada")) == ["bag", "points", "points"]
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []
