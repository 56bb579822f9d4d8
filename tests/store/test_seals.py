"""The chain of seals: every commit once, in order, whoever writes or seals at the same time."""

import threading
import time
from functools import partial

import pytest

from passaparola.actions.ledger import seal as sealing
from passaparola.actions.ledger.seal import UnableToSeal, seal
from passaparola.domain.ledger.proof import GENESIS
from passaparola.store.models import Batch, Block, Transfer, Workspace
from tests.databases import Database
from tests.histories import START, a_full_history, a_workspace, example, friend_buys, tell
from tests.ledger_clean import assert_books_balance
from tests.races import at_once


def blocks() -> list[tuple[int, int, int]]:
    return list(Block.objects.order_by("height").values_list("height", "first_serial", "last_serial"))


def test_a_seal_holds_every_commit_up_to_the_last(database: Database) -> None:
    workspace = a_full_history()
    serial = Workspace.objects.get().serial
    before = list(Transfer.objects.order_by("id").values())
    assert seal(workspace, now=START) == serial
    assert blocks() == [(1, 1, serial)]
    assert Block.objects.get().previous == GENESIS
    assert not Batch.objects.exclude(block=1).exists()
    assert list(Transfer.objects.order_by("id").values()) == before
    assert_books_balance(workspace)


def test_what_is_sealed_is_not_sealed_again_and_the_next_block_follows(database: Database) -> None:
    workspace = a_full_history()
    serial = Workspace.objects.get().serial
    assert [seal(workspace, now=START), seal(workspace, now=START)] == [serial, 0]
    tell(workspace, friend_buys("ida", 70, ("o20", 5_000, "EUR")))
    assert seal(workspace, now=START) == 2
    first, second = Block.objects.order_by("height")
    assert (second.height, second.first_serial, second.previous) == (2, serial + 1, first.hash)
    assert_books_balance(workspace)


def test_a_long_tail_is_sealed_in_several_blocks(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = a_full_history()
    monkeypatch.setattr(sealing, "BATCHES_IN_A_BLOCK", 4)
    serial = Workspace.objects.get().serial
    assert seal(workspace, now=START) == serial
    assert blocks()[:2] == [(1, 1, 4), (2, 5, 8)]
    assert blocks()[-1][2] == serial
    assert_books_balance(workspace)


def test_a_gap_is_never_sealed_over(database: Database) -> None:
    workspace = a_full_history()
    Batch.objects.filter(serial=3).delete()
    with pytest.raises(UnableToSeal, match="after serial 0"):
        seal(workspace, now=START)
    assert not Block.objects.exists()


def test_an_empty_workspace_has_nothing_to_seal(database: Database) -> None:
    workspace = a_workspace()
    assert seal(workspace, now=START) == 0
    with pytest.raises(LookupError):
        seal("0" * 32, now=START)


def test_two_workspaces_have_two_chains(database: Database) -> None:
    first, second = a_full_history("first"), a_full_history("second")
    seal(first, now=START)
    assert Block.objects.count() == 1
    seal(second, now=START)
    assert Block.objects.filter(height=1).count() == 2
    for workspace in (first, second):
        assert_books_balance(workspace)


def test_under_concurrent_writers_no_serial_is_skipped(database: Database) -> None:
    workspace = a_workspace(example("give-5-get-5"))
    at_work, begun = [0, 1, 2], threading.Event()

    def write(writer: int) -> int:
        try:
            for n in range(8):
                told = friend_buys(f"friend-{writer}-{n}", 1, (f"o-{writer}-{n}", 1_000, "USD"), by=f"a-{writer}")
                tell(workspace, told)
                time.sleep(0.01)  # SQLite lets one writer in; the others must find a gap
                assert n < 4 or begun.wait(60), "nothing is sealed while the others write"
        finally:
            at_work.remove(writer)
        return 0

    def seal_meanwhile() -> int:
        sealed = 0
        while at_work:
            if count := seal(workspace, now=START):
                begun.set()
            sealed += count
        return sealed

    sealed = at_once(*[partial(write, n) for n in at_work], seal_meanwhile, seal_meanwhile)
    assert all(isinstance(count, int) for count in sealed), sealed
    rest = seal(workspace, now=START)
    assert len(blocks()) > 1
    serial = Workspace.objects.get().serial
    assert sum(count for count in sealed if isinstance(count, int)) + rest == serial
    assert list(Batch.objects.order_by("serial").values_list("serial", flat=True)) == list(range(1, serial + 1))
    assert [first for _, first, _ in blocks()] == [1, *(last + 1 for _, _, last in blocks()[:-1])]
    assert_books_balance(workspace)
