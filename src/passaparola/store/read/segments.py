"""Which people a segment holds, computed from the events and facts of this moment. Merged persons are one."""

from typing import Any

from passaparola.domain.programs.access import BY_FACT, Segment, SegmentBy, places
from passaparola.domain.values import value
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


def held_by(session: Session, workspace: str, segment: Segment, currency: str, *, person: str | None = None) -> Held:
    """Everybody in the segment; with `person` only whether that one (who stands for themselves) is. People with the same figure as the
    last who is in are in as well."""
    given: dict[str, Any] = {
        "ws": workspace,
        "currency": currency,
        "person": person,
        "name": segment.named,
        "line": None,
    }
    mine = "" if person is None else " AND person = %(person)s::uuid"
    if segment.percent_bp is None:
        named = f"SELECT id AS person {_OWN} AND {_fact(session, 'segment')} = %(name)s"
        rows = session.rows(f"SELECT person FROM ({named}) f WHERE 1 = 1{mine} ORDER BY person", **given)
        return Held([Member(key, None) for (key,) in rows], len(rows), None)
    figures = f"SELECT person, figure FROM ({_figures(session, segment.by)}) g WHERE figure IS NOT NULL"
    of = int(session.rows(f"SELECT COUNT(*) FROM ({figures}) c", **given)[0][0])
    if not of:
        return Held([], 0, None)
    given["after"] = places(of, segment.percent_bp) - 1
    line = int(
        session.rows(f"SELECT figure FROM ({figures}) c ORDER BY figure DESC LIMIT 1 OFFSET %(after)s", **given)[0][0]
    )
    given["line"] = line
    rows = session.rows(f"{figures} AND figure >= %(line)s{mine} ORDER BY figure DESC, person", **given)
    return Held([Member(key, int(figure)) for key, figure in rows], of, line)


def _figures(session: Session, by: SegmentBy) -> str:
    if by not in BY_FACT:
        return _PAID[by]
    fact = _fact(session, str(by))
    return f"SELECT id AS person, {f'CAST({fact} AS integer)' if session.postgres else fact} AS figure {_OWN}"


def _fact(session: Session, name: str) -> str:
    """A well-known fact inside the JSON: no text from outside comes here."""
    return f"(facts::json ->> '{name}')" if session.postgres else f"json_extract(facts, '$.{name}')"
