"""At most how much: Dropbox's sixteen gigabytes, a share a friend, five coffees a month."""

import pytest

from tests.programs.stage import Stage


def newcomers(stage: Stage, count: int, first: int = 1) -> None:
    """Sign-ups of new friends of Ada's, one import."""
    stage.tell(
        *(
            stage.event("signup", 1 + n / 100, person=f"friend-{n}", referred_by="ada")
            for n in range(first, first + count)
        )
    )


def test_x01_each_side_gets_space_until_the_cap(stage: Stage) -> None:
    """31 friends: 15,500 MB; 32: 16,000, the cap exactly; the 33rd gives the advocate nothing, and the friend the same as ever."""
    stage.play("x01")
    newcomers(stage, 1)
    assert (stage.has("ada", "MB"), stage.has("friend-1", "MB")) == (500, 500)
    newcomers(stage, 30, first=2)
    assert stage.has("ada", "MB") == 15_500
    newcomers(stage, 2, first=32)
    assert (stage.has("ada", "MB"), stage.has("friend-33", "MB")) == (16_000, 500)
    assert stage.refusals() == {"cap_reached": 1}


@pytest.mark.parametrize(("policy", "at_33", "at_34"), [("clip", 16_384, 16_384), ("stop", 16_000, 16_000)])
def test_x01_where_a_gigabyte_has_1024(stage: Stage, policy: str, at_33: int, at_34: int) -> None:
    stage.play("x01", ("unit_base: 1000", "unit_base: 1024"), ("policy: clip", f"policy: {policy}"))
    newcomers(stage, 33)
    assert stage.has("ada", "MB") == at_33
    newcomers(stage, 1, first=34)
    assert stage.has("ada", "MB") == at_34


def test_x01_an_invited_friends_own_friend_is_theirs(stage: Stage) -> None:
    stage.play("x01")
    stage.signs_up("ben", by="ada")
    stage.signs_up("cleo", by="ben", day=2)
    assert stage.has("ada", "MB") == 500
    assert stage.has("ben", "MB", rule="advocate-space") == 500


def test_x06_a_share_for_both_without_a_purchase_and_the_draw_repeats(stage: Stage) -> None:
    stage.play("x06")
    for n in range(1, 6):
        stage.tell(stage.event("stage", n, person=f"user-{n}", stage="approved", referred_by="ada"))
    given = [net for _, _, net, _, _ in stage.rewards("ada")]
    assert len(given) == 5
    assert set(given) <= {250, 5000}
    assert len(stage.rewards("user-1")) == 1


def test_x29_another_present_in_each_shop_and_five_a_month(stage: Stage) -> None:
    stage.play("x29")
    for n in range(1, 8):
        stage.signs_up(f"friend-{n}", day=n)
        stage.buys(f"friend-{n}", "9.00", day=n + 0.1, facts={"location": "centre" if n % 2 else "station"})
    assert [rule for _, rule, *_ in stage.rewards("ada")] == [
        "coffee-centre", "cake-station", "coffee-centre", "cake-station", "coffee-centre",
    ]  # fmt: skip
    stage.signs_up("friend-9", day=35)
    stage.buys("friend-9", "9.00", day=35.1, facts={"location": "station"})
    assert len(stage.rewards("ada")) == 6  # the next month
    assert stage.cost() == 0
