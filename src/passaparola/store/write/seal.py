"""Write one seal: a block, and its mark on the batches it holds. No ledger row is touched."""

from passaparola.domain.instant import Instant
from passaparola.store.ids import new_id
from passaparola.store.read.ledger import BlockRow
from passaparola.store.session import Conflict, Session


def write_block(session: Session, workspace: str, block: BlockRow, at: Instant) -> None:
    """Add the block and mark its batches. Raises Conflict when another sealer was first: of two with one height one wins."""
    session.run(
        "INSERT INTO store_block (id, workspace_id, height, first_serial, last_serial, previous, hash, at) VALUES"
        " (%(id)s::uuid, %(ws)s::uuid, %(height)s, %(first)s, %(last)s, %(previous)s, %(hash)s, %(at)s)",
        id=new_id(),
        ws=workspace,
        height=block.height,
        first=block.first_serial,
        last=block.last_serial,
        previous=block.previous,
        hash=block.hash,
        at=at,
    )
    marked = session.run(
        "UPDATE store_batch SET block = %(height)s WHERE workspace_id = %(ws)s::uuid AND block IS NULL"
        " AND serial >= %(first)s AND serial <= %(last)s",
        ws=workspace,
        height=block.height,
        first=block.first_serial,
        last=block.last_serial,
    )
    if marked != block.last_serial - block.first_serial + 1:
        raise Conflict("a batch was sealed by another")
