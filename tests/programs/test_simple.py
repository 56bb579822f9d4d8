"""One-sided, two-sided, flat, proportional, and nothing at all."""

import pytest

from tests.programs.stage import Stage


def test_x12_one_sided(stage: Stage) -> None:
    """The friend gets nothing; the referral waits for an order, and lapses after the window."""
    stage.play("x12")
    stage.signs_up("ben")
    assert stage.rewards() == []
    stage.buys("ben", "30.00", day=20)
    assert (stage.has("ada"), stage.has("ben")) == (1000, 0)
    stage.signs_up("cleo", day=2)
    stage.buys("cleo", "30.00", day=93)
    assert stage.has("ada") == 1000
    assert stage.refusals() == {"earn_window_over": 1}


def test_x13_two_sided(stage: Stage) -> None:
    """One reward each, both or neither; the same order again pays nothing more; a refund takes both back."""
    stage.play("x13")
    stage.signs_up("ben")
    order = stage.buys("ben", "40.00")
    stage.buys("ben", "40.00", day=3)
    assert [(person, net, state) for person, _, net, _, state in stage.rewards()] == [
        ("ada", 1000, "issued"),
        ("ben", 1000, "issued"),
    ]
    stage.refunds(order, day=4)
    assert stage.states() == ["reversed", "reversed"]
    assert stage.cost() == 0


def test_x13_neither_where_the_budget_has_room_for_one(stage: Stage) -> None:
    stage.play("x13", ("rewards:", "budget: {total: 30.00}\n\nrewards:"))
    stage.friends(2)
    assert stage.rewards(person="friend-2") == []
    assert (stage.has("ada"), stage.cost()) == (1000, 2000)


def test_x14_flat(stage: Stage) -> None:
    """Seven friends, seven equal rewards."""
    stage.play("x14")
    stage.friends(7)
    assert [net for _, _, net, _, _ in stage.rewards("ada")] == [1000] * 7


@pytest.mark.parametrize(("order", "gives"), [("30.00", 500), ("200.00", 2000), ("900.00", 5000)])
def test_x17_proportional(stage: Stage, order: str, gives: int) -> None:
    """Ten per cent, at least 5.00, at most 50.00."""
    stage.play("x17")
    stage.signs_up("ben")
    stage.buys("ben", order)
    assert stage.has("ada") == gives


def test_x33_nothing_is_given_and_all_is_tracked(stage: Stage) -> None:
    stage.play("x33")
    stage.friends(3)
    said = stage.report()
    assert (said["converted_friends"], said["rewards"], stage.cost()) == (3, [], 0)
    assert said["revenue_minor"] == {"EUR": 12000}
