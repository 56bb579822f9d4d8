"""The programs of a workspace at a glance: how far friends came, and what it cost. A fixed number of statements for all of them.

Definitions as in the catalogue (docs/metrics.md); `rewarded` is the only number of its own. What a page needs again within
seconds is not counted again (`recent_overview`).
"""

import threading
from dataclasses import dataclass, field, replace

from passaparola.analytics.metrics import IS_BOUND
from passaparola.domain.instant import SECOND, Instant
from passaparola.domain.programs import read_program
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards.limits import budget_key
from passaparola.store.read.catalogue import ProgramEntry, programs_of
from passaparola.store.read.snapshot import Session, reading, snapshot

KEPT: Instant = 10 * SECOND
FOR_A_PERSON = (
    Reason.LATE_EVENT,
    Reason.UNCONFIRMED,
    Reason.UNDONE,
)  # what only a person ends; all else ends by itself

_PERSON = ", ".join(f"'{reason}'" for reason in FOR_A_PERSON)

_VISITS = (
    "SELECT l.program_id, COUNT(*) FROM store_event e LEFT JOIN store_sharelink l ON l.id = e.link_id"
    " WHERE e.workspace_id = %(ws)s::uuid AND e.type = 'visit' AND e.outcome = 'recorded' GROUP BY l.program_id"
)
_REFERRALS = (
    "SELECT r.program_id,"
    f" SUM(CASE WHEN {IS_BOUND} AND r.signed_up_at IS NOT NULL THEN 1 ELSE 0 END),"
    " SUM(CASE WHEN r.status = 'converted' THEN 1 ELSE 0 END)"
    " FROM store_referral r WHERE r.workspace_id = %(ws)s::uuid GROUP BY r.program_id"
)
_REWARDED = (
    "SELECT w.program_id, COUNT(DISTINCT COALESCE(p.alias_of_id, w.beneficiary_id)) FROM store_reward w"
    " LEFT JOIN store_person p ON p.id = w.beneficiary_id WHERE w.workspace_id = %(ws)s::uuid"
    " AND w.state IN ('issued', 'redeemed', 'expired') GROUP BY w.program_id"
)
_COST = (
    "SELECT w.program_id, w.unit,"
    " SUM(CASE WHEN w.state IN ('issued', 'redeemed', 'expired') THEN w.amount - w.reversed ELSE 0 END),"
    " SUM(CASE WHEN w.state = 'pending' THEN w.amount - w.reversed ELSE 0 END), SUM(w.redeemed), SUM(w.expired),"
    f" SUM(CASE WHEN w.state = 'pending' AND w.reason IN ({_PERSON}) THEN 1 ELSE 0 END)"
    " FROM store_reward w WHERE w.workspace_id = %(ws)s::uuid GROUP BY w.program_id, w.unit ORDER BY w.program_id, w.unit"
)
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
    """One program: the funnel in people (visits in visits), the cost by unit, and how many rewards wait for a person."""

    entry: ProgramEntry
    visits: int = 0
    signups: int = 0
    converted: int = 0
    rewarded: int = 0
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
    visits: dict[str | None, int] = dict(session.rows(_VISITS, ws=workspace))
    referrals = {
        key: (int(signups), int(converted)) for key, signups, converted in session.rows(_REFERRALS, ws=workspace)
    }
    rewarded: dict[str, int] = dict(session.rows(_REWARDED, ws=workspace))
    costs: dict[str, list[Cost]] = {}
    waiting: dict[str, int] = {}
    for key, unit, issued, pending, redeemed, expired, people in session.rows(_COST, ws=workspace):
        costs.setdefault(key, []).append(Cost(unit, int(issued), int(pending), int(redeemed), int(expired)))
        waiting[key] = waiting.get(key, 0) + int(people)
    budgets = _budgets(session, workspace, glances)
    for key, glance in glances.items():
        signups, converted = referrals.get(key, (0, 0))
        glances[key] = replace(
            glance,
            visits=visits.get(key, 0) + visits.get(None, 0),
            signups=signups,
            converted=converted,
            rewarded=rewarded.get(key, 0),
            costs=tuple(costs.get(key, ())),
            for_person=waiting.get(key, 0),
            budget=budgets.get(key),
        )


def _budgets(session: Session, workspace: str, glances: dict[str, ProgramGlance]) -> dict[str, Budget]:
    documents = session.rows(
        "SELECT v.program_id, v.document FROM store_programversion v JOIN store_program p ON p.id = v.program_id"
        " AND p.workspace_id = v.workspace_id WHERE v.workspace_id = %(ws)s::uuid AND v.number = p.live_version",
        ws=workspace,
    )
    limits = {}
    for key, document in documents:
        program, _ = read_program(document, key=key, version=glances[key].entry.live_version or 0, effective_from=0)
        if program is not None and program.budget is not None:
            limits[key] = program.budget
    keys = sorted(budget_key(key, budget.unit) for key, budget in limits.items())
    used: dict[str, int] = dict(session.rows(_COUNTERS, ws=workspace, keys=keys)) if keys else {}
    return {
        key: Budget(budget.unit, int(used.get(budget_key(key, budget.unit), 0)), budget.total)
        for key, budget in limits.items()
    }
