"""An invitation that left is a recommendation: told as an event `share`, so that the friend is known to have been invited by whom."""

import orjson

from passaparola.actions.events.record import Arrival, Submission, record_submissions
from passaparola.domain.events.read import read_event
from passaparola.domain.instant import Instant, iso
from passaparola.domain.keyring import Keyring
from passaparola.store.read.messages import MessageRow

SOURCE = "invitation"


class UnableToRecordShare(RuntimeError):
    """The event could not be written; the mail is recorded when it can."""


def record_share(row: MessageRow, now: Instant, keys: Keyring) -> None:
    """Record the share under the mail's id: the same mail sent twice is one recommendation. Raises UnableToRecordShare."""
    advocate = orjson.loads(row.facts)["advocate"]
    told = {
        "id": row.id,
        "type": "share",
        "at": iso(row.created_at),
        "person": f"per_{advocate}",
        "to": {"email": row.address},
    }
    event = read_event({**told, "channel": "email"}, source=SOURCE, now=max(now, row.created_at))
    (answer,) = record_submissions([Submission((Arrival(event, now),))], workspace=row.workspace, keys=keys)
    if answer.failed is not None:
        raise UnableToRecordShare(answer.failed)
