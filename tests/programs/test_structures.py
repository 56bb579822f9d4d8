"""How much and how often: every n-th friend, tiers, bonuses for frequency."""

import pytest

from tests.programs.stage import Stage


@pytest.mark.parametrize(("friends", "vouchers"), [(4, 0), (5, 1), (9, 1), (10, 2)])
def test_x08_five_friends(stage: Stage, friends: int, vouchers: int) -> None:
    stage.play("x08")
    stage.friends(friends)
    assert len(stage.rewards("ada")) == vouchers


def test_x08_without_repeat_there_is_one(stage: Stage) -> None:
    stage.play("x08", ("repeat: true", "repeat: false"))
    stage.friends(10)
    assert len(stage.rewards("ada")) == 1


def test_x08_the_same_friend_buying_five_times_counts_once(stage: Stage) -> None:
    stage.play("x08")
    stage.friends(4)
    for day in range(2, 7):
        stage.buys("friend-1", "20.00", day=day)
    assert stage.rewards("ada") == []


def test_x08_the_voucher_takes_twenty_per_cent_off_the_next_purchase_and_no_other(stage: Stage) -> None:
    stage.play("x08")
    stage.friends(5)
    (voucher,) = stage.shop.items("/api/v1/vouchers")

    def redeem(order: str) -> tuple[int, int | None]:
        body = {"code": voucher["code"], "order": order, "order_minor": 15000, "currency": "EUR"}
        said = stage.shop.post("/api/v1/vouchers/redeem", body, idempotency=order)
        return said.status, said.json.get("discount_minor")

    assert redeem("next") == (200, 3000)  # 150.00 becomes 120.00
    assert redeem("after")[0] == 409


def test_x15_tiers(stage: Stage) -> None:
    """10.00 for the first two, 15.00 for the third to fifth, 25.00 from the sixth on: 90.00 for six."""
    stage.play("x15")
    stage.friends(6)
    assert [net for _, _, net, _, _ in stage.rewards("ada")] == [1000, 1000, 1500, 1500, 1500, 2500]
    assert stage.has("ada") == 9000


@pytest.mark.parametrize(("third", "given"), [(30, 3000), (31, 0)])
def test_x20_the_third_friend_in_thirty_days(stage: Stage, third: int, given: int) -> None:
    """The third on the thirtieth day after the first pays, on the thirty-first it does not."""
    stage.play("x20")
    stage.friends(2, day=0)
    assert stage.rewards("ada") == []
    stage.friends(1, day=third, first=3)
    assert stage.has("ada") == given


def test_x28_a_discount_and_a_freebie(stage: Stage) -> None:
    stage.play("x28")
    stage.friends(1)
    assert [(rule, state) for _, rule, _, _, state in stage.rewards("ada")] == [
        ("discount", "issued"),
        ("freebie", "issued"),
    ]


def test_x40_the_number_of_a_card_at_the_till(stage: Stage) -> None:
    """The cashier enters the card's number: the purchase is the advocate's."""
    stage.play("x40")
    stage.joins("ada")
    (card,) = [link["code"] for link in stage.shop.items("/api/v1/links")]
    stage.buys("ben", "12.00", code=card, channel="till")
    assert (stage.has("ada"), stage.has("ben")) == (500, 500)
    stage.buys("cleo", "12.00", code="NOSUCHCARD")
    assert (stage.has("ada"), stage.has("cleo")) == (500, 0)
