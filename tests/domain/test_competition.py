"""Where one's own offer stands among those of competitors, for each side apart."""

import pytest

from passaparola.domain.competition import Rival, UnableToReadWorth, ranked, worth_of
from passaparola.domain.programs.compiled import Side

RIVALS = (
    Rival("Even", "10.00", "5.00", "EUR"),
    Rival("Generous", "25 %", "", "EUR"),
    Rival("Abroad", "99.00", "99.00", "USD"),
    Rival("Mean", "", "5", "EUR"),
)


def order_of(side: Side, *, order: int | None = 8000) -> list[tuple[int | None, str]]:
    return [(one.place, one.name) for one in ranked(RIVALS, side, own=("Ours", 1000, "EUR"), order=order)]


def test_set_11_the_own_offer_is_ranked_per_side_and_alike_offers_share_a_place() -> None:
    assert order_of(Side.ADVOCATE) == [(1, "Generous"), (2, "Ours"), (2, "Even"), (4, "Mean"), (None, "Abroad")]
    assert order_of(Side.FRIEND) == [(1, "Ours"), (2, "Even"), (2, "Mean"), (4, "Generous"), (None, "Abroad")]


def test_a_share_of_an_order_that_nobody_knows_and_another_currency_are_not_compared() -> None:
    assert order_of(Side.ADVOCATE, order=None)[-2:] == [(None, "Abroad"), (None, "Generous")]


@pytest.mark.parametrize("text", ["ten", "-1", "1.234", "0 %", "101 %", "1,5", "5 % off"])
def test_what_is_neither_an_amount_nor_a_share_is_refused(text: str) -> None:
    with pytest.raises(UnableToReadWorth):
        worth_of(text, "EUR", 8000)
