"""The ends of enrolments and of one-time links, and what is counted of those who ask."""

from passaparola.domain.instant import Instant
from passaparola.store.ids import new_id
from passaparola.store.session import Session, writing

# Each must touch exactly one row: of two writers the second finds nothing to change.
USE_MAGIC = "UPDATE store_magiclink SET used_at = %(now)s WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid AND used_at IS NULL"
END_ENROLMENT = (
    "UPDATE store_enrolment SET state = %(state)s, address = '', browser = '', confirmed_at = %(confirmed_at)s"
    " WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid AND state = 'provisional'"
)
SWITCH_LINK = "UPDATE store_sharelink SET active = %(active)s WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid"


def count_up(session: Session, workspace: str, key: str, ends_at: Instant) -> int:
    """Count one more in this window; how many that makes."""
    rows = session.rows(
        "INSERT INTO store_ratecount (id, workspace_id, key, used, ends_at) VALUES (%(id)s::uuid, %(ws)s::uuid, %(key)s, 1, %(ends)s)"
        " ON CONFLICT (workspace_id, key) DO UPDATE SET used = store_ratecount.used + 1 RETURNING used",
        id=new_id(),
        ws=workspace,
        key=key,
        ends=ends_at,
    )
    return int(rows[0][0])


def forget_asking(workspace: str, *, links_before: Instant, counts_before: Instant) -> int:
    """Remove one-time links that ended, and counts of windows that ended, before these moments; and the addresses of invitations that
    ended with such links. How many rows."""
    with writing() as session:
        session.run(
            "UPDATE store_advocateinvitation SET address = '' WHERE workspace_id = %(ws)s::uuid AND expires_at < %(before)s"
            " AND address <> ''",
            before=links_before,
            ws=workspace,
        )
        links = session.run(
            "DELETE FROM store_magiclink WHERE expires_at < %(before)s AND workspace_id = %(ws)s::uuid",
            before=links_before,
            ws=workspace,
        )
        return links + session.run(
            "DELETE FROM store_ratecount WHERE ends_at < %(before)s AND workspace_id = %(ws)s::uuid",
            before=counts_before,
            ws=workspace,
        )
