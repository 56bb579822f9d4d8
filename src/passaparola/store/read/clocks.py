"""The clocks of sandboxes, and which workspaces there are."""

from typing import NamedTuple

from passaparola.domain.instant import Instant
from passaparola.store.session import Session


class WorkspaceClock(NamedTuple):
    """A workspace and its present: `clock_at` None is the real time."""

    id: str
    slug: str
    name: str
    sandbox: bool
    clock_at: Instant | None


_COLUMNS = "id, slug, name, sandbox, clock_at"


def workspace_clock(session: Session, workspace: str) -> WorkspaceClock | None:
    """The clock of one workspace."""
    rows = session.rows(f"SELECT {_COLUMNS} FROM store_workspace WHERE id = %(ws)s::uuid", ws=workspace)
    return _clock(rows[0]) if rows else None


def workspace_clocks(session: Session) -> list[WorkspaceClock]:
    """Every workspace, the oldest first."""
    return [_clock(row) for row in session.rows(f"SELECT {_COLUMNS} FROM store_workspace ORDER BY id")]


def _clock(row: tuple[object, ...]) -> WorkspaceClock:
    key, slug, name, sandbox, clock_at = row
    return WorkspaceClock(
        str(key), str(slug), str(name), bool(sandbox), clock_at if clock_at is None else int(str(clock_at))
    )
