"""Changes of what is said of a person. Each must touch exactly one row: of two writers the second finds other facts, and reads again."""

_SET = "UPDATE store_person SET facts = %(new)s, revision = revision + 1 WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid"
SET_FACTS = f"{_SET} AND facts = %(seen)s"
FIRST_FACTS = f"{_SET} AND facts IS NULL"
