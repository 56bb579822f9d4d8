"""What an operator does about endpoints: add, change, disable and enable, give a new secret, remove, try out."""

from dataclasses import dataclass, replace
from typing import Any

import orjson

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.webhooks.due import body
from passaparola.actions.webhooks.secret import seal
from passaparola.domain.instant import DAY, Instant
from passaparola.domain.keyring import Keyring
from passaparola.domain.notices import TOPICS
from passaparola.domain.shown import shown
from passaparola.domain.tongue import gettext_noop
from passaparola.outbound.webhooks.addresses import Networks
from passaparola.outbound.webhooks.destination import BadDestination, read_destination
from passaparola.outbound.webhooks.signing import new_secret
from passaparola.store.ids import new_id
from passaparola.store.read.pages import record_of
from passaparola.store.read.webhooks import (
    DELIVERIES,
    DISABLED,
    ENABLED,
    REMOVED,
    EndpointRow,
    endpoint_by_id,
    endpoints_there,
)
from passaparola.store.write.outbox import NewDelivery
from passaparola.store.write.webhooks import add_delivery, again, drop_waiting

MOST = 20
OVERLAP: Instant = DAY  # how long the old secret signs beside the new one
TEST = "webhook.test"
BY_OPERATOR = "by_operator"
BAD_URL, BAD_TOPIC, TOO_MANY, NOT_ENABLED = "bad_url", "unknown_topic", "too_many_endpoints", "endpoint_not_enabled"
_INSERT = (
    "INSERT INTO store_webhookendpoint (id, workspace_id, url, description, topics, secret, old_secret, state, reason, created_at) VALUES"
    " (%(id)s::uuid, %(ws)s::uuid, %(url)s, %(description)s, %(topics)s, %(secret)s, '', 'enabled', '', %(now)s)"
)
_CHANGE = (
    "UPDATE store_webhookendpoint SET url = %(url)s, description = %(description)s, topics = %(topics)s, state = %(state)s,"
    " reason = %(reason)s, replay_until = %(replay)s::bigint, removed_at = %(removed)s::bigint WHERE workspace_id = %(ws)s::uuid"
    " AND id = %(id)s::uuid AND state = %(seen)s"
)
_ROTATE = (
    "UPDATE store_webhookendpoint SET secret = %(secret)s, old_secret = %(old)s, old_secret_until = %(until)s WHERE"
    " workspace_id = %(ws)s::uuid AND id = %(id)s::uuid AND secret = %(old)s"
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint as it is now. `secret`: where it was just made, and nowhere else."""

    row: EndpointRow
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an endpoint shall be. None: as it is."""

    url: str | None = None
    description: str | None = None
    topics: tuple[str, ...] | None = None


def add_endpoint(wanted: Wanted, *, asked: Asked, keys: Keyring, networks: Networks) -> Performed[Endpoint]:
    """Tell this address what happens from now on. Its secret is in the result.

    Refused (422): `bad_url`, `unknown_topic`; (409) `too_many_endpoints`. Raises IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _add(desk, wanted, keys, networks))


def change_endpoint(endpoint: str, wanted: Wanted, *, asked: Asked, networks: Networks) -> Performed[Endpoint]:
    """Another address, description or choice of topics. Refused (422): `bad_url`, `unknown_topic`. Raises NotFound."""
    return perform(asked, lambda desk: _change(desk, endpoint, wanted, networks))


def disable_endpoint(endpoint: str, *, asked: Asked) -> Performed[Endpoint]:
    """Send nothing there until it is enabled; what waits is dropped. Again: nothing happens. Raises NotFound."""
    return perform(asked, lambda desk: _switch(desk, endpoint, DISABLED))


def enable_endpoint(endpoint: str, *, asked: Asked) -> Performed[Endpoint]:
    """Tell it again what happens from now on; a replay tells what happened meanwhile. Raises NotFound."""
    return perform(asked, lambda desk: _switch(desk, endpoint, ENABLED))


def remove_endpoint(endpoint: str, *, asked: Asked) -> Performed[Endpoint]:
    """Send nothing there any more, ever: within five seconds. Raises NotFound."""
    return perform(asked, lambda desk: _switch(desk, endpoint, REMOVED))


def rotate_secret(endpoint: str, *, asked: Asked, keys: Keyring, overlap: Instant = OVERLAP) -> Performed[Endpoint]:
    """A new secret. Until `overlap` is over the one before signs, too; one that was older than that is gone at once. Raises NotFound."""
    return perform(asked, lambda desk: _rotate(desk, endpoint, keys, overlap))


def send_test(endpoint: str, *, asked: Asked) -> Performed[str]:
    """Send the endpoint a message of the topic `webhook.test`, whatever it listens to; the id of the delivery.

    Refused (409): `endpoint_not_enabled`. Raises NotFound.
    """
    return perform(asked, lambda desk: _test(desk, endpoint))


def resend(endpoint: str, delivery: str, *, asked: Asked) -> Performed[str]:
    """Send a delivery that has ended again, under the same webhook-id. One that waits goes on waiting.

    Refused (409): `endpoint_not_enabled`. Raises NotFound.
    """
    return perform(asked, lambda desk: _resend(desk, endpoint, delivery))


def there(desk: Desk, key: str) -> EndpointRow:
    """The endpoint of this id. Raises NotFound."""
    found = endpoint_by_id(desk.session, desk.workspace.id, key)
    if found is None:
        raise NotFound(f"there is no webhook {key}")
    return found


def enabled(desk: Desk, key: str) -> EndpointRow:
    """The endpoint of this id, to which something may be sent. Raises NotFound, Refusal."""
    found = there(desk, key)
    if found.state != ENABLED:
        raise Refusal(NOT_ENABLED, gettext_noop("This webhook is disabled. Enable it first."))
    return found


def _add(desk: Desk, wanted: Wanted, keys: Keyring, networks: Networks) -> Endpoint:
    url, topics = _url(wanted.url or "", networks), _topics(wanted.topics or ())
    if endpoints_there(desk.session, desk.workspace.id) >= MOST:
        sentence = gettext_noop("A workspace has at most %(most)s webhooks. Remove one first.")
        raise Refusal(TOO_MANY, sentence, said={"most": str(MOST)})
    key, secret = new_id(), new_secret()
    row = EndpointRow(
        key, desk.workspace.id, url, wanted.description or "", topics, seal(keys, key, secret), "", None, ENABLED, "", desk.now, None,
        None, None,
    )  # fmt: skip
    desk.act("webhook.create", key, url=url, topics=topics)
    desk.plan.guarded.append((_INSERT, {"now": desk.now, "secret": row.secret, **_values(row)}))
    return Endpoint(row, secret)


def _url(text: str, networks: Networks) -> str:
    try:
        return read_destination(text, networks).url
    except BadDestination as problem:
        raise Refusal(BAD_URL, problem.sentence, 422, said=problem.said) from problem


def _topics(topics: tuple[str, ...]) -> tuple[str, ...]:
    for topic in topics:
        if topic not in TOPICS and not (topic.endswith(".") and any(known.startswith(topic) for known in TOPICS)):
            raise Refusal(BAD_TOPIC, f"{topic} is no topic. docs/webhooks.md lists them.", 422, topic=topic)
    return tuple(dict.fromkeys(topics))


def _values(row: EndpointRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "ws": row.workspace,
        "url": row.url,
        "description": row.description,
        "topics": orjson.dumps(row.topics).decode(),
        "state": row.state,
        "reason": row.reason,
        "replay": row.replay_until,
        "removed": None,
    }


def _change(desk: Desk, key: str, wanted: Wanted, networks: Networks) -> Endpoint:
    found = there(desk, key)
    new = replace(
        found,
        url=found.url if wanted.url is None else _url(wanted.url, networks),
        description=found.description if wanted.description is None else wanted.description,
        topics=found.topics if wanted.topics is None else _topics(wanted.topics),
    )
    if new != found:
        desk.act("webhook.change", key, url=new.url, topics=new.topics)
        desk.plan.guarded.append((_CHANGE, {**_values(new), "seen": found.state}))
    return Endpoint(new)


def _switch(desk: Desk, key: str, state: str) -> Endpoint:
    found = there(desk, key)
    if found.state == state:
        return Endpoint(found)
    new = replace(found, state=state, reason=BY_OPERATOR if state == DISABLED else "", replay_until=None)
    desk.act({ENABLED: "webhook.enable", DISABLED: "webhook.disable", REMOVED: "webhook.remove"}[state], key)
    removed = desk.now if state == REMOVED else None
    desk.plan.guarded.append((_CHANGE, {**_values(new), "seen": found.state, "removed": removed}))
    if state != ENABLED:
        desk.afterwards.append(lambda: _drop(desk, key))
    return Endpoint(new)


def _drop(desk: Desk, key: str) -> None:
    drop_waiting(desk.session, desk.workspace.id, key, desk.now)


def _rotate(desk: Desk, key: str, keys: Keyring, overlap: Instant) -> Endpoint:
    found, secret = there(desk, key), new_secret()
    new = replace(found, secret=seal(keys, key, secret), old_secret=found.secret, old_secret_until=desk.now + overlap)
    desk.act("webhook.rotate", key, until=new.old_secret_until)
    values = {"secret": new.secret, "old": found.secret, "until": new.old_secret_until}
    desk.plan.guarded.append((_ROTATE, {**values, "ws": desk.workspace.id, "id": key}))
    return Endpoint(new, secret)


def _test(desk: Desk, key: str) -> str:
    found, message = enabled(desk, key), new_id()
    desk.act("webhook.test", key)
    text = body(TEST, desk.now, {"id": shown("whk", key)})
    return add_delivery(desk.session, desk.workspace.id, NewDelivery(found.id, f"msg_{message}", TEST, text), desk.now)


def _resend(desk: Desk, key: str, delivery: str) -> str:
    row = record_of(desk.session, DELIVERIES, desk.workspace.id, delivery)
    if row is None or row["endpoint_id"] != enabled(desk, key).id:
        raise NotFound(f"there is no delivery {delivery}")
    if row["state"] != "waiting":
        desk.act("webhook.resend", key, delivery=delivery)
        again(desk.session, desk.workspace.id, delivery, desk.now)
    return delivery
