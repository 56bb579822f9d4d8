"""Orders that only a browser told of, for staff: with who ordered, whom it named, and whether somebody else has told of them since."""

from passaparola.domain.events.event import BROWSER_SOURCE
from passaparola.domain.instant import Instant
from passaparola.domain.values import value
from passaparola.store.session import Session

_FROM = (
    "FROM store_event e LEFT JOIN store_sharelink l ON l.workspace_id = e.workspace_id AND l.id = e.link_id"
    " LEFT JOIN store_event o ON o.workspace_id = e.workspace_id AND o.order_key = e.order_key AND o.type = 'purchase'"
    " AND o.outcome = 'recorded'"
)
_WHERE = "WHERE e.workspace_id = %(ws)s::uuid AND e.source = %(source)s AND e.outcome = 'reported'"


@value(frozen=True, slots=True)
class ReportedOrder:
    """`code` is the advocate's, where one was named; `confirmed` is the event that told of the same order, `by` its source."""

    id: str
    at: Instant
    order: str
    amount: int
    unit: str
    person: str | None
    code: str | None
    confirmed: str | None
    by: str | None


_COLUMNS = "e.id, e.occurred_at, e.order_key, e.amount_minor, e.unit, e.person_id, l.code, o.id, o.source"


def reported_orders(session: Session, workspace: str, *, waiting: bool, limit: int) -> list[ReportedOrder]:
    """The latest first; with `waiting` those that nobody has confirmed."""
    still = "AND o.id IS NULL" if waiting else ""
    rows = session.rows(
        f"SELECT {_COLUMNS} {_FROM} {_WHERE} {still} ORDER BY e.id DESC LIMIT %(limit)s",
        ws=workspace,
        source=BROWSER_SOURCE,
        limit=limit,
    )
    return [ReportedOrder(*row) for row in rows]


def reported_order(session: Session, workspace: str, event: str) -> ReportedOrder | None:
    """The one that this event told of."""
    rows = session.rows(
        f"SELECT {_COLUMNS} {_FROM} {_WHERE} AND e.id = %(id)s::uuid", ws=workspace, source=BROWSER_SOURCE, id=event
    )
    return ReportedOrder(*rows[0]) if rows else None
