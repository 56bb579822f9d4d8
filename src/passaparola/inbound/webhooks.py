"""Webhooks as the API and the command line show them, and what the command line asks for."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from django.conf import settings

from passaparola.actions.acting import Asked, NotFound, Performed, done
from passaparola.actions.documents import at
from passaparola.actions.webhooks import endpoints
from passaparola.actions.webhooks.endpoints import Endpoint, Wanted
from passaparola.actions.webhooks.replay import replay, retry_dead_letters
from passaparola.domain.instant import parse_instant
from passaparola.domain.shown import shown
from passaparola.inbound.keyring import the_keyring
from passaparola.store.read.pages import Record
from passaparola.store.read.webhooks import EndpointRow


def endpoint_document(row: EndpointRow) -> dict[str, Any]:
    """A webhook without its secret."""
    return _endpoint(
        {
            "id": row.id,
            "url": row.url,
            "description": row.description,
            "topics": orjson.dumps(row.topics),
            "state": row.state,
            "reason": row.reason,
            "created_at": row.created_at,
            "old_secret_until": row.old_secret_until,
            "replay_until": row.replay_until,
        }
    )


def endpoint_record(row: Record) -> dict[str, Any]:
    """The same, from its row in a listing."""
    return _endpoint(row)


def _endpoint(row: Record) -> dict[str, Any]:
    return {
        "id": shown("whk", row["id"]),
        "url": row["url"],
        "description": row["description"],
        "topics": orjson.loads(row["topics"]),
        "state": row["state"],
        "reason": row["reason"],
        "created_at": at(row["created_at"]),
        "old_secret_until": at(row["old_secret_until"]),
        "replaying_until": at(row["replay_until"]),
    }


def delivery_record(row: Record, attempts: Sequence[Record]) -> dict[str, Any]:
    """One delivery with its attempts, the oldest first."""
    return {
        "id": shown("whd", row["id"]),
        "message": row["message"],
        "topic": row["topic"],
        "state": row["state"],
        "next_attempt_at": at(row["due_at"]) if row["state"] == "waiting" else None,
        "created_at": at(row["created_at"]),
        "ended_at": at(row["ended_at"]),
        "attempts": [_attempt(t) for t in sorted(attempts, key=lambda t: int(t["number"]))],
    }


def _attempt(row: Record) -> dict[str, Any]:
    return {name: row[name] for name in ("number", "milliseconds", "status", "problem", "answer")} | {
        "at": at(row["at"])
    }


def add_webhook(asked: Asked, *, url: str, topics: Sequence[str], description: str) -> dict[str, Any]:
    """A new webhook, with its secret. Raises Refusal."""
    wanted = Wanted(url, description, tuple(topics))
    return _fresh(endpoints.add_endpoint(wanted, asked=asked, keys=the_keyring(), networks=settings.WEBHOOK_NETWORKS))


def rotate_webhook(asked: Asked, *, webhook: str) -> dict[str, Any]:
    """A new secret for it. Raises NotFound."""
    return _fresh(endpoints.rotate_secret(webhook_key(webhook), asked=asked, keys=the_keyring()))


def replay_webhook(asked: Asked, *, webhook: str, since: str) -> dict[str, Any]:
    """Tell it the past again. Raises NotFound, Refusal, UnableToReadInstant."""
    return endpoint_document(done(replay(webhook_key(webhook), parse_instant(since), asked=asked)).row)


SWITCHES: dict[str, Callable[..., Performed[Endpoint]]] = {
    "enable": endpoints.enable_endpoint,
    "disable": endpoints.disable_endpoint,
    "remove": endpoints.remove_endpoint,
}


def switch_webhook(asked: Asked, *, webhook: str, to: str) -> dict[str, Any]:
    """Enable, disable or remove it. Raises NotFound."""
    return endpoint_document(done(SWITCHES[to](webhook_key(webhook), asked=asked)).row)


def try_webhook(asked: Asked, *, webhook: str) -> dict[str, Any]:
    """Send it a test. Raises NotFound, Refusal."""
    return {"delivery": shown("whd", done(endpoints.send_test(webhook_key(webhook), asked=asked)))}


def retry_outbox(asked: Asked) -> dict[str, Any]:
    """Try again what could not be handed out."""
    return {"rows": done(retry_dead_letters(asked=asked))}


def _fresh(performed: Performed[Endpoint]) -> dict[str, Any]:
    made = done(performed)
    return {**endpoint_document(made.row), "secret": made.secret}


def webhook_key(text: str) -> str:
    """Our id of a webhook `whk_…`. Raises NotFound."""
    prefix, _, key = text.partition("_")
    if prefix != "whk" or len(key) != 32 or not all(c in "0123456789abcdef" for c in key):
        raise NotFound(f"There is no webhook {text!r}. `passaparola webhook list` shows them")
    return key
