"""What the digest of the books is made of: transfers a page at a time, and names that need no id of ours."""

from collections.abc import Iterable, Iterator, Set

from passaparola.store.read.ledger_log import HEX_ID
from passaparola.store.session import Row, Session

PAGE = 5000
_MARK = 10**12


def transfer_pages(session: Session, workspace: str) -> Iterator[list[Row]]:
    """(id, cause, kind, purpose, debit, credit, unit, amount) of every transfer."""
    last = "0" * 32
    while rows := session.rows(
        "SELECT id, cause, kind, purpose, debit_id, credit_id, unit, amount FROM store_transfer WHERE workspace_id = %(ws)s::uuid"
        " AND id > %(last)s::uuid ORDER BY id LIMIT %(page)s",
        ws=workspace,
        last=last,
        page=PAGE,
    ):
        yield rows
        last = rows[-1][0]


def event_names(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """By the natural keys."""
    rows = session.rows("SELECT id, source, external_id FROM store_event WHERE id = any{ids:uuid}", ids=sorted(ids))
    return {key: f"{source}:{external}" for key, source, external in rows}


def act_names(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """By what was done and when."""
    rows = session.rows("SELECT id, verb, at FROM store_act WHERE id = any{ids:uuid}", ids=sorted(ids))
    return {key: f"{verb}@{at}" for key, verb, at in rows}


def account_names(session: Session, ids: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """(kind, program, person or "")."""
    rows = session.rows(
        "SELECT a.id, a.kind, p.slug, a.person_id FROM store_account a JOIN store_program p ON p.id = a.program_id"
        " WHERE a.id = any{ids:uuid}",
        ids=sorted(ids),
    )
    return {key: (kind, slug, person or "") for key, kind, slug, person in rows}


def first_mentions(session: Session, workspace: str, silent: Set[str]) -> Iterator[tuple[str, str]]:
    """(person, where first mentioned in the log) of everybody who has an account, by an event or else by an act.

    Acts with a `silent` verb name nobody: they are not in a log that was done again.

    The place is the event's natural key and the part in it, or what was done and when: neither an id of ours nor personal data.
    """
    unnamed = {row[0] for row in session.rows(
        "SELECT DISTINCT person_id FROM store_account WHERE workspace_id = %(ws)s::uuid AND person_id IS NOT NULL", ws=workspace
    )}  # fmt: skip
    for person, place in _by_events(session, workspace):
        unnamed.discard(person)
        yield person, place
    if unnamed:
        yield from _by_acts(session, workspace, unnamed, silent)


def _by_events(session: Session, workspace: str) -> Iterator[tuple[str, str]]:
    mentions = " UNION ALL ".join(
        f"SELECT e.{column} AS person, ({_MARK} + b.serial) || ':' || ({_MARK} + e.position * 2 + {part}) || ':{part}:' || e.source || ':'"
        " || e.external_id AS place FROM store_event e JOIN store_batch b ON b.id = e.batch"
        f" WHERE e.workspace_id = %(ws)s::uuid AND e.{column} IN"
        " (SELECT a.person_id FROM store_account a WHERE a.workspace_id = %(ws)s::uuid AND a.person_id IS NOT NULL)"
        for part, column in enumerate(("person_id", "other_person_id"))
    )
    rows = session.rows(f"SELECT m.person, MIN(m.place) FROM ({mentions}) m GROUP BY m.person", ws=workspace)
    for person, place in rows:
        yield person, place.split(":", 2)[2]


def _by_acts(session: Session, workspace: str, unnamed: set[str], silent: Set[str]) -> Iterator[tuple[str, str]]:
    last = 0
    while rows := session.rows(
        "SELECT b.serial, a.verb, a.at, a.subject, a.input FROM store_batch b LEFT JOIN store_act a ON a.batch = b.id"
        " WHERE b.workspace_id = %(ws)s::uuid AND b.serial > %(last)s AND b.serial <= %(last)s + %(page)s ORDER BY b.serial, a.id",
        ws=workspace,
        last=last,
        page=PAGE,
    ):
        for _, verb, at, subject, given in rows:
            for place, found in enumerate(HEX_ID.findall(f"{subject} {given}") if verb and verb not in silent else ()):
                if found in unnamed:
                    unnamed.discard(found)
                    yield found, f"{verb}@{at}:{place}"
        last += PAGE
