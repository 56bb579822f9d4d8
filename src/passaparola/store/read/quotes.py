"""What people say of the firm in public."""

from collections.abc import Iterable, Sequence

from passaparola.domain.instant import Instant
from passaparola.domain.quotes import MOST_SHOWN
from passaparola.domain.values import value
from passaparola.store.read.pages import Listing
from passaparola.store.session import Session


@value(frozen=True, slots=True)
class QuoteRow:
    """`program` is a slug, or empty: every program. `consent` empty: nobody has agreed yet."""

    id: str
    program: str
    text: str
    shown_as: str
    language: str
    person: str | None
    state: str
    consent: str
    note: str
    consented_at: Instant | None
    created_at: Instant
    decided_at: Instant | None


@value(frozen=True, slots=True)
class ShownQuote:
    """A quote in public. `paid`: whoever says it takes part in a program."""

    text: str
    shown_as: str
    language: str
    paid: bool


_COLUMNS = {
    **{name: f"q.{name}" for name in ("id", "program", "text", "shown_as", "language")},
    "person": "q.person_id",
    "state": "q.state",
    "consent": "q.consent",
    "note": "q.consent_note",
    **{name: f"q.{name}" for name in ("consented_at", "created_at", "decided_at")},
}
QUOTES = Listing(
    "store_quote",
    "q",
    _COLUMNS,
    filters={
        "state": "q.state = %(state)s",
        "program": "q.program = (SELECT p.slug FROM store_program p WHERE p.workspace_id = %(ws)s::uuid AND p.id = %(program)s::uuid)",
        "people": "q.person_id = any{people:uuid}",
    },
)


_TAKES_PART = (
    "EXISTS (SELECT 1 FROM store_person n JOIN store_person m ON m.workspace_id = n.workspace_id"
    " AND (m.id = COALESCE(n.alias_of_id, n.id) OR m.alias_of_id = COALESCE(n.alias_of_id, n.id))"
    " JOIN store_advocate a ON a.workspace_id = m.workspace_id AND a.person_id = m.id"
    " WHERE n.workspace_id = q.workspace_id AND n.id = q.person_id)"
)


def quote_by_id(session: Session, workspace: str, key: str) -> QuoteRow | None:
    """The quote of this id."""
    rows = session.rows(QUOTES.select(" AND q.id = %(key)s::uuid"), ws=workspace, key=key)
    return QuoteRow(*rows[0]) if rows else None


def quotes_of(session: Session, workspace: str, people: Sequence[str]) -> list[QuoteRow]:
    """What these people say, the newest first; without what was withdrawn."""
    where = " AND q.person_id = any{people:uuid} AND q.state <> 'withdrawn' ORDER BY q.id DESC"
    return [QuoteRow(*row) for row in session.rows(QUOTES.select(where), ws=workspace, people=list(people))]


def quotes_in(session: Session, workspace: str, state: str, *, before: str | None, limit: int) -> list[QuoteRow]:
    """The quotes in a state, the newest first, behind the one named."""
    behind = " AND q.id < %(before)s::uuid" if before else ""
    rows = session.rows(
        QUOTES.select(f" AND q.state = %(state)s{behind} ORDER BY q.id DESC LIMIT %(limit)s"),
        ws=workspace,
        state=state,
        before=before,
        limit=limit,
    )
    return [QuoteRow(*row) for row in rows]


def quotes_added(session: Session, workspace: str) -> int:
    """How many there are that are not withdrawn and that no advocate offered in the portal."""
    rows = session.rows(
        "SELECT COUNT(*) FROM store_quote WHERE workspace_id = %(ws)s::uuid AND state <> 'withdrawn'"
        " AND NOT (consent = 'portal' AND person_id IS NOT NULL)",
        ws=workspace,
    )
    return int(rows[0][0])


def shown_quotes(session: Session, workspace: str, program: str, language: str) -> list[ShownQuote]:
    """What is shown of a program (its slug): in the reader's language first, then what has none, then English; the program's own first,
    the latest first."""
    return _shown(session, workspace, "%(program)s", language, MOST_SHOWN, program=program)


def quote_for_mail(session: Session, workspace: str, program: str, language: str) -> ShownQuote | None:
    """The one to stand in a mail about a program (its id): in the reader's language, or in none."""
    slug = "(SELECT p.slug FROM store_program p WHERE p.workspace_id = %(ws)s::uuid AND p.id = %(program)s::uuid)"
    found = _shown(session, workspace, slug, language, 1, ("", language), program=program)
    return found[0] if found else None


def _shown(
    session: Session,
    workspace: str,
    slug: str,
    language: str,
    most: int,
    only: Iterable[str] = (),
    *,
    program: str,
) -> list[ShownQuote]:
    among = " AND q.language = any{only:text}" if only else ""
    rows = session.rows(
        f"SELECT q.text, q.shown_as, q.language, {_TAKES_PART} FROM store_quote q WHERE q.workspace_id = %(ws)s::uuid"
        f" AND q.state = 'approved' AND (q.program = '' OR q.program = {slug}){among}"
        " ORDER BY CASE q.language WHEN %(language)s THEN 0 WHEN '' THEN 1 WHEN 'en' THEN 2 ELSE 3 END,"
        " CASE q.program WHEN '' THEN 1 ELSE 0 END, q.decided_at DESC, q.id DESC LIMIT %(most)s",
        ws=workspace,
        program=program,
        language=language,
        only=list(only),
        most=most,
    )
    return [ShownQuote(text, shown_as, spoken, bool(paid)) for text, shown_as, spoken, paid in rows]
