"""Who brought whom, generation after generation, below one person; and who was asked by them and has not come yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from passaparola.domain.events.event import LINK_SOURCE
from passaparola.domain.instant import Instant
from passaparola.store.session import Row, Session

DEEPEST = 100
MOST = 10_000

# Every friend has one advocate in a program, so a way down can come back to nobody but the person it began with: they are not entered
# again, and what is left is a tree. Depth and size are bounded all the same.
_BELOW = """
WITH RECURSIVE chain(person, advocate, depth, referral) AS (
  SELECT %(root)s::uuid, NULL::uuid, 0, NULL::uuid
  UNION ALL
  SELECT COALESCE(f.alias_of_id, f.id), c.person, c.depth + 1, r.id
    FROM chain c
    JOIN store_person m ON m.workspace_id = %(ws)s::uuid AND (m.id = c.person OR m.alias_of_id = c.person)
    JOIN store_referral r ON r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid AND r.advocate_person_id = m.id
      AND r.status IN ('bound', 'converted')
    JOIN store_person f ON f.id = r.friend_id
    WHERE c.depth < %(deepest)s AND COALESCE(f.alias_of_id, f.id) <> %(root)s::uuid
)
SELECT c.person, c.advocate, c.depth, r.status, r.signed_up_at, r.paid_orders, r.qualifying_minor, r.qualifying_unit, r.qualifying_other
FROM (SELECT person, advocate, depth, referral FROM chain WHERE depth > 0 LIMIT %(limit)s) c JOIN store_referral r ON r.id = c.referral"""
_TOUCHES = {False: "json_each(r.state, '$.t') j", True: "jsonb_each(r.state::jsonb -> 't') j"}
_ADVOCATE = {False: "json_extract(j.value, '$[3]')", True: "j.value ->> 3"}
_KIND = {False: "json_extract(j.value, '$[2]')", True: "j.value ->> 2"}
_AT = {False: "json_extract(j.value, '$[0]')", True: "(j.value ->> 0)::bigint"}
# Whom these people wrote to, and who came by a link of theirs or named them; with everybody who is one with them. SQLite joins in the
# order that CROSS JOIN says, and would begin with every referral of the program otherwise.
_ASKED = """
WITH asked(friend) AS (
  SELECT e.other_person_id FROM store_person a CROSS JOIN store_event e WHERE a.id = any{own:uuid}
    AND e.workspace_id = %(ws)s::uuid AND e.person_id = a.id AND e.type = 'share'
  UNION SELECT e.person_id FROM store_person a CROSS JOIN store_event e WHERE a.id = any{own:uuid}
    AND e.workspace_id = %(ws)s::uuid AND e.other_person_id = a.id AND e.type = 'visit' AND e.person_id IS NOT NULL
  UNION SELECT e.person_id FROM store_sharelink l CROSS JOIN store_event e
    WHERE l.workspace_id = %(ws)s::uuid AND l.program_id = %(program)s::uuid AND l.person_id = any{own:uuid}
    AND e.workspace_id = %(ws)s::uuid AND e.link_id = l.id AND e.type = 'visit' AND e.person_id IS NOT NULL
), roots(id) AS (
  SELECT DISTINCT COALESCE(p.alias_of_id, p.id) FROM asked a CROSS JOIN store_person p WHERE p.id = a.friend
), friends(id, alias_of_id) AS (
  SELECT x.id, NULL FROM roots x
  UNION ALL SELECT m.id, x.id FROM roots x CROSS JOIN store_person m WHERE m.workspace_id = %(ws)s::uuid AND m.alias_of_id = x.id
)"""


@dataclass(frozen=True, slots=True)
class ChainRow:
    """One friend below the root, as their referral has them. `depth` 1: brought by the root."""

    person: str
    advocate: str
    depth: int
    status: str
    signed_up_at: Instant | None
    orders: int
    minor: int
    unit: str | None
    other: str | None


def people_below(session: Session, workspace: str, program: str, root: str, *, limit: int = MOST) -> list[ChainRow]:
    """At most `limit` friends, by generation; merged persons are the one that stands for them."""
    rows = session.rows(_BELOW, ws=workspace, program=program, root=root, deepest=DEEPEST, limit=limit)
    return [ChainRow(*row) for row in sorted(rows, key=lambda row: row[2])]


def asked_by(session: Session, workspace: str, program: str, people: Sequence[str], *, limit: int = MOST) -> list[Row]:
    """(friend, advocate, how they were asked, when) of those who were asked by these people and are bound to nobody yet.

    Whoever names an advocate comes with it, and is bound or refused: an open referral has e-mails and visits of the friend's own only. So
    these people's shares, and visits of theirs, lead to every one.
    """
    on = session.postgres
    return session.rows(
        f"{_ASKED} SELECT COALESCE(g.alias_of_id, g.id), {_ADVOCATE[on]}, {_KIND[on]}, {_AT[on]} FROM friends g"
        f" CROSS JOIN store_referral r CROSS JOIN {_TOUCHES[on]}"
        " WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid AND r.friend_id = g.id AND r.status = 'open'"
        f" AND {_ADVOCATE[on]} = any{{people:text}} LIMIT %(limit)s",
        ws=workspace,
        program=program,
        people=list(people),
        own=list(people),
        limit=limit,
    )


def aliases_of(session: Session, workspace: str, people: Sequence[str]) -> dict[str, str]:
    """Every merged person → who stands for them, of these."""
    rows = session.rows(
        "SELECT id, alias_of_id FROM store_person WHERE workspace_id = %(ws)s::uuid AND alias_of_id = any{people:uuid}",
        ws=workspace,
        people=list(people),
    )
    return dict(rows)


def visits_of_links(session: Session, workspace: str, program: str, people: Sequence[str]) -> dict[str, int]:
    """Persons' visits through the links of each of these people: at our own redirect, and told by the firm."""
    rows = session.rows(
        "SELECT x.person, SUM(x.n) FROM ("
        "SELECT l.person_id AS person, COUNT(*) AS n FROM store_sharelink l JOIN store_visit v ON v.workspace_id = l.workspace_id"
        " AND v.link_id = l.id AND v.kind = 'person' WHERE l.workspace_id = %(ws)s::uuid AND l.program_id = %(program)s::uuid"
        " AND l.person_id = any{people:uuid} GROUP BY l.person_id"
        " UNION ALL SELECT l.person_id, COUNT(*) FROM store_event e JOIN store_sharelink l ON l.id = e.link_id"
        " WHERE e.workspace_id = %(ws)s::uuid AND e.type = 'visit' AND e.source <> %(own)s AND l.program_id = %(program)s::uuid"
        " AND l.person_id = any{people:uuid} GROUP BY l.person_id"
        ") x GROUP BY x.person",
        ws=workspace,
        program=program,
        people=list(people),
        own=LINK_SOURCE,
    )
    return {person: int(count) for person, count in rows}


def handed_on(session: Session, workspace: str, program: str, friends: Sequence[str]) -> list[Row]:
    """(friend, who handed it on, whose link it was): shares of a link by somebody else than its owner."""
    return session.rows(
        "SELECT e.other_person_id, e.person_id, l.person_id FROM store_event e JOIN store_sharelink l ON l.id = e.link_id"
        " WHERE e.workspace_id = %(ws)s::uuid AND e.type = 'share' AND e.other_person_id = any{friends:uuid}"
        " AND e.person_id IS NOT NULL AND e.person_id <> l.person_id AND l.program_id = %(program)s::uuid ORDER BY e.occurred_at, e.id",
        ws=workspace,
        program=program,
        friends=list(friends),
    )
