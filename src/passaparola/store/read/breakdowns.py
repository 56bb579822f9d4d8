"""The numbers of a program for each advocate, and for each location."""

from collections.abc import Mapping, Sequence

from passaparola.store.session import Row, Session

# The location that an order told, else that of the visit that brought the friend: the last of what their state concludes.
_PLACE = {
    False: "COALESCE(json_extract({e}.facts, '$.location'), json_extract(r.state, '$.z[8]'), '')",
    True: "COALESCE({e}.facts::jsonb ->> 'location', r.state::jsonb -> 'z' ->> 8, '')",
}
_BROUGHT = {False: "json_extract(r.state, '$.z[8]')", True: "r.state::jsonb -> 'z' ->> 8"}
# Paid orders of bound friends since their binding, each with its location, the friend's first one first.
_ORDERS = """
SELECT r.id AS referral, {place} AS place, e.unit, e.amount_minor AS minor, e.occurred_at AS at,
  ROW_NUMBER() OVER (PARTITION BY r.id ORDER BY e.occurred_at, e.external_id, e.source) AS nth
FROM store_referral r JOIN store_person p ON p.workspace_id = r.workspace_id AND (p.id = r.friend_id OR p.alias_of_id = r.friend_id)
  JOIN store_event e ON e.workspace_id = r.workspace_id AND e.person_id = p.id
WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid AND r.status IN ('bound', 'converted')
  AND e.type = 'purchase' AND e.outcome = 'recorded' AND e.amount_minor > 0 AND e.occurred_at >= r.bound_at"""


def friends_by_place(session: Session, workspace: str, program: str) -> list[Row]:
    """(location, friends with a paid order there)."""
    orders = _ORDERS.format(place=_PLACE[session.postgres].format(e="e"))
    return session.rows(
        f"SELECT x.place, COUNT(DISTINCT x.referral) FROM ({orders}) x GROUP BY x.place", ws=workspace, program=program
    )


def orders_by_place(session: Session, workspace: str, program: str) -> list[Row]:
    """(location, currency, paid orders, minor units)."""
    orders = _ORDERS.format(place=_PLACE[session.postgres].format(e="e"))
    return session.rows(
        f"SELECT x.place, x.unit, COUNT(*), SUM(x.minor) FROM ({orders}) x GROUP BY x.place, x.unit",
        ws=workspace,
        program=program,
    )


def rewards_by_place(session: Session, workspace: str, program: str) -> list[Row]:
    """(location, kind, unit, how many, minor units net): at the location of the order that earned them, else of the friend's first, else of
    the visit that brought the friend."""
    place = _PLACE[session.postgres]
    orders = _ORDERS.format(place=place.format(e="e"))
    own, brought = place.format(e="o"), _BROUGHT[session.postgres]
    return session.rows(
        f"SELECT CASE WHEN o.id IS NULL THEN COALESCE(f.place, {brought}, '') ELSE {own} END, w.kind, w.unit, COUNT(*),"
        " SUM(w.amount - w.reversed)"
        f" FROM store_reward w LEFT JOIN ({orders}) f ON f.referral = w.referral_id AND f.nth = 1"
        " LEFT JOIN store_referral r ON r.id = w.referral_id AND r.workspace_id = w.workspace_id"
        " LEFT JOIN store_event o ON o.workspace_id = w.workspace_id AND o.type = 'purchase' AND o.outcome = 'recorded'"
        " AND o.order_key = CASE WHEN w.occasion LIKE 'order:%%' THEN SUBSTR(w.occasion, 7) END"
        " WHERE w.workspace_id = %(ws)s::uuid AND w.program_id = %(program)s::uuid"
        " AND w.state IN ('pending', 'issued', 'redeemed', 'expired') GROUP BY 1, 2, 3",
        ws=workspace,
        program=program,
    )


def friends_of(session: Session, workspace: str, program: str, people: Sequence[str]) -> list[Row]:
    """(advocate, friends, of these entered afterwards, signed up, converted, paid orders)."""
    return session.rows(
        "SELECT r.advocate_person_id, COUNT(*), SUM(CASE WHEN r.touch_kind = 'organic' THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN r.signed_up_at IS NOT NULL THEN 1 ELSE 0 END), SUM(CASE WHEN r.status = 'converted' THEN 1 ELSE 0 END),"
        " SUM(r.paid_orders) FROM store_referral r WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid"
        " AND r.advocate_person_id = any{people:uuid} AND r.advocate_person_id IS NOT NULL AND r.status IN ('bound', 'converted')"
        " GROUP BY r.advocate_person_id",
        ws=workspace,
        program=program,
        people=list(people),
    )


def shares_of(session: Session, workspace: str, program: str, people: Sequence[str]) -> list[Row]:
    """(person, shares), those of another program's links left out."""
    return session.rows(
        "SELECT e.person_id, COUNT(*) FROM store_event e LEFT JOIN store_sharelink l ON l.id = e.link_id"
        " WHERE e.workspace_id = %(ws)s::uuid AND e.type = 'share' AND e.outcome = 'recorded' AND e.person_id = any{people:uuid}"
        " AND (l.program_id IS NULL OR l.program_id = %(program)s::uuid) GROUP BY e.person_id",
        ws=workspace,
        program=program,
        people=list(people),
    )


def earned_by(session: Session, workspace: str, program: str, people: Sequence[str]) -> list[Row]:
    """(advocate, kind, unit, how many, minor units net) of the rewards of advocates."""
    return session.rows(
        "SELECT w.beneficiary_id, w.kind, w.unit, COUNT(*), SUM(w.amount - w.reversed) FROM store_reward w"
        " WHERE w.workspace_id = %(ws)s::uuid AND w.program_id = %(program)s::uuid AND w.beneficiary_id = any{people:uuid}"
        " AND w.side = 'advocate' AND w.state IN ('pending', 'issued', 'redeemed', 'expired')"
        " GROUP BY w.beneficiary_id, w.kind, w.unit",
        ws=workspace,
        program=program,
        people=list(people),
    )


def groups_of(session: Session, workspace: str, people: Sequence[str]) -> dict[str, str]:
    """Everybody who is one of these people, by whatever record → who stands for them."""
    rows = session.rows(
        "SELECT p.id, COALESCE(p.alias_of_id, p.id) FROM store_person p WHERE p.workspace_id = %(ws)s::uuid AND"
        " COALESCE(p.alias_of_id, p.id) IN (SELECT COALESCE(q.alias_of_id, q.id) FROM store_person q"
        " WHERE q.workspace_id = %(ws)s::uuid AND q.id = any{people:uuid})",
        ws=workspace,
        people=list(people),
    )
    return dict(rows)


def first_advocates(session: Session, workspace: str, program: str, roots: Mapping[str, str]) -> dict[str, str]:
    """Who stands for somebody (`roots`: everybody → who stands for them) → the oldest advocate's id of the program among their records."""
    rows = session.rows(
        "SELECT a.id, a.person_id FROM store_advocate a WHERE a.workspace_id = %(ws)s::uuid AND a.program_id = %(program)s::uuid"
        " AND a.person_id = any{people:uuid} ORDER BY a.id DESC",
        ws=workspace,
        program=program,
        people=list(roots),
    )
    return {roots[person]: advocate for advocate, person in rows}
