"""G-18, A69: a thousand addresses by one advocate, a thousand advocates and one address; what arrives is counted in the mailbox."""

from collections.abc import Iterator

import pytest

from passaparola.store.read import messages as read
from tests.databases import Database
from tests.gauntlet.conftest import Say
from tests.postbox import Postbox, postbox
from tests.store.inviting import reaches_few, sending

pytestmark = pytest.mark.gauntlet
DOSE = 1000


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as box:
        yield box


def test_g18_a_thousand_reach_few(database: Database, box: Postbox, say: Say) -> None:
    with sending(box) as sender:
        said = reaches_few(box, sender, addresses=DOSE, crowd=DOSE + 1)
    say(f"G-18 {database.vendor}: {said}")


def test_g18_a_planted_limit_that_is_not_kept_is_noticed(
    database: Database, box: Postbox, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "invitations_since", lambda *_: 0)
    with sending(box) as sender, pytest.raises(AssertionError):
        reaches_few(box, sender, addresses=20, crowd=3)
    say(f"G-18 {database.vendor}: planted, no limit a day: caught")
