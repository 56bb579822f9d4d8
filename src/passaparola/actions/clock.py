"""What time does: holds end, credit and vouchers expire, checkouts that were left let go, addresses that friends left are recorded or
forgotten, employees who left recommend no more. Then the commits are sealed.

In the order of the times at which things fell due, in batches, until nothing is due. Two clocks at once do nothing twice. A batch that
changed something is one act `clock.run` with `until`, enough to do it again; where nothing is due, nothing is written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from passaparola.actions.acting import Asked, Desk, done, perform
from passaparola.actions.advocates.leaving import suspend_who_left
from passaparola.actions.credit.end import end_with
from passaparola.actions.events.overlay import Overlay
from passaparola.actions.events.work import Work
from passaparola.actions.joining.lapse import lapse_enrolments
from passaparola.actions.ledger.seal import UnableToSeal, seal
from passaparola.actions.ledger.verify import verify_ledger
from passaparola.actions.offers.record import forget_addresses, record_acceptances
from passaparola.actions.programs.budgets import budgets_to_tell
from passaparola.actions.programs.contests import close_contests
from passaparola.actions.programs.ending import ending_to_tell
from passaparola.actions.programs.grow import grow
from passaparola.actions.requests.finish import finish_requests
from passaparola.actions.requests.lapse import lapse_requests
from passaparola.actions.requests.match import match_requests
from passaparola.actions.rewards.give_by_rule import give_due, grants_due
from passaparola.actions.rewards.late import late_to_tell
from passaparola.actions.rewards.queue import release_queued
from passaparola.actions.vouchers.end import end_voucher
from passaparola.domain.instant import DAY, Instant
from passaparola.domain.keyring import Keyring
from passaparola.domain.ledger.proof import Violation
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.vouchers import Voucher
from passaparola.store.read import checkout, gather
from passaparola.store.read.checkout import RELEASED, Line, Reservation
from passaparola.store.read.findings import findings, known_findings
from passaparola.store.write.forget import forget_keys

CLOCK = "clock"
KEYS_KEPT: Instant = 30 * DAY
BATCH = 500
Findings = dict[tuple[str, str], dict[str, Any]]  # (kind, key) → detail
_WHOLE = 1_000_000_000  # no batch is larger


@dataclass(slots=True)
class ClockReport:
    """What one run did. `steps`: rewards issued and expired, and checkouts released."""

    until: Instant
    steps: int = 0
    keys_forgotten: int = 0
    released: int = 0  # rewards that left a queue, because there was room
    given: int = 0  # by rule
    contests: int = 0  # periods of contests that were closed
    lapsed: int = 0  # enrolments that nobody confirmed
    sealed: int = 0
    violations: list[Violation] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Due:
    """What a batch takes on: everything known to be due by `horizon`, in the order of the times."""

    horizon: Instant
    rewards: list[Reward]
    checkouts: list[tuple[Instant, str, Reservation | Voucher]]
    lines: dict[str, list[Line]]


def run_clock(
    workspace: str,
    *,
    now: Instant,
    keys: Keyring | None = None,
    actor: str = CLOCK,
    verify: bool = False,
    serving: bool = False,
    batch: int = BATCH,
) -> ClockReport:
    """Let everything fall due that was due by `now`, forget idempotency keys after 30 days, and seal.

    With `verify` the ledger is checked, and each violation is a finding. `serving`: one batch of what is due, and all else when there is
    none; nobody looks for late rewards and for grants by rule, which reads everything (the server does so apart: `late_to_tell`,
    `keep_late`; `grants_due`, `give_due`). Raises Conflict when other writers were first time and again.
    """
    report = ClockReport(now)
    asked = Asked(workspace, now, actor)
    while steps := fall_due(workspace, now=now, actor=actor, batch=batch):
        report.steps += steps
        if serving:
            return report
    report.released = release_queued(workspace, now=now, actor=actor, batch=batch)
    report.contests = close_contests(workspace, now=now, actor=actor)
    unable = grow(workspace, now=now, actor=actor)
    _find(asked, {**budgets_to_tell(workspace, now=now), **ending_to_tell(workspace, now=now), **unable})
    if not serving:
        report.given = give_due(workspace, grants_due(workspace, now=now, hourly=False), now=now, actor=actor)
        _find(asked, late_to_tell(workspace, now=now))
    record_acceptances(workspace, now=now, keys=keys, actor=actor)
    forget_addresses(workspace, now=now)
    report.keys_forgotten = forget_keys(workspace, now - KEYS_KEPT)
    suspend_who_left(workspace, now=now, actor=actor)
    report.lapsed = lapse_enrolments(workspace, now=now, actor=actor)
    match_requests(workspace, now=now, keys=keys, actor=actor)
    finish_requests(workspace, now=now, keys=keys, actor=actor)
    lapse_requests(workspace, now=now, actor=actor)
    try:
        report.sealed = seal(workspace, now=now)
    except UnableToSeal as problem:
        _find(asked, {("unable_to_seal", str(problem)): {}})
    if verify:
        report.violations = verify_ledger(workspace, full=False)
        keep_violations(workspace, report.violations, now=now, actor=actor)
    return report


def keep_late(workspace: str, found: Findings, *, now: Instant, actor: str = CLOCK) -> None:
    """What `late_to_tell` said: each is a finding, once. Raises Conflict."""
    _find(Asked(workspace, now, actor), found)


def keep_violations(workspace: str, violations: Iterable[Violation], *, now: Instant, actor: str = CLOCK) -> None:
    """Each is a finding, once. Raises Conflict."""
    found = {_finding(v): {"found": v.found, "expected": v.expected} for v in violations}
    _find(Asked(workspace, now, actor), found)


def keep_unproved(workspace: str, why: str, *, now: Instant, actor: str = CLOCK) -> None:
    """That the books could not be proved is a finding, while none of it is open. Raises Conflict."""

    def do(desk: Desk) -> None:
        if not findings(desk.session, desk.workspace.id, kind="unable_to_prove", limit=1):
            desk.plan.find("unable_to_prove", f"{now}", orjson.dumps({"problem": why[:500]}).decode(), desk.now)

    perform(Asked(workspace, now, actor), do)


def fall_due(workspace: str, *, now: Instant, actor: str = CLOCK, batch: int = BATCH) -> int:
    """Let one batch of what was due by `now` fall due, the earliest first. The steps taken: none when nothing is due. Raises Conflict."""
    return done(perform(Asked(workspace, now, actor), lambda desk: _batch(desk, batch)))


def run_again(until: Instant, *, asked: Asked) -> int:
    """Do one batch of the past again, of whatever size it was: all that was due by its `until`, booked at `asked.now`. The steps taken.

    Raises Conflict.
    """
    return done(perform(asked, lambda desk: _batch(desk, _WHOLE, until)))


def _batch(desk: Desk, limit: int, until: Instant | None = None) -> int:
    """The steps taken: none when nothing is due."""
    due = _gather(desk, limit, desk.now if until is None else until)
    if not due.rewards and not due.checkouts:
        return 0
    overlay = _facts(due, desk)
    overlay.due = due.rewards
    work = Work(overlay, desk.plan)
    steps = 0
    for at, _, item in due.checkouts:
        steps += work.fall_due(at - 1, now=desk.now) + 1
        _let_go(item, due, overlay, desk)
    steps += work.fall_due(due.horizon, now=desk.now)
    if steps:
        desk.act("clock.run", "", until=due.horizon, steps=steps)
    return steps


def _gather(desk: Desk, limit: int, until: Instant) -> _Due:
    session, workspace = desk.session, desk.workspace.id
    reservations = checkout.lapsed_reservations(session, workspace, until, limit)
    vouchers = checkout.lapsed_vouchers(session, workspace, until, limit)
    held = gather.rewards_on_hold(session, workspace, until, limit)
    ending = gather.rewards_expiring(session, workspace, until, limit)
    times = (
        [r.expires_at for r in reservations],
        [v.reserved_until for v in vouchers],
        [r.hold_until for r in held],
        [r.expires_at for r in ending],
    )
    # a list that was cut says nothing about what is due after its last time
    horizon = min([until, *(found[-1] or 0 for found in times if len(found) == limit)])
    checkouts: list[tuple[Instant, str, Reservation | Voucher]] = [
        *((r.expires_at or 0, r.id, r) for r in reservations),
        *((v.reserved_until or 0, v.id, v) for v in vouchers),
    ]
    return _Due(
        horizon,
        [*(r for r in held if (r.hold_until or 0) <= horizon), *(r for r in ending if (r.expires_at or 0) <= horizon)],
        sorted((c for c in checkouts if c[0] <= horizon), key=lambda c: c[:2]),
        checkout.lines_of(session, workspace, [r.id for r in reservations]) if reservations else {},
    )


def _facts(due: _Due, desk: Desk) -> Overlay:
    return desk.overlay(rewards={r.id for r in due.rewards} | set(_held(due)))


def _held(due: _Due) -> Iterator[str]:
    for _, _, item in due.checkouts:
        if isinstance(item, Voucher):
            yield item.reward
        else:
            yield from (line.reward for line in due.lines.get(item.id, ()))


def _let_go(item: Reservation | Voucher, due: _Due, overlay: Overlay, desk: Desk) -> None:
    if isinstance(item, Voucher):
        end_voucher(item, False, overlay, desk)
    else:
        end_with(item, due.lines.get(item.id, ()), RELEASED, overlay, desk)


def _finding(violation: Violation) -> tuple[str, str]:
    return "ledger_violation", f"{violation.law}:{violation.what}:{','.join(violation.where)}"[:320]


def _find(asked: Asked, found: Findings) -> None:
    """Tell the operator, once."""

    def do(desk: Desk) -> None:
        known = known_findings(desk.session, desk.workspace.id, [key for _, key in found])
        for kind, key in sorted(set(found) - known):
            desk.plan.find(kind, key, orjson.dumps(found[(kind, key)]).decode(), desk.now)

    if found:
        perform(asked, do)
