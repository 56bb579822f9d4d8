"""Quotes: somebody offers a sentence, staff decide whether it is shown, and whoever said it takes it back.

The log names a quote by its id only: neither its words nor its name nor what is noted of the consent is ever written there, nor into an
answer that is kept under an Idempotency-Key, so that nothing of them is left anywhere but in the row, which a withdrawal wipes.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.sharing.texts import program_slug
from passaparola.domain.quotes import (
    MOST_OF_A_PERSON,
    MOST_QUOTES,
    ConsentBy,
    Quote,
    QuoteState,
    read_note,
    read_quote,
)
from passaparola.domain.sharing.texts import UnableToReadText
from passaparola.domain.tongue import gettext_noop
from passaparola.domain.values import value
from passaparola.store.ids import new_id
from passaparola.store.read.quotes import QuoteRow, quote_by_id, quotes_added, quotes_of
from passaparola.store.write import quotes as write
from passaparola.store.write.messages import one_after_another

INVALID, TOO_MANY = "invalid_quote", "too_many_quotes"
NO_CONSENT, WITHDRAWN = "no_consent", "quote_withdrawn"


@value(frozen=True, slots=True)
class Consent:
    """How somebody agreed to be quoted, and what is noted of it."""

    by: ConsentBy
    note: str = ""


def add_quote(
    program: str,
    given: Mapping[str, str],
    *,
    asked: Asked,
    person: str | None = None,
    consent: Consent | None = None,
) -> Performed[QuoteRow]:
    """`given` has `text`, `shown_as` (both chosen by whoever says it) and `language`; `program` is a slug or empty: every program; `person`
    (our id) where it is an advocate. It is proposed, and nothing is shown of it. The same of the same person again is the one there is.

    Refused: `invalid_quote` (422) with `field`, `too_many_quotes` beyond 5 of a person that are not withdrawn, and beyond 1,000 of a
    workspace, in which what advocates offer in the portal does not count.
    Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _add(program, given, person, consent, desk))


def approve_quote(quote: str, *, asked: Asked, consent: Consent | None = None) -> Performed[QuoteRow]:
    """Show it in public, at once. `consent` is noted where there is none yet. Again: nothing happens.

    Refused: `no_consent`, `quote_withdrawn`, `invalid_quote` (422; the note). Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _approve(quote, consent, desk))


def hide_quote(quote: str, *, asked: Asked) -> Performed[QuoteRow]:
    """Show it nowhere, at once; it can be approved again. Refused: `quote_withdrawn`. Raises NotFound, IdempotencyMismatch, Conflict."""
    return perform(asked, lambda desk: _hide(quote, desk))


def withdraw_quote(quote: str, *, asked: Asked) -> Performed[QuoteRow]:
    """The consent is taken back: shown nowhere, at once and for good; words, name and note are wiped. Again: nothing happens. Raises
    NotFound, IdempotencyMismatch, Conflict."""
    return perform(asked, lambda desk: _withdraw(quote, desk))


def _add(program: str, given: Mapping[str, str], person: str | None, consent: Consent | None, desk: Desk) -> QuoteRow:
    said, agreed = _read(given), _agreed(consent, desk)
    slug = program_slug(desk, program) if program else ""
    one_after_another(desk.session, desk.workspace.id)  # two at once would both find room, and be two of one sentence
    if person is not None:
        group = desk.group(person)
        mine = quotes_of(desk.session, desk.workspace.id, group)
        for row in mine:
            if row.program == slug and _is_same(row, said, agreed["consent"]):
                return row
        if len(mine) >= MOST_OF_A_PERSON:
            sentence = gettext_noop("there are %(most)s quotes of this person already: take one back first")
            raise Refusal(TOO_MANY, sentence, said={"most": str(MOST_OF_A_PERSON)})
        person = group[0]
    if not (person is not None and agreed["consent"] == ConsentBy.PORTAL):
        _room(desk)
    key = new_id()
    about = {"program": slug, "language": said.language, "consent": agreed["consent"], "length": len(said.text)}
    desk.act("quote.add", key, **about, **({"person": person} if person else {}))
    new = {"id": key, "program": slug, **asdict(said), "person_id": person, **agreed}
    write.add_quote(desk.session, desk.workspace.id, new, desk.now)
    return _found(key, desk)


def _room(desk: Desk) -> None:
    """For what staff add. Advocates have room for so many each, whoever else offers what: a flood takes nothing from anybody."""
    if quotes_added(desk.session, desk.workspace.id) >= MOST_QUOTES:
        full = gettext_noop("there are %(most)s quotes already: withdraw some first")
        raise Refusal(TOO_MANY, full, said={"most": str(MOST_QUOTES)})


def _is_same(row: QuoteRow, said: Quote, consent: str) -> bool:
    """Whether nothing that is said now would be lost: no other name, and no consent that is not noted."""
    return Quote(row.text, row.shown_as, row.language) == said and bool(row.consent or not consent)


def _approve(key: str, consent: Consent | None, desk: Desk) -> QuoteRow:
    found = _open(key, desk)
    agreed = _agreed(consent, desk)
    if found.state == QuoteState.APPROVED:
        return found
    if not found.consent and not agreed["consent"]:
        sentence = gettext_noop("nobody has agreed yet: say how whoever said it agreed to be quoted")
        raise Refusal(NO_CONSENT, sentence)
    if not found.consent:
        write.note_consent(desk.session, desk.workspace.id, key, agreed)
    desk.act("quote.approve", key, **({} if found.consent else {"consent": agreed["consent"]}))
    return _put(found, QuoteState.APPROVED, desk)


def _hide(key: str, desk: Desk) -> QuoteRow:
    found = _open(key, desk)
    if found.state == QuoteState.HIDDEN:
        return found
    desk.act("quote.hide", key)
    return _put(found, QuoteState.HIDDEN, desk)


def _put(found: QuoteRow, state: QuoteState, desk: Desk) -> QuoteRow:
    write.put_state(desk.session, desk.workspace.id, found.id, state, was=found.state, now=desk.now)
    return _found(found.id, desk)


def _withdraw(key: str, desk: Desk) -> QuoteRow:
    found = _found(key, desk)
    if found.state != QuoteState.WITHDRAWN:
        desk.act("quote.withdraw", key)
        write.wipe(desk.session, desk.workspace.id, key, desk.now)
    return _found(key, desk)


def _found(key: str, desk: Desk) -> QuoteRow:
    found = quote_by_id(desk.session, desk.workspace.id, key)
    if found is None:
        raise NotFound(f"there is no quote {key}")
    return found


def _open(key: str, desk: Desk) -> QuoteRow:
    found = _found(key, desk)
    if found.state == QuoteState.WITHDRAWN:
        raise Refusal(WITHDRAWN, gettext_noop("it was taken back by whoever said it, for good"))
    return found


def _read(given: Mapping[str, str]) -> Quote:
    try:
        return read_quote(given)
    except UnableToReadText as problem:
        raise Refusal(INVALID, problem.sentence, 422, said=problem.said, field=problem.field) from None


def _agreed(consent: Consent | None, desk: Desk) -> dict[str, Any]:
    """The columns of a consent."""
    if consent is None:
        return {"consent": "", "consent_note": "", "consented_at": None}
    try:
        note = read_note(consent.note)
    except UnableToReadText as problem:
        raise Refusal(INVALID, problem.sentence, 422, said=problem.said, field=problem.field) from None
    return {"consent": str(consent.by), "consent_note": note, "consented_at": desk.now}
