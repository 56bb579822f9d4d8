"""Quotes: what people say of the firm in public, as long as they agree."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router
from pydantic import Field

from passaparola.actions.acting import Asked, Performed
from passaparola.actions.quotes.say import add_quote, approve_quote, hide_quote, withdraw_quote
from passaparola.domain.quotes import LONGEST_NOTE, LONGEST_QUOTE, LONGEST_SHOWN_AS
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.filters import Filters
from passaparola.inbound.api.ids import key_of, not_found
from passaparola.inbound.api.paging import Paging, each, paged
from passaparola.inbound.api.shapes import Given, Instant, Page, PersonId, ProblemDocument, Shown
from passaparola.inbound.quotes import consent_of, quote_document, without_words
from passaparola.store.read.quotes import QUOTES, QuoteRow, quote_by_id
from passaparola.store.read.snapshot import reading

router = Router(tags=["Design"])
State = Literal["proposed", "approved", "hidden", "withdrawn"]
By = Literal["portal", "mail", "paper", "in_person"]


class ConsentDocument(Shown):
    by: By = Field(description="How it was given")
    note: str
    at: Instant


class QuoteDocument(Shown):
    id: Annotated[str, Field(pattern="^quo_[0-9a-f]{32}$")]
    program: str = Field(description="Its slug; empty: every program")
    text: str = Field(description="Empty once it is withdrawn, and in an answer that is given again")
    shown_as: str
    language: str
    person: PersonId | None
    state: State
    consent: ConsentDocument | None = Field(description="Null: nobody has agreed yet, so it cannot be approved")
    created_at: Instant
    decided_at: Instant | None


class WantedConsent(Given):
    by: By
    note: Annotated[str, Field(max_length=4 * LONGEST_NOTE, description="Such as where the paper is")] = ""


class WantedQuote(Given):
    text: Annotated[str, Field(min_length=1, max_length=4 * LONGEST_QUOTE)]
    shown_as: Annotated[
        str,
        Field(min_length=1, max_length=4 * LONGEST_SHOWN_AS, description="As they choose", examples=["Anna, Kraków"]),
    ]
    program: Annotated[str, Field(max_length=64, description="Slug or prg_…; empty: every program")] = ""
    language: Literal["", "en", "pl", "it", "ro", "ar"] = ""
    person: PersonId | None = Field(None, description="Where it is somebody you know")
    consent: WantedConsent | None = None


class Approval(Given):
    consent: WantedConsent | None = Field(None, description="Noted where there is none yet")


@router.get("", auth=ApiKey("design:read"), response=Page[QuoteDocument])
def list_quotes(
    request: HttpRequest,
    paging: Paging,
    state: Annotated[State | None, Query()] = None,
    program: Annotated[str | None, Query(max_length=64, description="Slug or prg_…")] = None,
    person: Annotated[str | None, Query(max_length=64, description="per_… or adv_…")] = None,
) -> HttpResponse:
    """What people say in public, or would, the newest first. Scope: `design:read`."""
    with reading() as session:
        filters = Filters(session, key_of_request(request).workspace)
        given = filters.plain(state=state).program(program).people("people", person).given
    return paged(request, QUOTES, given, each(lambda row: quote_document(QuoteRow(**row))), paging=paging)


@router.post("", auth=ApiKey("design:write"), response={201: QuoteDocument, 404: ProblemDocument})
def add(request: HttpRequest, wanted: Annotated[WantedQuote, Body()]) -> HttpResponse:
    """Propose a quote; nothing of it is shown before it is approved. Refused by `invalid_quote`, which names the field, and
    `too_many_quotes`. Scope: `design:write`.
    """
    given = {"text": wanted.text, "shown_as": wanted.shown_as, "language": wanted.language}
    person, consent = key_of("per", wanted.person) if wanted.person else None, _consent(wanted.consent)

    def do(asked: Asked) -> Performed[QuoteRow]:
        return add_quote(wanted.program, given, asked=asked, person=person, consent=consent)

    return _act(request, do, status=201)


@router.get("/{quote}", auth=ApiKey("design:read"), response={200: QuoteDocument, 404: ProblemDocument})
def get_quote(request: HttpRequest, quote: str) -> HttpResponse:
    """One quote with its consent. Scope: `design:read`."""
    with reading() as session:
        row = quote_by_id(session, key_of_request(request).workspace, key_of("quo", quote))
    if row is None:
        raise not_found(quote)
    return document(quote_document(row))


@router.post("/{quote}/approve", auth=ApiKey("design:write"), response={200: QuoteDocument, 404: ProblemDocument})
def approve(request: HttpRequest, quote: str, wanted: Annotated[Approval, Body()]) -> HttpResponse:
    """Show it on landing pages, in the widget and in invitations. Refused by `no_consent` and `quote_withdrawn`. Scope: `design:write`."""
    key, consent = key_of("quo", quote), _consent(wanted.consent)
    return _act(request, lambda asked: approve_quote(key, asked=asked, consent=consent))


@router.post("/{quote}/hide", auth=ApiKey("design:write"), response={200: QuoteDocument, 404: ProblemDocument})
def hide(request: HttpRequest, quote: str) -> HttpResponse:
    """Show it nowhere; it can be approved again. Refused by `quote_withdrawn`. Scope: `design:write`."""
    key = key_of("quo", quote)
    return _act(request, lambda asked: hide_quote(key, asked=asked))


@router.post("/{quote}/withdraw", auth=ApiKey("design:write"), response={200: QuoteDocument, 404: ProblemDocument})
def withdraw(request: HttpRequest, quote: str) -> HttpResponse:
    """The consent is taken back: shown nowhere from now on, its words and name are wiped. Again: nothing happens. Scope: `design:write`."""
    key = key_of("quo", quote)
    return _act(request, lambda asked: withdraw_quote(key, asked=asked))


def _act(request: HttpRequest, do: Callable[[Asked], Performed[QuoteRow]], status: int = 200) -> HttpResponse:
    """An answer that is kept under an Idempotency-Key holds no words: they could not be wiped there."""

    def kept(row: QuoteRow) -> dict[str, Any]:
        return without_words(quote_document(row))

    return act(request, do, quote_document, status=status, stored=kept)


def _consent(given: WantedConsent | None) -> Any:
    return consent_of(given.by, given.note) if given else None
