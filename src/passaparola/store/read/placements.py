"""Places where a program is recommended, with what came of them."""

from passaparola.domain.instant import Instant
from passaparola.domain.values import value
from passaparola.store.session import Row, Session


@value(frozen=True, slots=True)
class PlacementRow:
    """A place: in somebody's name it has their link (`link`, `slug`, `code`, `person`), else a slug of its own."""

    id: str
    program: str
    kind: str
    name: str
    link: str | None
    slug: str
    code: str | None
    person: str | None
    owner: str  # how they are called; empty: nobody said
    reach: int | None
    created_at: Instant
    ended_at: Instant | None

    @property
    def path(self) -> str:
        """Where it leads, on our own origin."""
        return f"/r/{self.slug}" if self.link else f"/p/{self.slug}"


@value(frozen=True, slots=True)
class Asked:
    """A place of the firm's own as its address names it, with the program that it asks people to join."""

    id: str
    workspace: str
    workspace_slug: str
    program_slug: str
    ended: bool


_ROWS = (
    "SELECT p.id, p.program_id, p.kind, p.name, p.link_id, COALESCE(l.slug, p.slug), l.code, s.id,"
    " COALESCE(s.name, ''), p.reach, p.created_at, p.ended_at FROM store_placement p LEFT JOIN store_sharelink l ON l.id = p.link_id"
    " LEFT JOIN store_person o ON o.id = l.person_id LEFT JOIN store_person s ON s.id = COALESCE(o.alias_of_id, o.id)"
    " WHERE p.workspace_id = %(ws)s::uuid"
)
# The links of each place: its own, and those of whoever came to join there. A place of the firm's own has visits under its own id.
_MINE = """WITH mine AS (
  SELECT p.id AS placement, COALESCE(p.link_id, p.id) AS link, 1 AS own FROM store_placement p
    WHERE p.workspace_id = %(ws)s::uuid AND p.program_id = %(program)s::uuid
  UNION ALL SELECT d.placement_id, d.link_id, 0 FROM store_placedlink d JOIN store_placement p ON p.id = d.placement_id
    WHERE d.workspace_id = %(ws)s::uuid AND p.program_id = %(program)s::uuid
)"""
# The link by which a friend was bound.
_BY = {
    False: "(SELECT json_extract(j.value, '$[4]') FROM json_each(r.state, '$.t') j WHERE j.key = json_extract(r.state, '$.z[1]'))",
    True: "(r.state::jsonb #>> ARRAY['t', r.state::jsonb #>> '{z,1}', '4'])::uuid",
}
_BOUND = """ FROM store_referral r JOIN mine m ON m.link = {by}
  WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid AND r.status IN ('bound', 'converted')"""


def placements_of(session: Session, workspace: str, program: str) -> list[PlacementRow]:
    """All places of a program (its id), the newest first."""
    rows = session.rows(
        f"{_ROWS} AND p.program_id = %(program)s::uuid ORDER BY p.id DESC", ws=workspace, program=program
    )
    return [PlacementRow(*row) for row in rows]


def placement_by_id(session: Session, workspace: str, key: str) -> PlacementRow | None:
    """The place of this id."""
    rows = session.rows(f"{_ROWS} AND p.id = %(key)s::uuid", ws=workspace, key=key)
    return PlacementRow(*rows[0]) if rows else None


def asked_at(session: Session, slug: str) -> Asked | None:
    """The place of the firm's own at this slug, of whatever workspace."""
    rows = session.rows(
        "SELECT p.id, p.workspace_id, w.slug, g.slug, p.ended_at FROM store_placement p JOIN store_workspace w ON w.id = p.workspace_id"
        " JOIN store_program g ON g.id = p.program_id WHERE p.slug = %(slug)s",
        slug=slug,
    )
    if not rows:
        return None
    key, workspace, workspace_slug, program_slug, ended_at = rows[0]
    return Asked(key, workspace, workspace_slug, program_slug, ended_at is not None)


def open_placement(session: Session, workspace: str, program: str, slug: str) -> str | None:
    """The id of the place of the firm's own at this slug in a program (its id), while it is not over."""
    rows = session.rows(
        "SELECT id FROM store_placement WHERE workspace_id = %(ws)s::uuid AND program_id = %(program)s::uuid AND slug = %(slug)s"
        " AND ended_at IS NULL",
        ws=workspace,
        program=program,
        slug=slug,
    )
    return str(rows[0][0]) if rows else None


def clicks_at(session: Session, workspace: str, program: str) -> list[Row]:
    """(place, whether through its own link, visits that look like a person's)."""
    statement = (
        "SELECT m.placement, m.own, COUNT(*) FROM mine m JOIN store_visit v ON v.workspace_id = %(ws)s::uuid"
        " AND v.link_id = m.link WHERE v.kind <> 'machine' GROUP BY m.placement, m.own"
    )
    return _of_mine(session, workspace, program, statement)


def joined_at(session: Session, workspace: str, program: str) -> list[Row]:
    """(place, distinct people who came to join there)."""
    statement = (
        "SELECT m.placement, COUNT(DISTINCT COALESCE(o.alias_of_id, o.id)) FROM mine m JOIN store_sharelink l ON l.id = m.link"
        " JOIN store_person o ON o.id = l.person_id WHERE m.own = 0 GROUP BY m.placement"
    )
    return _of_mine(session, workspace, program, statement)


def shares_at(session: Session, workspace: str, program: str) -> list[Row]:
    """(place, distinct people who shared one of its links, shares)."""
    statement = (
        "SELECT m.placement, COUNT(DISTINCT COALESCE(o.alias_of_id, e.person_id)), COUNT(*) FROM mine m"
        " JOIN store_event e ON e.workspace_id = %(ws)s::uuid AND e.link_id = m.link LEFT JOIN store_person o ON o.id = e.person_id"
        " WHERE e.type = 'share' AND e.outcome = 'recorded' GROUP BY m.placement"
    )
    return _of_mine(session, workspace, program, statement)


def friends_at(session: Session, workspace: str, program: str) -> list[Row]:
    """(place, friends bound by one of its links, their paid orders)."""
    statement = f"SELECT m.placement, COUNT(*), SUM(r.paid_orders){_bound(session)} GROUP BY m.placement"
    return _of_mine(session, workspace, program, statement)


def revenue_at(session: Session, workspace: str, program: str) -> list[Row]:
    """(place, currency, minor units of qualifying orders of friends who have converted)."""
    statement = (
        f"SELECT m.placement, r.qualifying_unit, SUM(r.qualifying_minor){_bound(session)}"
        " AND r.status = 'converted' AND r.qualifying_unit IS NOT NULL GROUP BY m.placement, r.qualifying_unit"
    )
    return _of_mine(session, workspace, program, statement)


def further_revenue_at(session: Session, workspace: str, program: str) -> list[Row]:
    """(place, JSON of further currencies), a row for each friend who bought in several."""
    statement = f"SELECT m.placement, r.qualifying_other{_bound(session)} AND r.status = 'converted' AND r.qualifying_other IS NOT NULL"
    return _of_mine(session, workspace, program, statement)


def _bound(session: Session) -> str:
    return _BOUND.format(by=_BY[session.postgres])


def _of_mine(session: Session, workspace: str, program: str, statement: str) -> list[Row]:
    """What a statement says of the links of each place of a program (its id)."""
    return session.rows(f"{_MINE} {statement}", ws=workspace, program=program)
