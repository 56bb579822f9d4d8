"""A workspace as the API and the command line show it."""

from typing import Any

from passaparola.domain.instant import Instant, iso
from passaparola.store.read.messages import ContactRow


def workspace_document(row: ContactRow) -> dict[str, Any]:
    """What it says of itself, and its switches: since when, or null."""
    return {
        "slug": row.slug,
        "name": row.name,
        "sandbox": row.sandbox,
        "contact_email": row.contact_email,
        "postal_address": row.postal_address,
        "website": row.website,
        "invites_allowed_at": _iso(row.invites_allowed_at),
        "invite_countries": list(row.invite_countries),
        "lateness_days": row.lateness_days,
        "mail_paused_at": _iso(row.mail_paused_at),
        "rewards_paused_at": _iso(row.rewards_paused_at),
    }


def _iso(at: Instant | None) -> str | None:
    return None if at is None else iso(at)
