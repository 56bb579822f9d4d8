"""Values: made, compared and changed as dataclasses are."""

import dataclasses

import pytest

from passaparola.domain.rewards.change import Reward, RewardState
from passaparola.domain.values import replace

FIVE = Reward("r1", "p", "rule", "friend", "ben", "o1", "store_credit", "EUR", 500, RewardState.PENDING, hold_until=7)


def test_a_changed_value_is_the_one_dataclasses_would_make() -> None:
    changed = replace(FIVE, state=RewardState.ISSUED, hold_until=None, issued_at=9)
    assert changed == dataclasses.replace(FIVE, state=RewardState.ISSUED, hold_until=None, issued_at=9)
    assert (FIVE.state, FIVE.hold_until) == (RewardState.PENDING, 7), "the value before stays as it was"
    assert replace(FIVE) == FIVE


def test_a_field_that_is_none_of_the_value_is_refused() -> None:
    with pytest.raises(KeyError, match="colour"):
        replace(FIVE, colour="red")  # type: ignore[call-arg]
