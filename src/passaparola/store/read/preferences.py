"""Which of several rewards people would rather have."""

from collections.abc import Iterable

from passaparola.store.session import Row, Session


def preferences(session: Session, workspace: str, programs: Iterable[str], people: Iterable[str]) -> list[Row]:
    """(program, person, choice, rule) of these people, the latest wish of each last."""
    return session.rows(
        "SELECT program_id, person_id, choice, rule FROM store_rewardpreference WHERE workspace_id = %(ws)s::uuid"
        " AND program_id = any{programs:uuid} AND person_id = any{people:uuid} ORDER BY at, id",
        ws=workspace,
        programs=sorted(programs),
        people=sorted(people),
    )
