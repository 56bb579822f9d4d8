"""The system clock, read at the edge and handed inwards; in a sandbox, the clock of the sandbox."""

import time

from django.db import connection

from passaparola.domain.instant import Instant
from passaparola.domain.programs.boosted import has_boosts
from passaparola.domain.programs.compiled import Program
from passaparola.store.read.clocks import workspace_clock
from passaparola.store.read.snapshot import reading

_live: set[str] = set()  # workspaces known to be no sandboxes, which they never become


def now() -> Instant:
    """Microseconds since 1970 in UTC."""
    return time.time_ns() // 1000


def day_of(program: Program, workspace: str) -> Instant | None:
    """The present of a workspace, where what a program promises depends on the day."""
    return now_in(workspace) if has_boosts(program) else None


def now_in(workspace: str) -> Instant:
    """The present of a workspace: the real one, or in a sandbox what its clock was moved to. Costs live workspaces nothing."""
    if workspace in _live:
        return now()
    with reading() as session:
        clock = workspace_clock(session, workspace)
    if clock is not None and not clock.sandbox:
        _live.add(workspace)
    return now() if clock is None or clock.clock_at is None else clock.clock_at


def now_apart(workspace: str) -> Instant:
    """The same for a thread of the hot path, which keeps no connection: each would hold one for good, and a broken one for ever."""
    if workspace in _live:
        return now()
    try:
        return now_in(workspace)
    finally:
        if connection.vendor != "sqlite":
            connection.close()
