"""Who takes part in a program, and who may."""

from collections.abc import Sequence
from dataclasses import dataclass

from passaparola.store.session import Session


@dataclass(frozen=True, slots=True)
class AdvocateRow:
    """A person's part in one program."""

    id: str
    program: str
    person: str
    status: str


_COLUMNS = "id, program_id, person_id, status"


def advocate_by_id(session: Session, workspace: str, key: str) -> AdvocateRow | None:
    rows = session.rows(
        f"SELECT {_COLUMNS} FROM store_advocate WHERE workspace_id = %(ws)s::uuid AND id = %(key)s::uuid",
        ws=workspace,
        key=key,
    )
    return AdvocateRow(*rows[0]) if rows else None


def advocates_in(session: Session, workspace: str, program: str, people: Sequence[str]) -> list[AdvocateRow]:
    """The parts that these people have in a program, the oldest first."""
    rows = session.rows(
        f"SELECT {_COLUMNS} FROM store_advocate WHERE workspace_id = %(ws)s::uuid AND program_id = %(program)s::uuid"
        " AND person_id = any{people:uuid} ORDER BY id",
        ws=workspace,
        program=program,
        people=list(people),
    )
    return [AdvocateRow(*row) for row in rows]


def code_is_taken(session: Session, workspace: str, code: str) -> bool:
    """Whether a code is somebody's already, or says the same as the slug of somebody's link."""
    rows = session.rows(
        "SELECT 1 FROM store_sharelink WHERE workspace_id = %(ws)s::uuid AND code = %(code)s"
        " UNION ALL SELECT 1 FROM store_sharelink WHERE slug = %(slug)s",
        ws=workspace,
        code=code,
        slug=code.lower(),
    )
    return bool(rows)
