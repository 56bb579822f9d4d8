"""What grants by rule read: everybody in pages, who stands for whom, and what was given before."""

from collections.abc import Iterable

from passaparola.store.session import Session

FIRST = "00000000000000000000000000000000"


def people_after(session: Session, workspace: str, after: str, limit: int) -> list[str]:
    """Persons who stand for themselves, in the order of their ids, `limit` of them after `after`."""
    rows = session.rows(
        "SELECT id FROM store_person WHERE workspace_id = %(ws)s::uuid AND alias_of_id IS NULL AND id > %(after)s::uuid"
        " ORDER BY id LIMIT %(limit)s",
        ws=workspace,
        after=after,
        limit=limit,
    )
    return [person for (person,) in rows]


def aliases_of(session: Session, workspace: str, people: Iterable[str]) -> dict[str, str]:
    """Whoever was merged into these persons → the person."""
    rows = session.rows(
        "SELECT id, alias_of_id FROM store_person WHERE workspace_id = %(ws)s::uuid AND alias_of_id = any{people:uuid}",
        ws=workspace,
        people=sorted(people),
    )
    return dict(rows)


def given_before(
    session: Session, workspace: str, program: str, people: Iterable[str], occasions: Iterable[str]
) -> set[tuple[str, str]]:
    """(person, occasion) of the rewards of a program that these persons got for these occasions."""
    rows = session.rows(
        "SELECT beneficiary_id, occasion FROM store_reward WHERE workspace_id = %(ws)s::uuid AND program_id = %(program)s::uuid"
        " AND beneficiary_id = any{people:uuid} AND occasion = any{occasions:text}",
        ws=workspace,
        program=program,
        people=sorted(people),
        occasions=sorted(occasions),
    )
    return set(rows)
