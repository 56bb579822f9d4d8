"""What was mailed to whom."""

from collections.abc import Sequence

from passaparola.domain.instant import Instant
from passaparola.store.session import Session


def mailed_since(session: Session, workspace: str, address_mac: str, since: Instant, kinds: Sequence[str]) -> int:
    """How many mails of these kinds were queued for an address since then, whatever became of them."""
    rows = session.rows(
        "SELECT COUNT(*) FROM store_message m WHERE m.workspace_id = %(ws)s::uuid AND m.address_mac = %(mac)s"
        " AND m.created_at >= %(since)s AND m.kind = any{kinds:text}",
        ws=workspace,
        mac=address_mac,
        since=since,
        kinds=list(kinds),
    )
    return int(rows[0][0])
