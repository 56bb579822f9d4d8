"""What people did before and after something was given to them, beside comparable people to whom it was not."""

from passaparola.domain.events.event import MAILBOX_SOURCE
from passaparola.domain.instant import Instant
from passaparola.store.session import Row, Session

_GIVEN = (
    "SELECT COALESCE(p.alias_of_id, p.id) AS person, w.issued_at AS at, w.state FROM store_reward w"
    " JOIN store_person p ON p.id = w.beneficiary_id"
    " WHERE w.workspace_id = %(ws)s::uuid AND w.program_id = %(program)s::uuid AND w.occasion LIKE 'grant:%%'"
)
# Paid orders, and friends who converted in whatever program: each with who did it and when.
_MARKS = (
    "SELECT COALESCE(p.alias_of_id, p.id) AS person, e.occurred_at AS at, 1 AS orders, 0 AS friends"
    " FROM store_event e JOIN store_person p ON p.id = e.person_id"
    " WHERE e.workspace_id = %(ws)s::uuid AND e.type = 'purchase' AND e.outcome = 'recorded' AND e.amount_minor > 0"
    " AND e.occurred_at >= %(first)s AND e.occurred_at < %(last)s"
    " UNION ALL SELECT COALESCE(p.alias_of_id, p.id), r.converted_at, 0, 1"
    " FROM store_referral r JOIN store_person p ON p.id = r.advocate_person_id"
    " WHERE r.workspace_id = %(ws)s::uuid AND r.status = 'converted'"
    " AND r.converted_at >= %(first)s AND r.converted_at < %(last)s"
)
_SUMS = ", ".join(
    f"COALESCE(SUM(CASE WHEN m.at {than} {{at}} THEN m.{what} END), 0) AS {what}_{when}"
    for when, than in (("before", "<"), ("after", ">="))
    for what in ("orders", "friends")
)


def first_given(session: Session, workspace: str, program: str, until: Instant) -> dict[str, Instant]:
    """When each person was first given something by hand or by rule, of those to whom it was given by `until` and stayed given."""
    rows = session.rows(
        f"SELECT g.person, MIN(g.at) FROM ({_GIVEN}) g WHERE g.state IN ('issued', 'redeemed', 'expired')"
        " GROUP BY g.person HAVING MIN(g.at) <= %(until)s ORDER BY 1",
        ws=workspace,
        program=program,
        until=until,
    )
    return dict(rows)


def done_by(session: Session, workspace: str, program: str, *, until: Instant, days: Instant) -> list[Row]:
    """(person, when, orders before, friends before, orders after, friends after) within `days` of the first thing given, if any."""
    given = (
        f"SELECT g.person, MIN(g.at) AS at FROM ({_GIVEN}) g WHERE g.state IN ('issued', 'redeemed', 'expired')"
        " GROUP BY g.person HAVING MIN(g.at) <= %(until)s"
    )
    return session.rows(
        f"SELECT f.person, f.at, {_SUMS.format(at='f.at')} FROM ({given}) f JOIN ({_MARKS}) m ON m.person = f.person"
        " AND m.at >= f.at - %(days)s AND m.at < f.at + %(days)s GROUP BY f.person, f.at",
        ws=workspace,
        program=program,
        until=until,
        days=days,
        first=-(2**60),
        last=2**60,
    )


def done_by_others(session: Session, workspace: str, program: str, *, at: Instant, days: Instant) -> list[Row]:
    """(orders before, friends before, persons, orders after, friends after) of all who were known at a moment, and whom the program never
    gave anything."""
    known = (
        "SELECT DISTINCT COALESCE(p.alias_of_id, p.id) AS person FROM store_event e JOIN store_person p ON p.id = e.person_id"
        f" WHERE e.workspace_id = %(ws)s::uuid AND e.occurred_at < %(at)s AND e.source <> '{MAILBOX_SOURCE}'"
    )
    each = (
        f"SELECT k.person, {_SUMS.format(at='%(at)s')} FROM ({known}) k LEFT JOIN ({_MARKS}) m ON m.person = k.person"
        f" WHERE k.person NOT IN (SELECT g.person FROM ({_GIVEN}) g) GROUP BY k.person"
    )
    return session.rows(
        "SELECT x.orders_before, x.friends_before, COUNT(*), SUM(x.orders_after), SUM(x.friends_after)"
        f" FROM ({each}) x GROUP BY x.orders_before, x.friends_before",
        ws=workspace,
        program=program,
        at=at,
        first=at - days,
        last=at + days,
    )
