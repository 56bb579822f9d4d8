"""What a shelf moved to its file comes back as it was."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from passaparola.actions.events.overlay import Case
from passaparola.actions.rehearsal.memory import REFERRALS, STORED
from passaparola.domain.events.event import EventType
from passaparola.domain.referrals.state import FriendState, Order
from passaparola.domain.rewards.change import Reward, RewardState
from passaparola.store.read.gather import StoredEvent
from passaparola.store.shelf import PLAIN, TEXT, Form, Shelf, ShelfFile

EVENT = StoredEvent(
    "e" * 32, "default", "e1", EventType.PURCHASE, 5, "p" * 32, None, None, "e1", None, 500, "USD", None, None, False, "recorded", "c" * 64
)  # fmt: skip
CASE = Case("c" * 32, "g" * 32, "p" * 32, FriendState(orders={"e1": Order("e1", 5, "e" * 32, 500, "USD")}), None)
REWARD = Reward(
    "r" * 32,
    "g" * 32,
    "friend",
    "friend",
    "p" * 32,
    "c" * 32,
    "store_credit",
    "USD",
    500,
    RewardState.ISSUED,
    referral="c" * 32,
)


@dataclass(slots=True)
class Doubled:
    """A record that is not made of its fields as they are."""

    first: int
    second: int

    def __post_init__(self) -> None:
        self.second *= 2


class Named(Order):
    """A record with more than its fields."""


def a_named() -> Order:
    order = Named("e1", 5, "e" * 32, 500, "USD")
    order.name = "said"  # type: ignore[attr-defined]
    return order


@pytest.mark.parametrize("value", [EVENT, CASE, [EVENT, CASE], {"a": CASE}, Doubled(1, 2), (1, "two"), None])
def test_what_lies_in_the_file_comes_back_as_it_was(value: Any) -> None:
    assert far_and_back(value) == value


def test_a_record_with_more_than_its_fields_keeps_it() -> None:
    back = far_and_back(a_named())
    assert (back, vars(back)) == (a_named(), {"name": "said"})


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (EVENT, STORED),
        (replace(CASE, rewards={REWARD.key: REWARD}, has_rewards=True), REFERRALS),
        (("one", 2), PLAIN),
        ("a", TEXT),
    ],
)
def test_each_form_brings_back_what_it_wrote(value: Any, form: Form) -> None:
    assert far_and_back(value, form) == value


def test_what_was_read_and_then_said_anew_is_not_read_again() -> None:
    with ShelfFile() as file:
        shelf = Shelf(file, "things", near=1, form=TEXT)
        for turn, value in enumerate(("first", "second", "third")):
            shelf["one"] = value
            shelf.trim()
            shelf[f"{turn}"] = "newer"
            shelf.trim()
            assert (shelf["one"], shelf["one"]) == (value, value)
        del shelf["one"]
        assert "one" not in shelf


def far_and_back(value: Any, form: Form | None = None) -> Any:
    with ShelfFile() as file:
        shelf = Shelf(file, "things", near=1, form=form)
        shelf["one"] = value
        shelf.trim()
        shelf["two"] = "newer"
        shelf.trim()
        assert not {"one"} & (shelf._young.keys() | shelf._old.keys())
        return shelf["one"]
