"""What PostgreSQL is told to look at while a shop is new, so that its plans fit."""

import pytest

from passaparola.store.write import plan
from tests.databases import Database, only_postgres
from tests.histories import a_workspace
from tests.store.telling import GIVE_FIVE, query, signup, tell


def learned() -> set[str]:
    rows = query("SELECT relname FROM pg_class WHERE relname LIKE 'store_%%' AND reltuples > 0")
    return {name for (name,) in rows}


def three_commits(slug: str = "main", friends: int = 1) -> None:
    workspace = a_workspace(GIVE_FIVE, slug=slug)
    for n in range(3):
        tell(workspace, *(signup(f"ben{n}-{m}", referred_by="ada") for m in range(friends)))


@only_postgres
def test_a_new_shop_is_looked_at_after_a_few_commits(database: Database) -> None:
    three_commits()
    assert {"store_event", "store_referral", "store_identity"} <= learned()


@only_postgres
def test_a_table_is_looked_at_again_when_it_has_doubled(database: Database) -> None:
    """Twice as many pages as they were: other workspaces that begin do not look at what has hardly grown."""

    def known() -> dict[str, float]:
        return dict(query("SELECT relname, reltuples FROM pg_class WHERE relname = 'store_event'"))

    three_commits()
    before = known()
    three_commits("second")
    assert known() == before
    three_commits("third", friends=100)
    assert known()["store_event"] > before["store_event"] + 50


@only_postgres
def test_a_table_that_is_known_to_be_large_is_left_to_autovacuum(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "LARGE", -1)  # every table is
    before = learned()
    three_commits()
    assert learned() == before
