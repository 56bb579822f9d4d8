"""Windows that go by the segment in which the firm counts a friend."""

from collections.abc import Iterator
from typing import Any

import pytest

from passaparola.actions.ledger.replay import verify_replay
from passaparola.actions.people.facts import set_facts
from passaparola.store.models import Event, Referral
from tests.databases import Database, SqliteTemplate, fresh
from tests.histories import a_workspace
from tests.ledger_clean import assert_books_balance
from tests.shops import GIVE_TEN, asked, good, person
from tests.store.test_access import known, order, tell
from tests.store.test_admissions import statements_for


@pytest.fixture
def sqlite(sqlite_template: SqliteTemplate) -> Iterator[Database]:
    """Where no SQL of ours differs."""
    with fresh(sqlite_template) as database, database.use():
        yield database


BY_SEGMENT = GIVE_TEN + "windows: {bind_days: 10, by_segment: [{segment: b2b, bind_days: 365}]}\n"
INVITES = {"id": "i", "type": "share", "at": "2026-01-01T09:00:00Z", "person": "ada", "to": "ben"}


@pytest.mark.parametrize(
    ("said", "told", "status", "later"),
    [
        ("b2b", {}, "converted", "converted"),
        ("b2c", {}, "refused", "refused"),
        ("b2b", {"facts": {"segment": "b2c"}}, "refused", "refused"),
        ("", {}, "refused", "converted"),  # the segment that is told first counts
    ],
)
@pytest.mark.parametrize("size", [1, 2])
def test_the_windows_of_a_friend_go_by_the_segment_that_is_said_of_them_where_their_order_says_none(
    sqlite: Database, said: str, told: dict[str, Any], status: str, later: str, size: int
) -> None:
    workspace, events = a_workspace(BY_SEGMENT), [INVITES, order("ben", "50.00", "1", **told)]
    ben = known(workspace, "ben", **({"segment": said} if said else {"tier": "gold"}))
    for first in range(0, 2, size):
        tell(workspace, *events[first : first + size])
    assert Referral.objects.get().status == status
    good(set_facts(ben, facts={"segment": "b2b" if status == "refused" else "b2c"}, asked=asked(workspace)))
    tell(workspace, *events, order("ben", "9.00", "2", at="2026-03-02T09:00:00Z"))
    assert Referral.objects.get().status == later, "what was decided by a segment stays"
    assert Event.objects.count() == 3
    assert verify_replay(workspace) == []
    assert_books_balance(workspace)


def test_a_program_without_such_windows_asks_nothing_more_and_keeps_nothing_of_it(sqlite: Database) -> None:
    counts = []
    for slug, document in (("plain", GIVE_TEN), ("segments", BY_SEGMENT)):
        workspace = a_workspace(document, slug=slug)
        known(workspace, "ben", segment="b2b")
        counts.append(statements_for(workspace, order("ben", "50.00", "1", referred_by="ada")))
        assert person(workspace, "ben")
    assert counts[1] == counts[0] + 1
    assert list(Event.objects.order_by("id").values_list("facts", flat=True)) == [None, '{"segment":"b2b"}']
