"""A settling that was cut off between its steps, because the server died, comes to its end: nobody else can end such a request."""

import logging

from passaparola.actions.acting import Asked
from passaparola.actions.requests.lapse import ends
from passaparola.actions.requests.settle import accept_request, answer_naming
from passaparola.actions.writer import LOST
from passaparola.domain.instant import DAY, SECOND, Instant
from passaparola.domain.keyring import Keyring
from passaparola.domain.referrals.requests import RequestState
from passaparola.store.read.requests import RequestRow, requests_cut_off
from passaparola.store.session import reading

CUT_OFF: Instant = 300 * SECOND  # a settling takes a moment
BATCH = 50
logger = logging.getLogger(__name__)


def finish_requests(workspace: str, *, now: Instant, keys: Keyring | None = None, actor: str = "clock") -> int:
    """Do again what was begun more than five minutes ago: the referral is entered for the advocate whom it was claimed for, or where the
    program is over the request waits as before. One that cannot be is tried again, and holds up nothing else; when its time is over it
    lapses. How many came to an end.
    """
    if keys is None:
        return 0
    with reading() as session:
        found = requests_cut_off(session, workspace, now - CUT_OFF, BATCH)
    in_time = [row for row in found if row.created_at >= ends(now - DAY)[row.state]]
    return sum(_finish(row, Asked(workspace, now, actor), keys) for row in in_time)


def _finish(row: RequestRow, asked: Asked, keys: Keyring) -> bool:
    try:
        if row.state == RequestState.ASKED:
            answer_naming(row.id, yes=True, asked=asked, keys=keys)
        else:
            accept_request(row.id, advocate=row.person, asked=asked, keys=keys)
    except LOST:
        raise
    except Exception:
        logger.exception("a request could not be brought to its end", extra={"workspace": asked.workspace})
        return False
    return True
