"""Prove that no commit's transfers were changed and that the seals hold: L2, streamed in the order of the serials."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from passaparola.domain.ledger.proof import GENESIS, Seal
from passaparola.store.read.discrepancies import Discrepancy
from passaparola.store.read.ledger import (
    BatchRow,
    BlockRow,
    batches_after,
    blocks_after,
    sealed_rows,
    transfers_of,
)
from passaparola.store.session import Row, Session
from passaparola.store.write.plan import INSERTS, digest

PAGE = 1000
ENTRIES_AT_ONCE = 20_000
_BATCH = INSERTS["transfer"].index("batch")

Item = TypeVar("Item")


def altered_commits(session: Session, workspace: str, *, unsealed_only: bool) -> Iterator[Discrepancy]:
    """Commits whose transfers are not those that they left: by number, then by digest."""
    for group in _groups(_batches(session, workspace, 0), unsealed_only):
        found: dict[str, list[Row]] = {batch.id: [] for batch in group}
        for row in transfers_of(session, found):
            found[row[_BATCH]].append(row)
        for batch in group:
            yield from _altered(batch, found[batch.id])


def _altered(batch: BatchRow, rows: list[Row]) -> Iterator[Discrepancy]:
    where = (batch.id, f"serial {batch.serial}")
    if len(rows) != batch.entries:
        yield Discrepancy(where, f"{len(rows)} transfers", str(batch.entries))
    elif batch.digest != (now := digest(rows)):
        yield Discrepancy(where, f"transfers of digest {now}", batch.digest)


def broken_seals(session: Session, workspace: str) -> Iterator[Discrepancy]:
    """Blocks that do not follow the one before, whose hash is not that of their batches; batches that name another block than theirs."""
    batches = _Ahead(_batches(session, workspace, 0))
    previous = BlockRow(0, 0, 0, "", GENESIS)
    for block in _pages(lambda last: blocks_after(session, workspace, last, PAGE), 0, lambda b: b.height):
        where = (f"block {block.height}",)
        if (block.height, block.previous) != (previous.height + 1, previous.hash):
            expected = f"block {previous.height + 1} after {previous.hash}"
            yield Discrepancy(where, f"block {block.height} after {block.previous}", expected)
        if block.first_serial != previous.last_serial + 1 or block.last_serial < block.first_serial:
            expected = f"from {previous.last_serial + 1}"
            yield Discrepancy(where, f"serials {block.first_serial} to {block.last_serial}", expected)
        yield from _one_block(block, batches, where)
        previous = block
    for batch in batches.rest():
        if batch.block is not None:
            yield Discrepancy((batch.id, f"serial {batch.serial}"), f"block {batch.block}", "no block yet")


def _one_block(block: BlockRow, batches: "_Ahead[BatchRow]", where: tuple[str, ...]) -> Iterator[Discrepancy]:
    seal, count = Seal(block.previous), 0
    while (batch := batches.next) is not None and batch.serial <= block.last_serial:
        seal.take(sealed_rows([batch]))
        count += 1
        if batch.block != block.height:
            found = "no block" if batch.block is None else f"block {batch.block}"
            yield Discrepancy((batch.id, f"serial {batch.serial}"), found, f"block {block.height}")
        batches.step()
    if seal.hash != block.hash:
        yield Discrepancy(where, f"the hash {seal.hash} of its {count} batches", block.hash)


def _batches(session: Session, workspace: str, after: int) -> Iterator[BatchRow]:
    return _pages(lambda last: batches_after(session, workspace, last, PAGE), after, lambda b: b.serial)


def _pages(page: Callable[[int], list[Item]], last: int, place: Callable[[Item], int]) -> Iterator[Item]:
    while items := page(last):
        yield from items
        last = place(items[-1])


def _groups(batches: Iterator[BatchRow], unsealed_only: bool) -> Iterator[list[BatchRow]]:
    """As many commits at once as keep memory small, by the number of their transfers."""
    group: list[BatchRow] = []
    entries = 0
    for batch in batches:
        if unsealed_only and batch.block is not None:
            continue
        if group and (entries + batch.entries > ENTRIES_AT_ONCE or len(group) == PAGE):
            yield group
            group, entries = [], 0
        group.append(batch)
        entries += batch.entries
    if group:
        yield group


class _Ahead(Generic[Item]):
    """An iterator that shows its next item."""

    def __init__(self, items: Iterator[Item]):
        self._items = items
        self.next = next(items, None)

    def step(self) -> None:
        self.next = next(self._items, None)

    def rest(self) -> Iterator[Item]:
        while self.next is not None:
            yield self.next
            self.step()
