"""What the firm says of people: facts, which are personal data and in no other table."""

from collections.abc import Iterable

import orjson

from passaparola.domain.people.facts import PersonFacts
from passaparola.store.session import Session


def facts_of(session: Session, workspace: str, people: Iterable[str]) -> dict[str, PersonFacts]:
    """The facts of these persons, each by themselves; nothing of those of whom nothing is said."""
    rows = session.rows(
        "SELECT id, facts FROM store_person WHERE workspace_id = %(ws)s::uuid AND id = any{people:uuid} AND facts IS NOT NULL",
        ws=workspace,
        people=sorted(people),
    )
    return {person: orjson.loads(text) for person, text in rows}


def fact_of(session: Session, column: str, name: str) -> str:
    """SQL for a well-known fact inside the JSON: no text from outside comes here."""
    return f"({column}::json ->> '{name}')" if session.postgres else f"json_extract({column}, '$.{name}')"


def dump_facts(facts: PersonFacts) -> str | None:
    """Facts as they are kept; None where there are none."""
    return orjson.dumps(facts, option=orjson.OPT_SORT_KEYS).decode() if facts else None
