"""What the firm prepared for sharing."""

from passaparola.domain.sharing.texts import ShareText
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
