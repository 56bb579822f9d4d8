"""Tell an endpoint again what happened since a point in time, under the ids it had: asked for by an operator, done by the delivery loop."""

import logging
from dataclasses import dataclass, field, replace

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.actions.outbox.fan_out import notices_of
from passaparola.actions.webhooks.due import bodies_of, message_id
from passaparola.actions.webhooks.endpoints import Endpoint, enabled
from passaparola.actions.writer import LOST
from passaparola.domain.deliveries import wants
from passaparola.domain.instant import DAY, SECOND, Instant
from passaparola.domain.tongue import gettext_noop
from passaparola.store.read.webhooks import EndpointRow, endpoints_replaying
from passaparola.store.session import Session, reading, writing
from passaparola.store.write.outbox import NewDelivery, revive_outbox
from passaparola.store.write.webhooks import deliver_again, forget_told, next_of_replay

KEPT: Instant = 30 * DAY  # how far back a replay reaches
BATCH = 200
LONGEST_REST: Instant = 3600 * SECOND
IN_FUTURE = "since_in_future"
logger = logging.getLogger(__name__)
_REPLAY = (
    "UPDATE store_webhookendpoint SET replay_from = %(since)s, replay_until = %(until)s, replay_after = NULL WHERE"
    " workspace_id = %(ws)s::uuid AND id = %(id)s::uuid AND state = 'enabled'"
)


def replay(endpoint: str, since: Instant, *, asked: Asked) -> Performed[Endpoint]:
    """Send everything that happened since then and that the endpoint wants, again or for the first time; each message under the webhook-id
    that it has. It begins within seconds and goes on in batches; asked again, it begins anew.

    Refused: `endpoint_not_enabled` (409), `since_in_future` (422). Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _ask(desk, endpoint, since))


def _ask(desk: Desk, key: str, since: Instant) -> Endpoint:
    found = enabled(desk, key)
    if since > desk.now:
        raise Refusal(IN_FUTURE, gettext_noop("Nothing has happened then yet."), 422)
    desk.act("webhook.replay", key, since=since)
    desk.plan.guarded.append((_REPLAY, {"since": since, "until": desk.now, "ws": desk.workspace.id, "id": key}))
    return Endpoint(replace(found, replay_from=since, replay_until=desk.now, replay_after=None))


@dataclass(slots=True)
class Rests:
    """Replays that could not go on, each left alone for twice as long as the time before. What is remembered only spares work."""

    _failed: dict[str, tuple[int, Instant]] = field(default_factory=dict)  # how often in a row, and until when it rests

    def resting(self, replaying: EndpointRow, now: Instant) -> bool:
        return self._failed.get(_name(replaying), (0, 0))[1] > now

    def failed(self, replaying: EndpointRow, now: Instant) -> None:
        times = self._failed.get(_name(replaying), (0, 0))[0] + 1
        self._failed[_name(replaying)] = (times, now + min(SECOND << min(times, 20), LONGEST_REST))

    def went_on(self, replaying: EndpointRow) -> None:
        self._failed.pop(_name(replaying), None)


def _name(replaying: EndpointRow) -> str:
    """Asked for again, it begins anew, and rests no more."""
    return f"{replaying.id}:{replaying.replay_until}"


def replay_on(*, now: Instant, batch: int = BATCH, rests: Rests | None = None) -> int:
    """Go on with the replays that were asked for, a batch of each. How many outbox rows were told again."""
    rests = rests if rests is not None else Rests()
    with reading() as session:
        waiting = [endpoint for endpoint in endpoints_replaying(session) if not rests.resting(endpoint, now)]
    told = 0
    for endpoint in waiting:
        try:
            with writing() as session:
                told += _tell(session, endpoint, now, batch)
            rests.went_on(endpoint)
        except LOST:
            raise
        except Exception:  # it is tried again, and holds up no other
            rests.failed(endpoint, now)
            logger.exception("a replay could not go on", extra={"workspace": endpoint.workspace})
    return told


def _tell(session: Session, endpoint: EndpointRow, now: Instant, batch: int) -> int:
    rows = next_of_replay(session, endpoint, batch)
    notices = [n for row in rows for n in notices_of(row) if wants(endpoint.topics, n.topic)]
    bodies = bodies_of(session, endpoint.workspace, notices)
    made = [NewDelivery(endpoint.id, message_id(n), n.topic, bodies[n.id]) for n in notices]
    if made:
        deliver_again(session, endpoint.workspace, made, now)
    return len(rows)


def retry_dead_letters(*, asked: Asked) -> Performed[int]:
    """What could not be handed out, and was set aside, is tried again. How many rows. Raises Conflict."""
    return perform(asked, _retry)


def _retry(desk: Desk) -> int:
    count = revive_outbox(desk.session, desk.workspace.id)
    if count:
        desk.act("outbox.retry", "", rows=count)
    return count


def forget_deliveries(*, now: Instant) -> int:
    """Remove what was told more than 30 days ago: the outbox, deliveries that have ended, and their attempts. How many rows."""
    removed = 0
    while True:
        with writing() as session:
            page = forget_told(session, now - KEPT)
        removed += page
        if not page:
            return removed
