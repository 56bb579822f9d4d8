"""What a check of the books brings to light: where, what was found, and what ought to be there. At most a hundred of one kind."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from passaparola.store.session import Session

MOST = 100


class Discrepancy(NamedTuple):
    """One place where the books contradict themselves. `where` are ids."""

    where: tuple[str, ...]
    found: str
    expected: str


def discrepancies(session: Session, statement: str, **values: Any) -> list[Discrepancy]:
    """The rows of a SELECT of ids, then what was found, then what was expected."""
    rows = session.rows(f"{statement} LIMIT %(most)s", most=MOST, **values)
    return [Discrepancy(tuple(str(part) for part in row[:-2]), str(row[-2]), str(row[-1])) for row in rows]


def hex_of(column: str) -> str:
    """An id as the 32 hex digits that texts hold."""
    return f"replace({column}::text, '-', '')"


def id_in(session: Session, column: str, start: int) -> str:
    """The id that a text holds from this place on, in the database's own type, so that an index finds it. NULL when it holds none."""
    if session.postgres:
        return f"CASE WHEN substr({column}, {start}) ~ '^[0-9a-f]{{32}}' THEN substr({column}, {start}, 32)::uuid END"
    return f"substr({column}, {start}, 32)"


def texts(names: Iterable[str]) -> str:
    """Names of ours as a list of SQL."""
    return ", ".join(f"'{name}'" for name in sorted(names))
