"""Every law of the ledger is broken on purpose, below everything that guards it, and the checker must say which."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.db import connection
from django.db.models import F, Model, QuerySet
from django.utils.crypto import get_random_string

from passaparola.actions.ledger.seal import seal
from passaparola.actions.ledger.verify import CHECKS, verify_ledger
from passaparola.domain.ledger.proof import Violation
from passaparola.store.ids import new_id
from passaparola.store.models import (
    Account,
    Batch,
    Block,
    Counter,
    CreditReservation,
    CreditReservationLine,
    Event,
    Person,
    Referral,
    Reward,
    Transfer,
    Voucher,
    Workspace,
)
from passaparola.store.read.ledger import transfers_of
from passaparola.store.session import reading
from passaparola.store.write.plan import digest
from tests.databases import Database, only_sqlite
from tests.histories import START, a_full_history
from tests.ledger_clean import assert_books_balance

Row = TypeVar("Row", bound=Model)
LAW = {check.what: check.law for check in CHECKS}
PLANTED: dict[str, list[Callable[[str], object]]] = {}
Plant = Callable[[str], object]


def caught_as(what: str) -> Callable[[Plant], Plant]:
    def keep(plant: Plant) -> Plant:
        PLANTED.setdefault(what, []).append(plant)
        return plant

    return keep


def without(model: type[Model], constraint: str) -> None:
    """Take away what the database itself guards. On SQLite the table is made again from what the model says."""
    guarded = model._meta.constraints
    dropped = next(c for c in guarded if c.name == constraint)
    model._meta.constraints = [c for c in guarded if c is not dropped]
    try:
        with connection.schema_editor() as editor:
            editor.remove_constraint(model, dropped)
    finally:
        model._meta.constraints = guarded


def copy_of(row: Model, **changes: object) -> None:
    """The same row once more, with another id and these changes."""
    row.pk = new_id()
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def transfers(**like: Any) -> QuerySet[Transfer]:
    return Transfer.objects.filter(**like).order_by("id")


def first(found: QuerySet[Row]) -> Row:
    """The first by id, which must be there."""
    row = found.order_by("pk").first()
    assert row is not None
    return row


def a_transfer(**like: object) -> Transfer:
    return first(transfers(**like))


def only(rows: QuerySet[Any], **changes: object) -> None:
    """Change the first of these rows."""
    rows.filter(pk=first(rows).pk).update(**changes)


# -- L1 -----------------------------------------------------------------------------------------------------------------


@caught_as("an account is missing, or is of another workspace or unit")
def a_foreign_account(workspace: str) -> None:
    other = a_full_history("other")
    foreign = first(Account.objects.filter(workspace=other, kind="expense", unit="EUR"))
    only(transfers(workspace=workspace, debit__kind="expense", unit="EUR"), debit=foreign)


@caught_as("an account is missing, or is of another workspace or unit")
def an_account_of_another_unit(workspace: str) -> None:
    only(transfers(unit="USD", kind="single", purpose="issue"), debit=Account.objects.get(kind="expense", unit="GBP"))


@caught_as("debits and credits differ")
def a_deleted_account(workspace: str) -> None:
    Account.objects.get(kind="breakage", unit="GBP").delete()


@caught_as("an account's row was changed")
def an_account_given_to_somebody_else(workspace: str) -> None:
    accounts = Account.objects.filter(kind="credit", unit="USD").order_by("id")
    mine = accounts[0]
    theirs = accounts.exclude(person=mine.person)[0]  # somebody has two, and ids of one moment lie in any order
    only(accounts.filter(pk=mine.pk), person=theirs.person)


# -- L2 -----------------------------------------------------------------------------------------------------------------


@caught_as("a commit's transfers were changed")
def a_flipped_amount(workspace: str) -> None:
    only(transfers(unit="USD", kind="single"), amount=F("amount") + 1)


@caught_as("a commit's transfers were changed")
def a_deleted_transfer(workspace: str) -> None:
    a_transfer(unit="EUR", kind="single").delete()


@caught_as("a commit's transfers were changed")
def a_transfer_slipped_into_a_commit(workspace: str) -> None:
    copy_of(a_transfer(unit="USD", kind="single"), purpose="expire")


@caught_as("a row belongs to no commit")
def a_transfer_without_a_commit(workspace: str) -> None:
    copy_of(a_transfer(unit="USD", kind="single"), batch=new_id(), cause="act:" + new_id())


@caught_as("a row belongs to no commit")
def an_event_without_a_commit(workspace: str) -> None:
    copy_of(first(Event.objects.all()), batch=new_id(), external_id="forged")


@caught_as("a commit holds another workspace's transfers")
def a_transfer_moved_to_another_workspace(workspace: str) -> None:
    other = a_full_history("other")
    only(transfers(workspace=workspace, unit="USD"), workspace=other)


@caught_as("a serial is missing")
def a_deleted_commit(workspace: str) -> None:
    batch = Batch.objects.get(serial=5)
    transfers(batch=batch.pk).delete()
    batch.delete()


@caught_as("a serial is missing")
def the_last_commit_deleted(workspace: str) -> None:
    first(Batch.objects.filter(serial=Workspace.objects.get().serial)).delete()


@caught_as("a serial is missing")
def the_first_commit_deleted(workspace: str) -> None:
    Batch.objects.get(serial=1).delete()


@caught_as("a serial is missing")
def a_serial_beyond_the_workspace(workspace: str) -> None:
    Workspace.objects.filter(pk=workspace).update(serial=F("serial") - 1)


@caught_as("a seal does not hold")
def an_altered_block(workspace: str) -> None:
    seal(workspace, now=START)
    Block.objects.update(hash="f" * 64)


@caught_as("a seal does not hold")
def a_deleted_block(workspace: str) -> None:
    seal(workspace, now=START)
    Block.objects.all().delete()


@caught_as("a seal does not hold")
def a_block_that_begins_later(workspace: str) -> None:
    seal(workspace, now=START)
    Block.objects.update(first_serial=2)


@caught_as("a seal does not hold")
def a_commit_taken_out_of_its_block(workspace: str) -> None:
    seal(workspace, now=START)
    Batch.objects.filter(serial=4).update(block=None)


@caught_as("a seal does not hold")
def a_commit_rewritten_with_its_digest(workspace: str) -> None:
    seal(workspace, now=START)
    changed = a_transfer(unit="USD", kind="single")
    transfers(pk=changed.pk).update(amount=changed.amount + 1)
    with reading() as session:
        Batch.objects.filter(pk=changed.batch).update(digest=digest(transfers_of(session, [changed.batch.hex])))


# -- L3 -----------------------------------------------------------------------------------------------------------------


@caught_as("a reward says other than its transfers")
def a_richer_reward(workspace: str) -> None:
    only(Reward.objects.filter(state="issued", unit="USD"), amount=F("amount") + 1)


@caught_as("a reward says other than its transfers")
def a_reward_said_to_be_reserved(workspace: str) -> None:
    only(Reward.objects.filter(state="issued", unit="USD"), reserved=1)


@caught_as("a reward says other than its transfers")
def a_reward_given_back_to_life(workspace: str) -> None:
    only(Reward.objects.filter(state="cancelled"), state="issued")


@caught_as("a credit reservation says other than its transfers")
def a_reservation_of_nothing(workspace: str) -> None:
    _reserve(workspace, state="reserved")


@caught_as("a reward says other than its credit reservations")
def a_captured_reservation_of_nothing(workspace: str) -> None:
    _reserve(workspace, state="captured")


def _reserve(workspace: str, state: str) -> None:
    reward = first(Reward.objects.filter(state="issued", kind="store_credit"))
    reservation = CreditReservation.objects.create(
        workspace_id=workspace,
        person=reward.beneficiary,
        unit="USD",
        amount=5,
        order_key="x",
        state=state,
        created_at=0,
    )
    CreditReservationLine.objects.create(workspace_id=workspace, reservation=reservation, reward=reward, amount=5)


@caught_as("a voucher says other than its reward")
def a_voucher_said_to_be_used(workspace: str) -> None:
    only(Voucher.objects.all(), state="redeemed", order_key="x", discount_minor=300)


@caught_as("a voucher says other than its reward")
def a_lost_voucher(workspace: str) -> None:
    first(Voucher.objects.all()).delete()


@caught_as("a budget's counter has drifted")
def a_budget_with_room_for_one_more_cent(workspace: str) -> None:
    assert Counter.objects.filter(key__startswith="budget:").update(used=F("used") - 1) == 1


@caught_as("a budget's counter has drifted")
def a_lost_budget_counter(workspace: str) -> None:
    Counter.objects.filter(key__startswith="budget:").delete()


@caught_as("a cap's counter has drifted")
def a_cap_counted_too_low(workspace: str) -> None:
    only(Counter.objects.filter(key__contains=":advocate:"), used=F("used") - 1)


@caught_as("a cap's counter has drifted")
def a_cap_of_a_number_counted_too_low(workspace: str) -> None:
    only(Counter.objects.filter(key__contains=":friend:", used=2), used=1)


@caught_as("a milestone's counter has drifted")
def a_milestone_with_a_friend_too_many(workspace: str) -> None:
    only(Counter.objects.filter(key__startswith="count:"), used=F("used") + 1)


# -- L4 to L8 -----------------------------------------------------------------------------------------------------------


@caught_as("an account of a person is below its floor")
def more_taken_than_there_was(workspace: str) -> None:
    copy_of(a_transfer(purpose="expire"), amount=1_000_000, cause="act:" + new_id())


@caught_as("an account of a person is below its floor")
def more_reserved_than_there_is(workspace: str) -> None:
    copy_of(a_transfer(purpose="expire"), amount=1_000_000, kind="pending", purpose="reserve")


@caught_as("what was issued is not accounted for")
def value_that_went_nowhere(workspace: str) -> None:
    only(Reward.objects.filter(state="expired", unit="USD"), expired=F("expired") - 1)


@caught_as("a reward was given twice")
def the_same_reward_again(workspace: str) -> None:
    without(Reward, "reward_single")
    copy_of(first(Reward.objects.filter(state="cancelled")))


@caught_as("more was clawed back than given")
def a_claw_back_above_the_reward(workspace: str) -> None:
    copy_of(a_transfer(purpose="reverse"), amount=1_000_000, cause="act:" + new_id())


@caught_as("a transfer names no reward")
def a_reversal_of_nothing(workspace: str) -> None:
    only(transfers(purpose="reverse"), reward=new_id())


@caught_as("a counter is above its ceiling")
def a_counter_above_its_ceiling(workspace: str) -> None:
    without(Counter, "counter_not_above_ceiling")
    only(Counter.objects.filter(key__startswith="cap:"), used=F("ceiling") + 1)


@caught_as("a program gave more than its budget")
def a_budget_overspent_by_one(workspace: str) -> None:
    without(Counter, "counter_not_above_ceiling")
    Counter.objects.filter(key__startswith="budget:").update(ceiling=F("used") - 1)


@caught_as("an amount is no whole number above zero")
def a_transfer_of_nothing(workspace: str) -> None:
    without(Transfer, "transfer_amount")
    only(transfers(), amount=0)


@caught_as("a unit is unknown")
def a_currency_that_does_not_exist(workspace: str) -> None:
    only(Reward.objects.filter(unit="USD"), unit="ZZZ")


# -- L9 -----------------------------------------------------------------------------------------------------------------


@caught_as("a cause does not exist")
def an_event_that_never_was(workspace: str) -> None:
    only(transfers(), cause="event:" + new_id())


@caught_as("a cause does not exist")
def a_cause_without_a_meaning(workspace: str) -> None:
    only(transfers(), cause="because")


@caught_as("a cause does not exist")
def a_due_time_of_another_reward(workspace: str) -> None:
    due = a_transfer(purpose="expire")
    other = first(Reward.objects.exclude(pk=due.reward_id))
    transfers(pk=due.pk).update(cause=f"due:{other.pk.hex}:5")


@caught_as("one cause moved the same twice")
def a_transfer_booked_twice(workspace: str) -> None:
    without(Transfer, "transfer_single")
    copy_of(a_transfer(kind="single"))


@caught_as("a purpose does not move value so")
def an_issue_said_to_be_a_spend(workspace: str) -> None:
    only(transfers(purpose="issue", kind="single"), purpose="spend")


@caught_as("a pending transfer was ended twice")
def a_pending_transfer_posted_twice(workspace: str) -> None:
    without(Transfer, "transfer_ends_once")
    copy_of(a_transfer(kind="post"), cause="act:" + new_id())


@caught_as("an ending does not match what it ends")
def a_post_of_more_than_was_pending(workspace: str) -> None:
    only(transfers(kind="post"), amount=F("amount") + 1)


@caught_as("an ending does not match what it ends")
def a_single_that_claims_to_end_something(workspace: str) -> None:
    waiting = Reward.objects.get(state="pending").pending_transfer
    only(transfers(kind="single"), pending=waiting)


@caught_as("a waiting reward has not one open pending transfer")
def a_waiting_reward_that_names_no_transfer(workspace: str) -> None:
    Reward.objects.filter(state="pending").update(pending_transfer=None)


@caught_as("a waiting reward has not one open pending transfer")
def a_waiting_reward_without_its_transfer(workspace: str) -> None:
    transfers(pk=Reward.objects.get(state="pending").pending_transfer).delete()


@caught_as("a waiting reward has not one open pending transfer")
def an_issued_reward_that_still_waits(workspace: str) -> None:
    waiting = a_transfer(pk=Reward.objects.get(state="pending").pending_transfer)
    copy_of(waiting, reward=first(Reward.objects.filter(state="issued")))


# -- the wall between workspaces ----------------------------------------------------------------------------------------


@caught_as("a reference leads nowhere or into another workspace")
def an_event_about_somebody_of_another_firm(workspace: str) -> None:
    other = a_full_history("other")
    stranger = first(Person.objects.filter(workspace=other))
    only(Event.objects.filter(workspace=workspace, person__isnull=False), person=stranger)


@caught_as("a reference leads nowhere or into another workspace")
def a_referral_in_a_program_that_never_was(workspace: str) -> None:
    only(Referral.objects.all(), program=new_id())


PLANTS = [pytest.param(what, plant, id=plant.__name__) for what, found in PLANTED.items() for plant in found]


@pytest.mark.parametrize(("what", "plant"), PLANTS)
def test_a_planted_corruption_is_caught(database: Database, what: str, plant: Plant) -> None:
    workspace = a_full_history()
    assert_books_balance(workspace)
    plant(workspace)
    found = verify_ledger(workspace)
    assert what in {violation.what for violation in found}, "\n".join(v.sentence() for v in found)


# Checks of what the full history does not hold: planted beside what they are about.
PLANTED_ELSEWHERE = {
    "a tier's counter has drifted": "test_structures.py",
    "a limit's counter has drifted": "test_limit_periods.py",
    "a stock's counter has drifted": "test_kinds.py",
    "a reward says other than its payout lines": "test_kinds.py",
}


def test_every_check_has_caught_something_planted() -> None:
    assert {*PLANTED, *PLANTED_ELSEWHERE} == set(LAW)
    for file in set(PLANTED_ELSEWHERE.values()):
        text = (Path(__file__).parent / file).read_text(encoding="utf-8")
        assert any(what in text or "L3" in text for what, there in PLANTED_ELSEWHERE.items() if there == file)


@only_sqlite
def test_an_amount_that_is_no_whole_number_is_caught(database: Database) -> None:
    workspace = a_full_history()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE store_transfer SET amount = amount + 0.5 WHERE id = (SELECT min(id) FROM store_transfer)"
        )
    assert "L8" in {violation.law for violation in verify_ledger(workspace)}


def test_the_damage_of_one_workspace_is_not_told_of_another(database: Database) -> None:
    damaged, right = a_full_history("first"), a_full_history("second")
    only(transfers(workspace=damaged, unit="USD", kind="single"), amount=F("amount") + 1)
    assert {violation.law for violation in verify_ledger(damaged)} >= {"L2", "L3"}
    assert_books_balance(right)


def test_what_is_sealed_is_only_digested_again_in_full(database: Database) -> None:
    workspace = a_full_history()
    seal(workspace, now=START)
    only(transfers(unit="USD", kind="single"), at=F("at") + 1)
    assert {violation.law for violation in verify_ledger(workspace)} == {"L2"}
    assert verify_ledger(workspace, full=False) == []


def test_a_violation_says_where_and_what(database: Database) -> None:
    workspace = a_full_history()
    only(Counter.objects.filter(key__startswith="budget:"), used=F("used") - 1)
    counter = Counter.objects.get(key__startswith="budget:")
    assert verify_ledger(workspace) == [
        Violation("L3", "a budget's counter has drifted", (counter.key,), str(counter.used), str(counter.used + 1))
    ]
    assert (
        verify_ledger(workspace)[0].sentence().startswith(f"L3: a budget's counter has drifted ({counter.key}): found")
    )


def test_a_workspace_that_does_not_exist_cannot_be_verified(database: Database) -> None:
    with pytest.raises(LookupError):
        verify_ledger(get_random_string(32, "0123456789abcdef"))
