"""What nobody answered ends, and what was written in it is forgotten."""

from passaparola.actions.acting import Asked, Desk, done, perform
from passaparola.actions.requests.name import CONFIRM_WITHIN
from passaparola.domain.instant import DAY, Instant
from passaparola.store.read.requests import requests_over
from passaparola.store.session import reading
from passaparola.store.write.requests import LAPSE_REQUEST

LAPSES_AFTER: Instant = 30 * DAY  # an advocate's answer, or a name that nobody goes by
STAFF_ANSWER_WITHIN: Instant = 180 * DAY
CUT_OFF: Instant = DAY  # a settling takes a moment: one that began so long ago was cut off
BATCH = 200


def lapse_requests(workspace: str, *, now: Instant, actor: str = "clock") -> int:
    """End requests that a friend did not confirm in a day, an advocate did not answer in thirty days, staff not in 180. How many.

    Raises Conflict.
    """
    with reading() as session:
        if not requests_over(session, workspace, ends(now), now - CUT_OFF, 1):
            return 0
    asked, count = Asked(workspace, now, actor), 0
    while ended := done(perform(asked, _lapse)):
        count += ended
    return count


def ends(now: Instant) -> dict[str, Instant]:
    """State → before which moment a request must have been made that is over."""
    return {
        "unconfirmed": now - CONFIRM_WITHIN,
        "new": now - LAPSES_AFTER,
        "asked": now - LAPSES_AFTER,
        "unmatched": now - LAPSES_AFTER,
        "open": now - STAFF_ANSWER_WITHIN,
    }


def _lapse(desk: Desk) -> int:
    session, ws, now = desk.session, desk.workspace.id, desk.now
    cut_off = now - CUT_OFF
    over = requests_over(session, ws, ends(now), cut_off, BATCH)
    for key, state in over:
        given = {"now": now, "ws": ws, "id": key, "seen": state, "cut_off": cut_off}
        desk.plan.guarded.append((LAPSE_REQUEST, given))
    return len(over)
