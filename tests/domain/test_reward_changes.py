"""Each step of one reward: from every state to every target, with what is used, reserved, expired or ended by a person."""

from dataclasses import replace
from itertools import product

import pytest

from passaparola.domain.instant import DAY
from passaparola.domain.ledger.accounts import TransferKind
from passaparola.domain.programs.compiled import RewardKind, RewardRule, Side, Structure
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards.change import (
    OUT_OF_REACH,
    Reward,
    RewardState,
    end_pending,
    expire,
    release_hold,
    reopen,
    retarget,
    take_back_all,
    undo_issue,
)
from passaparola.domain.rewards.limits import count_key
from passaparola.domain.rewards.target import Target
from tests.domain.phrases import Story, reasons, said
from tests.domain.town import KEY, versions

NOW = 100 * DAY
RULE = RewardRule("share", Side.ADVOCATE, Structure.FLAT, RewardKind.STORE_CREDIT, "EUR", 500)
ISSUED = Reward(
    "w", KEY, "share", "advocate", "ada", "r", RewardKind.STORE_CREDIT, "EUR", 500, RewardState.ISSUED, issued_at=NOW
)
HELD = replace(ISSUED, state=RewardState.PENDING, reason=Reason.HOLD, hold_until=NOW + DAY, issued_at=None)
REVERSED = replace(ISSUED, state=RewardState.REVERSED, reversed=500)
CANCELLED = replace(HELD, state=RewardState.CANCELLED, hold_until=None, reason=Reason.ORDER_REFUNDED)
SIGN = {TransferKind.PENDING: 1, TransferKind.SINGLE: 1, TransferKind.VOID: -1, TransferKind.REVERSAL: -1}
SHARE = """
program: share
name: Ten percent
currency: EUR
trigger: first_purchase
rewards:
  - {side: advocate, kind: store_credit, percent: 10}
"""


def target(amount: int, back: int = 0, hold: int | None = None, late: bool = False, days: int | None = None) -> Target:
    return Target(replace(RULE, expires_days=days), "ada", "r", amount, back, "EUR", hold, {}, late)


def retargeted(reward: Reward, wanted: Target):
    return retarget(reward, wanted.amount, wanted.reversed, now=NOW, reason=Reason.ORDER_REFUNDED, target=wanted)


@pytest.mark.parametrize(
    ("reward", "amount", "back", "state", "net"),
    [
        (HELD, 500, 200, "pending", 300),
        (HELD, 800, 0, "pending", 800),
        (HELD, 500, 500, "cancelled", 0),
        (ISSUED, 500, 200, "issued", 300),
        (ISSUED, 800, 0, "issued", 800),
        (ISSUED, 500, 500, "reversed", 0),
        (REVERSED, 500, 200, "issued", 300),
        (CANCELLED, 500, 0, "issued", 500),
    ],
)
def test_a_reward_goes_to_its_target_and_the_ledger_with_it(reward, amount, back, state, net) -> None:
    change = retargeted(reward, target(amount, back))
    assert change is not None
    assert (change.after.state, change.after.net) == (state, net)
    assert sum(SIGN[TransferKind(t.kind)] * t.amount for t in change.transfers) == net - reward.net == change.delta


@pytest.mark.parametrize("reward", [HELD, ISSUED])
def test_the_same_target_again_changes_nothing(reward: Reward) -> None:
    assert retargeted(reward, target(500, 0, reward.hold_until)) is None


@pytest.mark.parametrize("reward", [REVERSED, CANCELLED])
def test_what_is_due_again_is_restored_with_a_new_hold_and_a_new_life(reward: Reward) -> None:
    again = retargeted(reward, target(500, 0, days=30))
    assert again is not None
    assert (again.step, again.after.state, again.after.expires_at) == ("restored", "issued", NOW + 30 * DAY)
    held = retargeted(reward, target(500, 0, NOW + DAY, days=30))
    assert held is not None
    assert (held.after.state, held.after.reason, held.after.hold_until) == ("pending", Reason.HOLD, NOW + DAY)
    assert (held.after.expires_at, held.after.issued_at) == (None, None)
    late = retargeted(reward, target(500, 0, NOW + DAY, late=True))
    assert late is not None
    assert (late.after.state, late.after.reason, late.after.hold_until) == ("pending", Reason.LATE_EVENT, None)
    assert retargeted(reward, target(500, 500)) is None


def test_what_is_used_stays_and_what_lies_in_a_checkout_too() -> None:
    """Of 500, 100 are used and 150 reserved: 250 come back at once, the rest is short."""
    part = replace(ISSUED, redeemed=100, reserved=150)
    change = retargeted(part, target(500, 500))
    assert change is not None
    assert (change.after.reversed, change.short, change.after.state) == (250, 250, "issued")
    let_go = replace(change.after, reserved=0)
    rest = retargeted(let_go, target(500, 500))
    assert rest is not None
    assert (rest.after.reversed, rest.short, rest.after.state) == (400, 100, "redeemed")
    assert rest.after.available == 0
    nothing = retargeted(rest.after, target(500, 500))
    assert nothing is not None
    assert (nothing.step, nothing.transfers, nothing.short) == ("short", (), 100)


