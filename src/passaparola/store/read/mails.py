"""The mails that a person was sent, or was not: what staff see of them. No address, no words."""

from passaparola.store.read.pages import Listing

MAILS = Listing(
    "store_message",
    "m",
    {name: f"m.{name}" for name in ("id", "kind", "state", "reason", "created_at", "ended_at")},
    filters={"people": "m.person_id = any{people:uuid} AND m.reason <> 'told_together'"},
)
