"""What a new program file changes, key by key, in values and sentences."""

from passaparola.domain.programs.changes import KeyChange, changes_of
from tests.histories import SMALL_BUDGET, TWO_FRIENDS


def only(found: tuple[KeyChange, ...]) -> KeyChange:
    assert len(found) == 1
    return found[0]


def test_the_same_file_with_other_remarks_changes_nothing() -> None:
    assert changes_of(SMALL_BUDGET, SMALL_BUDGET) == ()
    assert changes_of(SMALL_BUDGET, "# a remark\n" + SMALL_BUDGET) == ()


def test_a_changed_value_is_told_with_both_sentences() -> None:
    found = only(changes_of(SMALL_BUDGET, SMALL_BUDGET.replace("40.00", "90.00")))
    assert (found.key, found.kind) == ("budget", "changed")
    assert [(v.before, v.now) for v in found.values] == [("40.00", "90.00")]
    assert "40.00 EUR" in found.said_before[0]
    assert "90.00 EUR" in found.said_now[0]


def test_added_and_removed_keys_are_told_each_with_its_own_sentences() -> None:
    more = TWO_FRIENDS + "windows: {bind_days: 30}\ncaps:\n  - {per: advocate, metric: count, max: 3}\n"
    by_key = {change.key: change for change in changes_of(TWO_FRIENDS, more)}
    assert {key: change.kind for key, change in by_key.items()} == {"windows": "added", "caps": "added"}
    assert "3" in by_key["caps"].said_now[0]
    assert "30 days" in by_key["windows"].said_now[0]
    back = {change.key: change for change in changes_of(more, TWO_FRIENDS)}
    assert {change.kind for change in back.values()} == {"removed"}
    assert back["caps"].said_before == by_key["caps"].said_now


def test_items_of_a_list_are_known_by_their_ids() -> None:
    other = SMALL_BUDGET.replace("    side: advocate\n", "    side: friend\n")
    paths = [v.path for change in changes_of(SMALL_BUDGET, other) for v in change.values]
    assert paths == ["rewards[share].side"]
