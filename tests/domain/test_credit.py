"""Which rewards pay at a checkout, and what each step leaves."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from passaparola.domain.rewards.change import Reward, RewardState, expire
from passaparola.domain.rewards.credit import bring_back, is_over, let_go, set_aside, spend, spread, usable


def lot(key: str, amount: int = 1000, *, issued: int = 0, expires: int | None = None, **parts: Any) -> Reward:
    return Reward(
        id=key, program="p", rule="r", side="advocate", beneficiary="ada", occasion=key, kind="store_credit", unit="EUR",
        amount=amount, state=RewardState.ISSUED, issued_at=issued, expires_at=expires, **parts,
    )  # fmt: skip


def taken(lots: list[Reward], amount: int, now: int = 50) -> list[tuple[str, int]]:
    return [(part.reward.id, part.amount) for part in spread(lots, amount, now=now)]


def test_what_expires_first_is_used_first_then_what_was_issued_first() -> None:
    lots = [lot("never-new", issued=2), lot("never-old", issued=1), lot("late", expires=90), lot("soon", expires=60)]
    assert taken(lots, 2500) == [("soon", 1000), ("late", 1000), ("never-old", 500)]


def test_a_reward_pays_what_is_left_of_it() -> None:
    assert taken([lot("a", reversed=100, redeemed=200, reserved=300, expired=50)], 1000) == [("a", 350)]


def test_at_its_last_moment_credit_is_over() -> None:
    assert usable(lot("a", expires=50), 49) == 1000
    assert usable(lot("a", expires=50), 50) == 0


@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.none() | st.integers(0, 100)), max_size=8),
    st.integers(1, 10**7),
)
def test_the_parts_never_exceed_what_there_is_nor_what_was_asked(
    lots: list[tuple[int, int | None]], amount: int
) -> None:
    found = [lot(str(n), minor, expires=expires) for n, (minor, expires) in enumerate(lots)]
    parts = spread(found, amount, now=50)
    assert sum(p.amount for p in parts) == min(amount, sum(usable(r, 50) for r in found))
    assert all(0 < p.amount <= usable(p.reward, 50) for p in parts)


def test_reserved_credit_is_spent_or_let_go() -> None:
    held = set_aside(lot("a"), 400).after
    assert (held.available, held.reserved) == (600, 400)
    used = spend(held, 400).after
    assert (used.available, used.redeemed, used.state) == (600, 400, "issued")
    assert let_go(held, 400).after == lot("a")


def test_a_reward_is_redeemed_when_nothing_of_it_is_left() -> None:
    used = spend(set_aside(lot("a"), 1000).after, 1000).after
    assert used.state == RewardState.REDEEMED
    back = bring_back(used, 1000).after
    assert (back.state, back.available, back.redeemed) == ("issued", 1000, 0)


def test_what_lay_in_a_checkout_when_its_life_ended_is_breakage_when_it_comes_back() -> None:
    held = set_aside(lot("a", expires=60), 400).after
    over = expire(held).after
    assert (over.expired, over.reserved, over.state) == (600, 400, "issued")
    free = let_go(over, 400).after
    assert is_over(free, 60)
    assert (expire(free).after.expired, expire(free).after.state) == (1000, "expired")
    assert spend(over, 400).after.state == "redeemed"
