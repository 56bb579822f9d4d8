"""The programs of a workspace at a glance: how far friends came, and what it cost. A fixed number of statements for all of them.

Definitions as in the catalogue and the dashboard (docs/metrics.md), from the same tallies. What a page needs again within
seconds is not counted again (`recent_overview`).
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from passaparola.domain.instant import SECOND, Instant
from passaparola.domain.programs import read_program
from passaparola.domain.rewards.limits import budget_key
from passaparola.store.read import tallies, tally_sums
from passaparola.store.read.catalogue import ProgramEntry, programs_of
from passaparola.store.read.snapshot import Session, reading, snapshot

KEPT: Instant = 10 * SECOND
Sums = dict[tuple[str, str, str], tuple[int, int]]  # (measure, detail, unit) → count, minor units
_COUNTERS = "SELECT key, used FROM store_counter WHERE workspace_id = %(ws)s::uuid AND key = any{keys:text}"


@dataclass(frozen=True, slots=True)
class Cost:
    """Value in one currency or unit, in minor units. `issued` is net of what was reversed; `redeemed` and `expired` are parts of it."""

    unit: str
    issued: int
    waiting: int
    redeemed: int
    expired: int


@dataclass(frozen=True, slots=True)
class Budget:
    """What of a program's budget is used, in minor units."""

    unit: str
    used: int
    total: int

    @property
    def percent(self) -> int:
        """Whole percent, rounded down."""
        return self.used * 100 // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class ProgramGlance:
    """One program: the funnel in friends (visits in visits), how many rewards were issued and wait for a person, the cost by unit."""

    entry: ProgramEntry
    visits: int = 0
    signups: int = 0
    converted: int = 0
    rewarded: int = 0
    issued: int = 0
    costs: tuple[Cost, ...] = ()
    for_person: int = 0
    budget: Budget | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """All programs as of one moment."""

    programs: tuple[ProgramGlance, ...]
    as_of: Instant
    serial: int = 0
    programs_version: int = 0
    by_slug: dict[str, ProgramGlance] = field(default_factory=dict)


_gate = threading.Lock()
_recent: dict[str, Overview] = {}


def recent_overview(workspace: str, *, now: Instant) -> Overview:
    """The overview: of this very moment where nothing was written since, or no program changed and it is at most `KEPT` old.

    A page that is opened by several people at once is counted once.
    """
    if (known := _still_good(workspace, now)) is not None:
        return known
    with _gate:  # one counts, the others wait for it
        known = _still_good(workspace, now)
        if known is None:
            known = _recent[workspace] = overview(workspace, now=now)
    return known


def _still_good(workspace: str, now: Instant) -> Overview | None:
    known = _recent.get(workspace)
    if known is None:
        return None
    with reading() as session:
        serial, programs = _serial(session, workspace)
    if serial == known.serial:
        return replace(known, as_of=now)
    return known if programs == known.programs_version and 0 <= now - known.as_of < KEPT else None


def _serial(session: Session, workspace: str) -> tuple[int, int]:
    rows = session.rows("SELECT serial, programs_version FROM store_workspace WHERE id = %(ws)s::uuid", ws=workspace)
    return (rows[0][0], rows[0][1]) if rows else (0, 0)


def forget_overviews() -> None:
    """Count anew: after somebody has changed what is seen."""
    _recent.clear()


def overview(workspace: str, *, now: Instant) -> Overview:
    """Every program of the workspace, by slug, as of one moment."""
    with snapshot() as session:
        serial, version = _serial(session, workspace)
        glances = {entry.key: ProgramGlance(entry) for entry in programs_of(session, workspace)}
        if glances:
            _fill(session, workspace, glances)
    return Overview(tuple(glances.values()), now, serial, version, {g.entry.slug: g for g in glances.values()})


def _fill(session: Session, workspace: str, glances: dict[str, ProgramGlance]) -> None:
    since = tallies.rest(session, workspace, tallies.mark_of(session, workspace))
    found: dict[str, Sums] = {}
    for program, *which, count, minor in tally_sums.by_program(session, workspace):
        found.setdefault(program, {})[(which[0], which[1], which[2])] = (int(count), int(minor))
    for one, (count, minor) in since.items():
        sums, which_one = found.setdefault(one.program, {}), (one.measure, one.detail, one.unit)
        before = sums.get(which_one, (0, 0))
        sums[which_one] = (before[0] + count, before[1] + minor)
    budgets = budgets_of(session, workspace, {key: glance.entry for key, glance in glances.items()})
    shared = _counts(found.get(tallies.EVERYBODYS, {}))
    for key, glance in glances.items():
        sums = found.get(key, {})
        counts = _counts(sums)
        glances[key] = replace(
            glance,
            visits=sum(c.get(name, 0) for c in (counts, shared) for name in ("visits", "clicks")),
            signups=counts.get("signups", 0),
            converted=counts.get("converted", 0),
            rewarded=counts.get("rewarded", 0),
            issued=issued_of(sums),
            costs=costs_of(sums),
            for_person=counts.get("for_person", 0),
            budget=budgets.get(key),
        )


def _counts(sums: Sums) -> dict[str, int]:
    counts: dict[str, int] = {}
    for (measure, _detail, _unit), (count, _minor) in sums.items():
        counts[measure] = counts.get(measure, 0) + count
    return counts


def issued_of(sums: Sums) -> int:
    """How many rewards were issued, from sums of tallies."""
    given = (n for (measure, detail, _unit), (n, _minor) in sums.items() if measure == "rewards" and _is_given(detail))
    return sum(given)


def _is_given(detail: str) -> bool:
    return detail.partition(" ")[0] in tallies.GIVEN


def costs_of(sums: Sums) -> tuple[Cost, ...]:
    """Issued, waiting, used and expired by unit, from sums of tallies."""
    found: dict[str, list[int]] = {}
    for (measure, detail, unit), (_count, minor) in sums.items():
        if measure == "rewards":
            line = found.setdefault(unit, [0, 0, 0, 0])
            line[0] += minor if _is_given(detail) else 0
            line[1] += minor if detail.startswith("pending ") else 0
        elif measure in ("redeemed", "expired"):
            found.setdefault(unit, [0, 0, 0, 0])[2 if measure == "redeemed" else 3] += minor
    return tuple(Cost(unit, *line) for unit, line in sorted(found.items()))


def budgets_of(session: Session, workspace: str, entries: Mapping[str, ProgramEntry]) -> dict[str, Budget]:
    """What of the budgets of these programs' live versions is used, by the key of the program."""
    documents = session.rows(
        "SELECT v.program_id, v.document FROM store_programversion v JOIN store_program p ON p.id = v.program_id"
        " AND p.workspace_id = v.workspace_id WHERE v.workspace_id = %(ws)s::uuid AND v.number = p.live_version",
        ws=workspace,
    )
    limits = {}
    for key, document in documents:
        if key not in entries:
            continue
        program, _ = read_program(document, key=key, version=entries[key].live_version or 0, effective_from=0)
        if program is not None and program.budget is not None:
            limits[key] = program.budget
    keys = sorted(budget_key(key, budget.unit) for key, budget in limits.items())
    used: dict[str, int] = dict(session.rows(_COUNTERS, ws=workspace, keys=keys)) if keys else {}
    return {
        key: Budget(budget.unit, int(used.get(budget_key(key, budget.unit), 0)), budget.total)
        for key, budget in limits.items()
    }
