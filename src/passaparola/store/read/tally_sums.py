"""Sums of the numbers that are counted ahead: of a program or of all, of some days or of all, and the advocates with the most friends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from passaparola.store.read.tallies import EVERYBODYS, UNDATED, Key, Sums
from passaparola.store.session import Row, Session

MEASURES = (  # all but the advocates, who are many
    *(
        "shares",
        "visits",
        "orders",
        "clicks",
        "bound",
        "signups",
        "buyers",
        "paid_orders",
        "converted",
        "rewarded",
        "revenue",
        "refused",
    ),
    *("rewards", "for_person", "given", "redeemed", "expired", "held", "owed"),
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which numbers are read: of one program (with what belongs to every program) or of all; of a range of days, the last included."""

    program: str | None = None
    first: int = 0
    last: int = 10**6

    def holds(self, key: Key) -> bool:
        """Whether a number is within."""
        mine = self.program is None or key.program in (self.program, EVERYBODYS)
        return mine and (key.day == UNDATED or self.first <= key.day <= self.last)


def totals(session: Session, workspace: str, scope: Scope) -> list[Row]:
    """(measure, detail, unit, count, minor) over the days of the range, of all measures but the advocates."""
    return session.rows(
        f"SELECT t.measure, t.detail, t.unit, SUM(t.count), SUM(t.minor) FROM store_tally t WHERE {_within(scope)}"
        " AND t.measure = any{measures:text} GROUP BY t.measure, t.detail, t.unit",
        measures=list(MEASURES),
        **_values(workspace, scope),
    )


def by_day(session: Session, workspace: str, scope: Scope, measures: Sequence[str]) -> list[Row]:
    """(measure, day, unit, count, minor) of the range."""
    return session.rows(
        f"SELECT t.measure, t.day, t.unit, SUM(t.count), SUM(t.minor) FROM store_tally t WHERE {_within(scope)}"
        " AND t.measure = any{measures:text} GROUP BY t.measure, t.day, t.unit",
        measures=list(measures),
        **_values(workspace, scope),
    )


def by_program(session: Session, workspace: str) -> list[Row]:
    """(program, measure, detail, unit, count, minor) of all days."""
    return session.rows(
        "SELECT t.program, t.measure, t.detail, t.unit, SUM(t.count), SUM(t.minor) FROM store_tally t"
        " WHERE t.workspace_id = %(ws)s::uuid AND t.measure = any{measures:text} GROUP BY t.program, t.measure, t.detail, t.unit",
        measures=list(MEASURES),
        ws=workspace,
    )


def advocates(session: Session, workspace: str, scope: Scope, since: Sums, *, currency: str, limit: int) -> list[Row]:
    """(person, converted friends, minor units of the currency): the most friends first, of equals the one with more revenue.

    `since`: what is not in the tallies yet. Merged persons count once.
    """
    told = [
        [key.detail, key.unit, count, minor]
        for key, (count, minor) in since.items()
        if key.measure == "advocate" and scope.holds(key)
    ]
    return session.rows(
        _ADVOCATES[session.postgres].format(within=_within(scope)),
        **_values(workspace, scope),
        told=orjson.dumps(told).decode(),
        currency=currency,
        limit=limit,
    )


# Who was merged into whom is joined by the hex digits that a number's detail has: there are few.
_HEX = {False: "{0}", True: "replace({0}::text, '-', '')"}
_RANKED = (
    "SELECT y.person, y.friends, y.minor FROM (SELECT COALESCE(a.root, x.person) AS person, SUM(x.count) AS friends,"
    " SUM(CASE WHEN x.unit = %(currency)s THEN x.minor ELSE 0 END) AS minor FROM ("
    "SELECT t.detail AS person, t.unit AS unit, t.count AS count, t.minor AS minor FROM store_tally t"
    " WHERE {{within}} AND t.measure = 'advocate' UNION ALL {told}) x LEFT JOIN (SELECT {id} AS id, {root} AS root FROM store_person p"
    " WHERE p.workspace_id = %(ws)s::uuid AND p.alias_of_id IS NOT NULL) a ON a.id = x.person GROUP BY 1) y"
    " WHERE y.friends > 0 ORDER BY y.friends DESC, y.minor DESC, y.person LIMIT %(limit)s"
)
_TOLD = {
    False: "SELECT json_extract(j.value, '$[0]'), json_extract(j.value, '$[1]'), json_extract(j.value, '$[2]'),"
    " json_extract(j.value, '$[3]') FROM json_each(%(told)s) j",
    True: "SELECT j.value ->> 0, j.value ->> 1, (j.value ->> 2)::bigint, (j.value ->> 3)::bigint"
    " FROM jsonb_array_elements(%(told)s::jsonb) j",
}
_ADVOCATES = {
    postgres: _RANKED.format(
        told=_TOLD[postgres], id=_HEX[postgres].format("p.id"), root=_HEX[postgres].format("p.alias_of_id")
    )
    for postgres in (False, True)
}


def _within(scope: Scope) -> str:
    program = "" if scope.program is None else " AND t.program = any{programs:uuid}"
    return (
        f"t.workspace_id = %(ws)s::uuid{program} AND (t.day = {UNDATED} OR (t.day >= %(first)s AND t.day <= %(last)s))"
    )


def _values(workspace: str, scope: Scope) -> dict[str, Any]:
    programs = {} if scope.program is None else {"programs": [scope.program, EVERYBODYS]}
    return {"ws": workspace, "first": scope.first, "last": scope.last, **programs}