def test_what_expired_in_part_is_expired_when_the_rest_is_taken_back() -> None:
    change = retargeted(replace(ISSUED, expired=200), target(500, 400))
    assert change is not None
    assert (change.after.state, change.after.reversed, change.short) == ("expired", 300, 100)


def test_a_hold_follows_its_order_and_ends_at_once_where_there_is_none() -> None:
    earlier = retargeted(HELD, target(500, 0, NOW - DAY))
    assert earlier is not None
    assert (earlier.after.hold_until, earlier.transfers, earlier.step) == (NOW - DAY, (), "changed")
    without = retargeted(HELD, target(500, 0, None))
    assert without is not None
    assert (without.after.state, without.after.hold_until) == ("pending", NOW)


def test_a_late_event_that_raises_what_is_held_makes_it_wait_for_a_person() -> None:
    change = retargeted(HELD, target(800, 0, NOW + DAY, late=True))
    assert change is not None
    assert (change.after.reason, change.after.hold_until, change.after.net) == (Reason.LATE_EVENT, None, 800)


@pytest.mark.parametrize(("state", "amount"), list(product(sorted(OUT_OF_REACH), (0, 300, 900))))
def test_what_a_person_or_time_has_ended_no_event_changes(state: RewardState, amount: int) -> None:
    assert retargeted(replace(ISSUED, state=state), target(900, 900 - amount)) is None
    by_person = replace(ISSUED, state=RewardState.CANCELLED, by_person=True)
    assert retargeted(by_person, target(900, 900 - amount)) is None


def test_the_acts_of_people_and_time_move_what_they_say() -> None:
    """Each with the change of what counts against caps and budgets."""
    held, issued = HELD, ISSUED
    steps = [
        (release_hold(held, now=NOW, expires_at=None), "issued", 0, [("post", 500)]),
        (end_pending(held, RewardState.DENIED, Reason.DENIED), "denied", -500, [("void", 500)]),
        (take_back_all(issued, Reason.CANCELLED), "cancelled", -500, [("reversal", 500)]),
        (reopen(take_back_all(issued, Reason.CANCELLED).after), "pending", 500, [("pending", 500)]),
        (undo_issue(issued), "pending", 0, [("reversal", 500), ("pending", 500)]),
        (expire(issued), "expired", 0, [("single", 500)]),
        (expire(replace(issued, redeemed=200)), "expired", 0, [("single", 300)]),
        (expire(replace(issued, reserved=200)), "issued", 0, [("single", 300)]),
        (expire(replace(issued, redeemed=500)), "redeemed", 0, []),
    ]
    for change, state, delta, moved in steps:
        assert (change.after.state, change.delta) == (state, delta)
        assert [(str(t.kind), t.amount) for t in change.transfers] == moved


# -- in a decision ------------------------------------------------------------------------------------------------------------


def test_a_denied_reward_is_not_given_again_and_the_line_says_so() -> None:
    story = Story(versions(SHARE))
    town = story.tell("Ben orders 30.00 on 3 May with Ada's code")
    ((key, reward),) = town.rewards["ben"].items()
    town.rewards["ben"][key] = replace(reward, state=RewardState.DENIED, reason=Reason.DENIED, by_person=True)
    story.tell("Ben orders 90.00 on 2 May with Ada's code")
    (line,) = town.last["ben"].explanation["rules"]
    assert (line["result"], line["reason"], town.last["ben"].changes) == ("unchanged", Reason.DENIED, [])
    assert said(town, "ada") == "nothing"


def test_under_purchase_an_order_that_does_not_qualify_is_no_finding_after_a_redemption() -> None:
    every = SHARE.replace("trigger: first_purchase", "trigger: {kind: purchase, min_value: 20.00}")
    story = Story(versions(every))
    town = story.tell(
        "Ben orders 10.00 on 1 May with Ada's code; Ben orders 30.00 on 2 May; Ada uses 1.00; Ben orders 50.00 on 3 May"
    )
    assert town.findings == []
    assert (said(town, "ada"), reasons(town, "ben")) == ("8.00 EUR", {"below_minimum_order"})
    (refused,) = town.last["ben"].explanation["refusals"]
    assert refused["saw"].keys() == {"order", "amount", "unit", "at", "minimum", "minimum_unit"}


def test_a_milestone_that_was_refused_is_given_later_only_if_the_count_is_still_what_was_seen() -> None:
    two = SHARE.replace("percent: 10", "amount: 5.00, structure: {kind: milestone, every: 2}")
    story = Story(versions(two))
    town = story.tell(
        "the program is paused; Ben orders 30.00 on 3 May with Ada's code; Cleo orders 30.00 on 3 May with Ada's code;"
        " the program is active again; Ben orders 10.00 on 4 May"
    )
    assert said(town, "ada") == "5.00 EUR"
    (move,) = town.last["ben"].moves
    assert (move.key, move.delta, move.exact, move.seen) == (count_key(KEY, "ada"), 0, True, 2)
