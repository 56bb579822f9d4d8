"""Invitations by a token. Only the token's hash is kept, so a row is found by it alone, of whatever program."""

from passaparola.domain.instant import Instant
from passaparola.domain.values import value
from passaparola.store.read.pages import Listing
from passaparola.store.session import Session


@value(frozen=True, slots=True)
class InvitationRow:
    """One invitation; `person` and `address` say for whom it is, where they say anything."""

    id: str
    program: str
    person: str | None
    address: str
    created_at: Instant
    expires_at: Instant
    used_at: Instant | None
    used_by: str | None
    revoked_at: Instant | None


_NAMES = ("id", "program_id", "person_id", "address", "created_at", "expires_at", "used_at", "used_by_id", "revoked_at")
INVITATIONS = Listing(
    "store_advocateinvitation",
    "v",
    {name: f"v.{name}" for name in _NAMES},
    filters={"program": "v.program_id = %(program)s::uuid"},
)
_SELECT = f"SELECT {', '.join(_NAMES)} FROM store_advocateinvitation WHERE workspace_id = %(ws)s::uuid"


def invitation_by_hash(session: Session, workspace: str, token_hash: str) -> InvitationRow | None:
    rows = session.rows(f"{_SELECT} AND token_hash = %(hash)s", ws=workspace, hash=token_hash)
    return InvitationRow(*rows[0]) if rows else None


def invitation_by_id(session: Session, workspace: str, key: str) -> InvitationRow | None:
    rows = session.rows(f"{_SELECT} AND id = %(id)s::uuid", ws=workspace, id=key)
    return InvitationRow(*rows[0]) if rows else None
