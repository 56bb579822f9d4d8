"""An advocate used a share button: a fact with its channel, beside the visits that come of it."""

from passaparola.actions.events.record import Arrival, record_events
from passaparola.domain.events.event import LINK_SOURCE, Event, EventType
from passaparola.domain.instant import SECOND, Instant
from passaparola.domain.values import value
from passaparola.store.ids import new_id
from passaparola.store.session import writing
from passaparola.store.write.joining import count_up

HOUR: Instant = 3600 * SECOND
MOST_IN_AN_HOUR = 100


@value(frozen=True, slots=True)
class Shared:
    """Which link went out by which channel."""

    link: str
    code: str
    channel: str


def record_share(shared: Shared, *, workspace: str, now: Instant) -> bool:
    """Record a `share` event of the link's owner. Nobody becomes an advocate of anything by it, and it decides nothing.

    False beyond a hundred an hour for one link: whoever presses a button so often is no person.
    """
    hour = now // HOUR
    with writing() as session:
        if count_up(session, workspace, f"share:{shared.link}:{hour}", (hour + 1) * HOUR) > MOST_IN_AN_HOUR:
            return False
    event = Event(LINK_SOURCE, new_id(), EventType.SHARE, now, code=shared.code, channel=shared.channel)
    (answer,) = record_events([Arrival(event, now)], workspace=workspace)
    return answer.failed is None
