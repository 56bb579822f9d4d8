"""Seal the commits: chain, in the order of their serials, the digests that they left, so that no later change stays unseen."""

from passaparola.domain.instant import Instant
from passaparola.domain.ledger.proof import GENESIS, Seal
from passaparola.store.read.ledger import BlockRow, batches_after, committed_serial, last_block, sealed_rows
from passaparola.store.session import Conflict, Session, reading, writing
from passaparola.store.write.seal import write_block

BATCHES_IN_A_BLOCK = 5000
TRIES = 5


class UnableToSeal(RuntimeError):
    """A serial is missing: a commit was deleted, and a seal over the gap would hide it. `ledger verify` says where."""


def seal(workspace: str, *, now: Instant) -> int:
    """Chain every commit up to the last one into blocks of at most 5,000. The number of commits sealed by this call.

    Serials commit in order, so none can appear behind a seal. Of two sealers at once one wins each block, and the other goes on after it.
    Raises UnableToSeal over a gap, LookupError when there is no such workspace.
    """
    with reading() as session:
        until = committed_serial(session, workspace)
    sealed = losses = 0
    while True:
        try:
            with writing() as session:
                block = _next_block(session, workspace, until)
                if block is None:
                    return sealed
                write_block(session, workspace, block, now)
            sealed += block.last_serial - block.first_serial + 1
        except Conflict:
            losses += 1
            if losses == TRIES:
                raise


def _next_block(session: Session, workspace: str, until: int) -> BlockRow | None:
    last = last_block(session, workspace) or BlockRow(0, 0, 0, "", GENESIS)
    if last.last_serial >= until:
        return None
    batches = batches_after(session, workspace, last.last_serial, BATCHES_IN_A_BLOCK)
    expected = range(last.last_serial + 1, last.last_serial + 1 + len(batches))
    if not batches or [batch.serial for batch in batches] != list(expected):
        raise UnableToSeal(f"workspace {workspace}: a commit after serial {last.last_serial} is missing")
    digest = Seal(last.hash).take(sealed_rows(batches)).hash
    return BlockRow(last.height + 1, batches[0].serial, batches[-1].serial, last.hash, digest)
