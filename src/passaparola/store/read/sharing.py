"""What the firm prepared for sharing."""

from collections.abc import Sequence

from passaparola.domain.sharing.materials import Material
from passaparola.domain.sharing.texts import ShareText
from passaparola.domain.values import value
from passaparola.store.session import Session


def share_texts(session: Session, workspace: str, program: str) -> list[ShareText]:
    """All texts of a program (its slug), in all languages."""
    rows = session.rows(
        "SELECT language, channel, words, subject FROM store_sharetext WHERE workspace_id = %(ws)s::uuid AND program = %(program)s"
        " ORDER BY language, channel",
        ws=workspace,
        program=program,
    )
    return [ShareText(*row) for row in rows]


def texts_by_program(session: Session, workspace: str) -> dict[str, list[ShareText]]:
    """All texts of a workspace by the slugs of its programs."""
    rows = session.rows(
        "SELECT program, language, channel, words, subject FROM store_sharetext WHERE workspace_id = %(ws)s::uuid"
        " ORDER BY language, channel",
        ws=workspace,
    )
    found: dict[str, list[ShareText]] = {}
    for program, *row in rows:
        found.setdefault(program, []).append(ShareText(*row))
    return found


@value(frozen=True, slots=True)
class MaterialRow:
    """A material of a program (its slug)."""

    id: str
    program: str
    material: Material


def materials_of(session: Session, workspace: str, programs: Sequence[str]) -> list[MaterialRow]:
    """The materials of these programs (slugs), the oldest first."""
    rows = session.rows(
        "SELECT id, program, kind, language, title, words, picture, address FROM store_material WHERE workspace_id = %(ws)s::uuid"
        " AND program = any{programs:text} ORDER BY id",
        ws=workspace,
        programs=list(programs),
    )
    return [MaterialRow(key, program, Material(*told)) for key, program, *told in rows]


def material_by_id(session: Session, workspace: str, key: str) -> MaterialRow | None:
    """The material of this id."""
    rows = session.rows(
        "SELECT id, program, kind, language, title, words, picture, address FROM store_material WHERE workspace_id = %(ws)s::uuid"
        " AND id = %(key)s::uuid",
        ws=workspace,
        key=key,
    )
    return next((MaterialRow(key, program, Material(*told)) for key, program, *told in rows), None)
