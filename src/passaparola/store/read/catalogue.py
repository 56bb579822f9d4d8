"""Which programs a workspace has, as people name them."""

from dataclasses import dataclass

import orjson

from passaparola.domain.instant import Instant
from passaparola.store.session import Session

PREFIX = "prg_"


@dataclass(frozen=True, slots=True)
class ProgramEntry:
    key: str
    slug: str
    name: str
    status: str
    live_version: int | None
    newest: int
    created_at: Instant


class NoSuchProgram(LookupError):
    """Nothing goes by this name; the message says what there is."""


def default_workspace(session: Session, slug: str = "main") -> str | None:
    """The id of the workspace of this slug, or None where there is none yet."""
    rows = session.rows("SELECT id FROM store_workspace WHERE slug = %(slug)s", slug=slug)
    return str(rows[0][0]) if rows else None


def workspace_ids(session: Session) -> list[str]:
    """Every workspace of the installation, the oldest first."""
    return [str(row[0]) for row in session.rows("SELECT id FROM store_workspace ORDER BY id")]


def workspaces_in_use(session: Session, most: int) -> list[str]:
    """So many workspaces at most that are no sandboxes, the oldest first."""
    rows = session.rows("SELECT id FROM store_workspace WHERE NOT sandbox ORDER BY id LIMIT %(most)s", most=most)
    return [str(row[0]) for row in rows]


def serial_of(session: Session, workspace: str) -> int:
    """The serial of the last commit."""
    rows = session.rows("SELECT serial FROM store_workspace WHERE id = %(ws)s::uuid", ws=workspace)
    return int(rows[0][0]) if rows else 0


def programs_of(session: Session, workspace: str) -> list[ProgramEntry]:
    """Every program with at least one version, by slug."""
    rows = session.rows(
        "SELECT p.id, p.slug, p.name, p.status, p.live_version, MAX(v.number), p.created_at FROM store_program p"
        " JOIN store_programversion v ON v.workspace_id = p.workspace_id AND v.program_id = p.id"
        " WHERE p.workspace_id = %(ws)s::uuid GROUP BY p.id, p.slug, p.name, p.status, p.live_version, p.created_at",
        ws=workspace,
    )
    return sorted((ProgramEntry(*row) for row in rows), key=lambda p: p.slug)


def find_program(session: Session, workspace: str, name: str) -> ProgramEntry:
    """The program of this slug (the id in its file) or of our id `prg_…`. Raises NoSuchProgram."""
    known = programs_of(session, workspace)
    for program in known:
        if name in (program.slug, PREFIX + program.key):
            return program
    if not known:
        raise NoSuchProgram(f"There is no program {name!r}, nor any other. `passaparola program apply FILE` makes one")
    raise NoSuchProgram(f"There is no program {name!r}. There is: {', '.join(p.slug for p in known)}")


def version_document(session: Session, workspace: str, program: str, number: int) -> tuple[str, Instant | None] | None:
    """The text of one version and since when it is in force."""
    rows = session.rows(
        "SELECT document, effective_from FROM store_programversion WHERE workspace_id = %(ws)s::uuid"
        " AND program_id = %(program)s::uuid AND number = %(number)s",
        ws=workspace,
        program=program,
        number=number,
    )
    return (rows[0][0], rows[0][1]) if rows else None


def version_numbers(session: Session, workspace: str, program: str) -> list[tuple[int, Instant | None]]:
    """(number, effective from) of all versions, the oldest first."""
    rows = session.rows(
        "SELECT number, effective_from FROM store_programversion WHERE workspace_id = %(ws)s::uuid"
        " AND program_id = %(program)s::uuid ORDER BY number",
        ws=workspace,
        program=program,
    )
    return [(row[0], row[1]) for row in rows]


def why_without_goal(session: Session, workspace: str, slug: str, number: int) -> str | None:
    """The last reason given, up to a version, why the program goes without a goal."""
    rows = session.rows(
        "SELECT input FROM store_act WHERE workspace_id = %(ws)s::uuid AND verb = 'program.apply' AND subject = %(slug)s ORDER BY id DESC",
        ws=workspace,
        slug=slug,
    )
    said = (orjson.loads(row[0]) for row in rows)
    given = (told.get("without_goal") for told in said if told.get("version", 0) <= number)
    return next(filter(None, given), None)
