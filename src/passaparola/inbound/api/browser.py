"""What a browser may tell with a publishable key, which everybody who opens the page can read: little, and nothing that is trusted.

A visit, a share or a sign-up, at the server's time. Ids begin with `web-`, so that nobody can take the id of an event that the shop
will send. Who is an advocate is said by a code or a visit, never by name.
"""

from typing import Any

from passaparola.domain.events.event import BROWSER_ID, EventType
from passaparola.domain.events.read import NAMES
from passaparola.inbound.api.problems import FieldProblem, Problem

TYPES = frozenset({EventType.VISIT, EventType.SHARE, EventType.SIGNUP})
FIELDS = frozenset({"id", "type", "person", "email", "phone", "device", "to", "code", "visit", "channel"})


def check_browser_event(raw: Any) -> None:
    """Raises Problem: 403 for a type or field that needs a secret key, 422 for an id that could be the shop's."""
    if not isinstance(raw, dict):
        return
    if isinstance(raw.get("type"), str) and raw["type"] not in TYPES:
        raise Problem("publishable_key", f"Publishable keys may only send {', '.join(sorted(TYPES))}.")
    beyond = sorted(str(k)[:64] for k in raw if NAMES.get(k, k) not in FIELDS and raw[k] is not None)
    if beyond:
        raise Problem("publishable_key", f"Publishable keys may not send {', '.join(beyond)}.")
    if isinstance(raw.get("id"), str) and not raw["id"].startswith(BROWSER_ID):
        wrong = [FieldProblem("id", f"must begin with {BROWSER_ID} when it comes with a publishable key")]
        raise Problem("invalid", "The event was not recorded.", wrong)
