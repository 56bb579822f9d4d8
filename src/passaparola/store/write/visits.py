"""Visits: written many at once, twice without harm, and confirmed."""

from collections.abc import Callable, Sequence

from passaparola.domain.instant import DAY, Instant
from passaparola.domain.tokens import Clicked
from passaparola.domain.visits import Visit, VisitKind
from passaparola.store.session import Session, one_statement

LATE: Instant = (
    DAY  # what is written later than so may be behind the mark of what is counted ahead, which is a week old
)
COLUMNS = ("id", "workspace_id", "link_id", "at", "kind", "channel", "confirmed_at", "location")


def store_visits(visits: Sequence[Visit], before_commit: Callable[[], None] = lambda: None) -> None:
    """Visits that were never tried before, in one commit. PostgreSQL commits with the statement: there `before_commit` comes first."""
    rows = [_row(visit) for visit in visits]
    with one_statement() as session:
        if session.postgres:
            before_commit()
        session.insert("store_visit", COLUMNS, rows)
        if not session.postgres:
            before_commit()


def store_missing_visits(visits: Sequence[Visit], now: Instant) -> None:
    """Visits of which some may be there already, because nobody knows what became of a first attempt. In one commit.

    A person's that is written late counts from now on, like one that is confirmed now: so the numbers that are counted ahead get it, too.
    """
    rows = [_row(v, now if v.kind is VisitKind.PERSON and v.at < now - LATE else None) for v in visits]
    with one_statement() as session:
        session.insert_new("store_visit", COLUMNS, rows, known_by="id")


def _row(visit: Visit, confirmed: Instant | None = None) -> tuple[object, ...]:
    kept = (visit.id, visit.workspace, visit.link, visit.at, str(visit.kind), visit.channel)
    return *kept, confirmed, visit.location or None


def confirm_visits(session: Session, workspace: str, visits: Sequence[Clicked], now: Instant) -> None:
    """Unconfirmed ones become persons'. One whose row is not there yet gets it, and then its first attempt, when it comes, changes nothing.

    A machine's stays a machine's: it was given no token.
    """
    for visit in sorted(visits, key=lambda v: v.visit):
        session.run(
            "INSERT INTO store_visit (id, workspace_id, link_id, at, kind, channel, confirmed_at, location)"
            " SELECT %(id)s::uuid, l.workspace_id, l.id, %(at)s, 'person', '', %(now)s, %(location)s FROM store_sharelink l"
            " WHERE l.workspace_id = %(ws)s::uuid AND l.code = %(code)s"
            " ON CONFLICT (id) DO UPDATE SET kind = 'person', confirmed_at = excluded.confirmed_at"
            " WHERE store_visit.kind = 'unconfirmed'",
            id=visit.visit,
            ws=workspace,
            at=visit.at,
            code=visit.code,
            now=now,
            location=visit.location or None,
        )
