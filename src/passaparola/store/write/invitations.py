"""The ends of an invitation. Each must touch exactly one row: of two writers the second finds it used or revoked, and reads again."""

_OPEN = " WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid AND used_at IS NULL AND revoked_at IS NULL"
USE = f"UPDATE store_advocateinvitation SET used_at = %(now)s, used_by_id = %(person)s::uuid, address = ''{_OPEN}"
REVOKE = f"UPDATE store_advocateinvitation SET revoked_at = %(now)s, address = ''{_OPEN}"
