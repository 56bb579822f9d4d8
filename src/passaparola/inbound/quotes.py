"""Quotes as the API and the command line show them, and what the command line does with them."""

from collections.abc import Mapping
from typing import Any

from passaparola.actions.acting import Asked, done
from passaparola.actions.quotes.say import Consent, add_quote, approve_quote, hide_quote, withdraw_quote
from passaparola.domain.instant import Instant, iso
from passaparola.domain.quotes import ConsentBy
from passaparola.domain.shown import shown
from passaparola.inbound.access import key_in, person_key
from passaparola.store.read.quotes import QuoteRow


def quote_document(row: QuoteRow) -> dict[str, Any]:
    """A quote with its consent."""
    consent = {"by": row.consent, "note": row.note, "at": _at(row.consented_at)} if row.consent else None
    return {
        "id": shown("quo", row.id),
        "program": row.program,
        "text": row.text,
        "shown_as": row.shown_as,
        "language": row.language,
        "person": shown("per", row.person) if row.person else None,
        "state": row.state,
        "consent": consent,
        "created_at": iso(row.created_at),
        "decided_at": _at(row.decided_at),
    }


def without_words(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same without what a withdrawal wipes: what is kept of an answer outlives it."""
    consent = document["consent"]
    return {**document, "text": "", "shown_as": "", "consent": {**consent, "note": ""} if consent else None}


def consent_of(by: str, note: str = "") -> Consent | None:
    """How it was given; None where nobody says."""
    return Consent(ConsentBy(by), note) if by else None


def say_quote(asked: Asked, person: str, consent: str, note: str, program: str, **given: str) -> dict[str, Any]:
    """A new quote, by command."""
    who = person_key(asked.workspace, person) if person else None
    agreed = consent_of(consent, note)
    return quote_document(done(add_quote(program, given, asked=asked, person=who, consent=agreed)))


def decide_quote(asked: Asked, quote: str, verb: str, consent: str = "", note: str = "") -> dict[str, Any]:
    """`approve`, `hide` or `withdraw` a quote (`quo_…`), by command."""
    key = key_in("quo", quote, "quote")
    if verb == "approve":
        return quote_document(done(approve_quote(key, asked=asked, consent=consent_of(consent, note))))
    return quote_document(done((hide_quote if verb == "hide" else withdraw_quote)(key, asked=asked)))


def _at(instant: Instant | None) -> str | None:
    return None if instant is None else iso(instant)
