"""What nobody confirmed in time ends: the address is cleared, the link brings nobody any more."""

from passaparola.actions.acting import Asked, Desk, done, perform
from passaparola.actions.joining.confirm import LAPSED, end_enrolment
from passaparola.domain.instant import DAY, Instant
from passaparola.store.read.joining import enrolments_over
from passaparola.store.write.joining import forget_asking

LINKS_KEPT: Instant = 7 * DAY  # after their ten minutes, for whoever asks why one did not work
BATCH = 200


def lapse_enrolments(workspace: str, *, now: Instant, actor: str = "clock") -> int:
    """End every enrolment that was not confirmed within its fourteen days, and forget one-time links a week after their end.

    How many enrolments lapsed. Friends whom a lapsed link had brought stay bound, and what waits for them goes on waiting for a person's
    decision. Raises Conflict.
    """
    asked, count = Asked(workspace, now, actor), 0
    while ended := done(perform(asked, _lapse)):
        count += ended
    forget_asking(workspace, links_before=now - LINKS_KEPT, counts_before=now)
    return count


def _lapse(desk: Desk) -> int:
    over = enrolments_over(desk.session, desk.workspace.id, desk.now, BATCH)
    for enrolment in over:
        end_enrolment(enrolment, desk, LAPSED)
    return len(over)
