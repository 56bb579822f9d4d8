"""Links as the redirect needs them, found by their slugs among all links of all workspaces."""

from collections.abc import Sequence

from passaparola.domain.values import value
from passaparola.store.session import Row, Session


@value(frozen=True, slots=True)
class LinkedProgram:
    """A link, and the program as it stands: what its live version says is in the document."""

    slug: str
    id: str
    workspace: str
    program: str
    code: str
    active: bool
    status: str
    version: int | None
    sandbox: bool


_LINKS = (
    "SELECT l.slug, l.id, l.workspace_id, l.program_id, l.code, l.active, p.status, p.live_version, w.sandbox"
    " FROM store_sharelink l JOIN store_program p ON p.id = l.program_id JOIN store_workspace w ON w.id = l.workspace_id"
)


def linked_programs(session: Session, slugs: Sequence[str]) -> list[LinkedProgram]:
    """The links of these slugs, those that are switched off included."""
    rows = session.rows(_LINKS + " WHERE l.slug = any{slugs:text}", slugs=list(slugs))
    return [_linked(row) for row in rows]


def newest_links(session: Session, count: int) -> list[LinkedProgram]:
    """The links made last."""
    rows = session.rows(_LINKS + " ORDER BY l.id DESC LIMIT %(count)s", count=count)
    return [_linked(row) for row in rows]


def _linked(row: tuple[object, ...]) -> LinkedProgram:
    values = list(row)
    values[5], values[8] = bool(values[5]), bool(values[8])
    return LinkedProgram(*values)  # type: ignore[arg-type]


def program_states(session: Session, programs: Sequence[str]) -> list[Row]:
    """(id, status, live version) of these programs."""
    return session.rows(
        "SELECT id, status, live_version FROM store_program WHERE id = any{programs:uuid}", programs=list(programs)
    )
