"""Which people a segment holds, computed from the events and facts of this moment. Merged persons are one."""

from typing import Any

from passaparola.domain.programs.access import BY_FACT, Segment, SegmentBy
from passaparola.domain.values import value
from passaparola.store.read.people import fact_of
from passaparola.store.session import Session

_WHOLE = 4_000_000_000_000_000  # above any order

# Of one refund told with two amounts the larger counts; one without an amount is the whole order; one in another currency counts nothing.
_ORDERS = f"""
SELECT COALESCE(n.alias_of_id, n.id) AS person, e.order_key, e.unit, e.amount_minor AS amount,
 COALESCE(SUM(CASE WHEN r.unit IS NULL OR r.unit = e.unit THEN r.amount ELSE 0 END), 0) AS back
 FROM store_event e JOIN store_person n ON n.id = e.person_id
 LEFT JOIN (SELECT order_key, refund_key, unit, MAX(COALESCE(amount_minor, {_WHOLE})) AS amount FROM store_event
  WHERE workspace_id = %(ws)s::uuid AND type = 'refund' AND outcome = 'recorded' GROUP BY order_key, refund_key, unit) r
 ON r.order_key = e.order_key
 WHERE e.workspace_id = %(ws)s::uuid AND e.type = 'purchase' AND e.outcome = 'recorded' AND e.amount_minor > 0
 GROUP BY COALESCE(n.alias_of_id, n.id), e.order_key, e.unit, e.amount_minor
"""
_PAID = {
    SegmentBy.REVENUE: (
        f"SELECT person, SUM(amount - back) AS figure FROM ({_ORDERS}) o WHERE back < amount AND unit = %(currency)s GROUP BY person"
    ),
    SegmentBy.ORDERS: f"SELECT person, COUNT(*) AS figure FROM ({_ORDERS}) o WHERE back < amount GROUP BY person",
}
# The top per cent of all people, rounded half up, and at least one: whoever ties with the last has the same place.
_IS_IN = "(place = 1 OR place <= (people * %(bp)s + 5000) / 10000)"
_OWN = "FROM store_person WHERE workspace_id = %(ws)s::uuid AND facts IS NOT NULL AND alias_of_id IS NULL"


@value(frozen=True, slots=True)
class Member:
    """A person of a segment, and the figure that put them there; None where a fact did."""

    person: str
    figure: int | None


@value(frozen=True, slots=True)
class Held:
    """Whom a segment holds, the highest figure first. `of` have the figure at all, the lowest that is in is `line`."""

    members: list[Member]
    of: int
    line: int | None


def held_by(
    session: Session, workspace: str, segment: Segment, currency: str, *, limit: int | None = None, offset: int = 0
) -> Held:
    """Everybody in the segment, or one page of them. People with the same figure as the last who is in are in as well."""
    paged = f"{_members(session, segment)} ORDER BY figure DESC, person"
    if limit is not None:
        paged += " LIMIT %(limit)s OFFSET %(offset)s"
    rows = session.rows(paged, **_given(workspace, segment, currency), limit=limit, offset=offset)
    if not rows:
        return Held([], 0, None)
    members = [Member(person, figure if figure is None else int(figure)) for person, figure, _, _ in rows]
    of, line = rows[0][2:]
    return Held(members, int(of), line if line is None else int(line))


def is_held(session: Session, workspace: str, segment: Segment, currency: str, *, person: str) -> bool:
    """Whether this one, who stands for themselves, is in the segment."""
    mine = f"SELECT 1 FROM ({_members(session, segment)}) m WHERE person = %(person)s::uuid"
    return bool(session.rows(mine, **_given(workspace, segment, currency), person=person))


def _given(workspace: str, segment: Segment, currency: str) -> dict[str, Any]:
    return {"ws": workspace, "currency": currency, "name": segment.named, "bp": segment.percent_bp}


def _members(session: Session, segment: Segment) -> str:
    """Who is in, their figure, how many have it at all, and the lowest that is in. In one statement: an order counts in all or in none."""
    if segment.percent_bp is None:
        named = f"{_OWN} AND {fact_of(session, 'facts', 'segment')} = %(name)s"
        return f"SELECT id AS person, NULL AS figure, COUNT(*) OVER () AS people, NULL AS line {named}"
    ranked = (
        "SELECT person, figure, COUNT(*) OVER () AS people, RANK() OVER (ORDER BY figure DESC) AS place"
        f" FROM ({_figures(session, segment.by)}) g WHERE figure IS NOT NULL"
    )
    return f"SELECT person, figure, people, MIN(figure) OVER () AS line FROM ({ranked}) r WHERE {_IS_IN}"


def _figures(session: Session, by: SegmentBy) -> str:
    if by not in BY_FACT:
        return _PAID[by]
    fact = fact_of(session, "facts", str(by))
    return f"SELECT id AS person, {f'CAST({fact} AS integer)' if session.postgres else fact} AS figure {_OWN}"
