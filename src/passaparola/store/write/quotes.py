"""Quotes: added, decided on, withdrawn. What was withdrawn is never shown again, whoever was first."""

from collections.abc import Mapping
from typing import Any

from passaparola.domain.instant import Instant
from passaparola.store.session import Conflict, Session


def add_quote(session: Session, workspace: str, given: Mapping[str, Any], now: Instant) -> None:
    """`given` has id, program, text, shown_as, language, person_id, consent, consent_note and consented_at."""
    session.run(
        "INSERT INTO store_quote (id, workspace_id, program, text, shown_as, language, person_id, state, consent, consent_note,"
        " consented_at, created_at) VALUES (%(id)s::uuid, %(ws)s::uuid, %(program)s, %(text)s, %(shown_as)s, %(language)s,"
        " %(person_id)s::uuid, 'proposed', %(consent)s, %(consent_note)s, %(consented_at)s, %(now)s)",
        ws=workspace,
        now=now,
        **given,
    )


def note_consent(session: Session, workspace: str, key: str, given: Mapping[str, Any]) -> None:
    """`given` has consent, consent_note and consented_at. Raises Conflict when somebody else has noted it or taken it back."""
    _changed(
        session.run(
            "UPDATE store_quote SET consent = %(consent)s, consent_note = %(consent_note)s, consented_at = %(consented_at)s"
            " WHERE workspace_id = %(ws)s::uuid AND id = %(key)s::uuid AND consent = '' AND state <> 'withdrawn'",
            ws=workspace,
            key=key,
            **given,
        )
    )


def put_state(session: Session, workspace: str, key: str, state: str, *, was: str, now: Instant) -> None:
    """From one state to another. Raises Conflict when it is in another one by now."""
    _changed(
        session.run(
            "UPDATE store_quote SET state = %(state)s, decided_at = %(now)s"
            " WHERE workspace_id = %(ws)s::uuid AND id = %(key)s::uuid AND state = %(was)s",
            ws=workspace,
            key=key,
            state=state,
            was=was,
            now=now,
        )
    )


def wipe(session: Session, workspace: str, key: str, now: Instant) -> None:
    """Withdraw it, whatever it was: words, name and note go."""
    session.run(
        "UPDATE store_quote SET state = 'withdrawn', text = '', shown_as = '', consent_note = '', decided_at = %(now)s"
        " WHERE workspace_id = %(ws)s::uuid AND id = %(key)s::uuid AND state <> 'withdrawn'",
        ws=workspace,
        key=key,
        now=now,
    )


def _changed(rows: int) -> None:
    if not rows:
        raise Conflict
