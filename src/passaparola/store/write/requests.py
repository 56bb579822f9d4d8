"""What becomes of a request, and the key of a name. Each must touch exactly one row: of two writers the second finds nothing to change."""

MOVE_REQUEST = (
    "UPDATE store_referralrequest SET state = %(state)s, found = %(found)s, person_id = %(person)s::uuid, asked_at = %(now)s"
    " WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid AND state = %(seen)s"
)
CONFIRM_REQUEST = (
    "UPDATE store_referralrequest SET state = 'new' WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid"
    " AND state = 'unconfirmed'"
)
# `decided_at` of a request that still waits: its settling has begun, for this person, and nobody else may end it.
_MINE = " AND state = %(seen)s AND (decided_at IS NULL OR person_id = %(person)s::uuid)"
CLAIM_REQUEST = (
    "UPDATE store_referralrequest SET person_id = %(person)s::uuid, decided_at = %(now)s"
    f" WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid{_MINE}"
)
GIVE_BACK_REQUEST = (
    "UPDATE store_referralrequest SET person_id = %(before)s::uuid, decided_at = NULL"
    " WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid AND state = %(seen)s AND person_id = %(person)s::uuid"
    " AND decided_at = %(claimed)s"
)
# What is personal goes with the decision.
END_REQUEST = (
    "UPDATE store_referralrequest SET state = %(state)s, reason = %(reason)s, person_id = COALESCE(%(person)s::uuid, person_id),"
    " friend = '', friend_name = '', said = '', words = '', decided_at = %(now)s"
    f" WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid{_MINE}"
)
LAPSE_REQUEST = (
    "UPDATE store_referralrequest SET state = 'lapsed', friend = '', friend_name = '', said = '', words = '', decided_at = %(now)s"
    " WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid AND state = %(seen)s"
    " AND (decided_at IS NULL OR decided_at < %(cut_off)s)"
)
NAME_KEY = (
    "INSERT INTO store_namekey (id, workspace_id, person_id, key) VALUES (%(id)s::uuid, %(ws)s::uuid, %(person)s::uuid, %(key)s)"
    " ON CONFLICT (workspace_id, person_id) DO UPDATE SET key = excluded.key"
)
