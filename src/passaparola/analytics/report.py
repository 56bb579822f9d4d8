"""The report on one program: every metric of the catalogue, read in one moment with a fixed number of statements."""

from typing import Any

from passaparola.analytics.metrics import (
    BY_BYTES,
    CATALOGUE,
    CLICKS_FROM,
    EVENTS_FROM,
    OTHERS,
    PERSONS_CLICKS,
    REFERRALS_FROM,
    REVENUE_ROWS,
    RULE_REFUSALS,
    Metric,
)
from passaparola.domain.instant import iso
from passaparola.domain.programs import Program, read_program
from passaparola.domain.programs.subjects import Subject
from passaparola.store.read.catalogue import ProgramEntry, find_program, version_document
from passaparola.store.read.snapshot import Session, snapshot

_BY_NAME = {metric.name: metric for metric in CATALOGUE}


def report(workspace: str, program: str) -> dict[str, Any]:
    """The numbers of a program (its slug or `prg_…`) in plain JSON values. Raises NoSuchProgram.

    Nothing in it depends on our random ids or on when it was asked: the same history gives the same report on every database.
    """
    with snapshot() as session:
        entry = find_program(session, workspace, program)
        return _Reading(session, workspace, entry).report()


class _Reading:
    def __init__(self, session: Session, workspace: str, entry: ProgramEntry):
        self.session, self.entry = session, entry
        self.live = _live(session, workspace, entry)
        self.values = {"ws": workspace, "program": entry.key, "currency": self.live.currency if self.live else ""}
        postgres = session.postgres
        self.parts = {
            "revenue": REVENUE_ROWS.format(others=OTHERS[postgres]),
            "rule_refusals": RULE_REFUSALS[postgres],
            "bytes": BY_BYTES[postgres],
            "text_id": "REPLACE(c.person::text, '-', '')" if postgres else "c.person",
        }

    def report(self) -> dict[str, Any]:
        events = self.group("events", EVENTS_FROM)
        clicks = self.group("clicks", CLICKS_FROM)
        referrals = self.group("referrals", REFERRALS_FROM)
        found: dict[str, Any] = {
            **events,
            **clicks,
            "visits": events["visits"] + self.persons_clicks(),
            **referrals,
            "people": self.rows("people")[0][0],
            "sharers": self.rows("sharers")[0][0],
            "signups": self.rows("signups")[0][0],
            "conversion_rate": rate(referrals["converted_friends"], referrals["referred_signups"]),
            "revenue_minor": {unit: int(minor) for unit, minor in sorted(self.rows("revenue_minor"))},
            "rewards": self.rewards(),
            "refusals": dict(sorted(self.rows("refusals"))),
            "top_advocates": self.top_advocates(),
        }
        return {**self.head(), **{metric.name: found[metric.name] for metric in CATALOGUE}}

    def rows(self, name: str) -> list[Any]:
        return self.run(_BY_NAME[name].sql.format(**self.parts))

    def run(self, statement: str) -> list[Any]:
        return self.session.rows(statement, **{k: v for k, v in self.values.items() if f"%({k})s" in statement})

    def group(self, name: str, source: str) -> dict[str, int]:
        """The metrics of one group by one statement."""
        metrics: list[Metric] = [m for m in CATALOGUE if m.group == name]
        row = self.run(f"SELECT {', '.join(m.sql for m in metrics)}{source}")[0]
        return {m.name: int(value or 0) for m, value in zip(metrics, row, strict=True)}

    def persons_clicks(self) -> int:
        return int(self.run(f"SELECT {PERSONS_CLICKS}{CLICKS_FROM}")[0][0] or 0)

    def head(self) -> dict[str, Any]:
        first, last = self.run(
            "SELECT MIN(occurred_at), MAX(occurred_at) FROM store_event WHERE workspace_id = %(ws)s::uuid AND type <> 'customer'"
        )[0]
        serial = self.run("SELECT serial FROM store_workspace WHERE id = %(ws)s::uuid")[0][0]
        return {
            "program": self.entry.slug,
            "name": self.entry.name,
            **self.subject(),
            "status": self.entry.status,
            "version": self.entry.live_version,
            "period": {"from": iso(first), "to": iso(last)} if first is not None else None,
            "as_of": serial,
        }

    def subject(self) -> dict[str, str]:
        """Who or what is recommended to, where they are not customers."""
        told = self.live.subject if self.live else Subject.CUSTOMER
        return {} if told is Subject.CUSTOMER else {"subject": told.value}

    def rewards(self) -> list[dict[str, Any]]:
        keys = ("side", "kind", "currency", "state", "count", "value_minor")
        return [dict(zip(keys, (*row[:5], int(row[5])), strict=True)) for row in sorted(self.rows("rewards"))]

    def top_advocates(self) -> list[dict[str, Any]]:
        top = self.rows("top_advocates")
        revenue = self.revenue_of([person for person, _, _ in top]) if top else {}
        return [
            {"id": name or f"per_{person}", "converted_friends": int(friends), "revenue_minor": revenue.get(person, {})}
            for person, name, friends in top
        ]

    def revenue_of(self, people: list[str]) -> dict[str, dict[str, int]]:
        """Revenue by currency of these advocates."""
        root = "COALESCE((SELECT p.alias_of_id FROM store_person p WHERE p.id = x.advocate), x.advocate)"
        rows = self.session.rows(
            f"SELECT y.person, y.unit, SUM(y.minor) FROM (SELECT {root} AS person, x.unit, x.minor FROM ({self.parts['revenue']}) x) y"
            " WHERE y.person = any{people:uuid} GROUP BY y.person, y.unit",
            ws=self.values["ws"],
            program=self.values["program"],
            people=people,
        )
        found: dict[str, dict[str, int]] = {}
        for person, unit, minor in sorted(rows):
            found.setdefault(person, {})[unit] = int(minor)
        return found


def _live(session: Session, workspace: str, entry: ProgramEntry) -> Program | None:
    """The live version, in whose currency advocates are compared; where none is live the newest."""
    number = entry.live_version or entry.newest
    found = version_document(session, workspace, entry.key, number)
    program, _ = read_program(found[0], key=entry.key, version=number, effective_from=0) if found else (None, [])
    return program


def rate(part: int, whole: int) -> float | None:
    """part ÷ whole, not rounded; None without a whole."""
    return part / whole if whole else None
