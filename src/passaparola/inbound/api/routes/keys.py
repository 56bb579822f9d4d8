"""API keys: made, listed and revoked. A key is shown once."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router
from pydantic import AfterValidator, Field

from passaparola.actions.keys.change import NewKey, create_key, revoke_key
from passaparola.actions.keys.scopes import EVERYTHING, FOR_BROWSERS, SCOPES, allows
from passaparola.domain.origins import MOST, origin_of
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import at, document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.filters import found
from passaparola.inbound.api.ids import key_of, shown
from passaparola.inbound.api.paging import Paging, each, paged
from passaparola.inbound.api.problems import FieldProblem, Problem
from passaparola.inbound.api.shapes import Given, Instant, KeyId, Name, Page, ProblemDocument, Shown
from passaparola.store.read.keys import KeyRow
from passaparola.store.read.pages import KEYS, Record, record_of
from passaparola.store.read.snapshot import reading

router = Router(tags=["API keys"])


def _scope(text: str) -> str:
    if text != EVERYTHING and text not in SCOPES:
        raise ValueError(f"must be {EVERYTHING} or one of {', '.join(SCOPES)}")
    return text


class WantedKey(Given):
    name: Annotated[Name, Field(max_length=100)]
    publishable: bool = Field(
        False,
        description="May only send visits, shares and sign-ups, and have offers:read; everybody may see it",
    )
    scopes: list[Annotated[str, Field(max_length=64), AfterValidator(_scope)]] = Field(
        default_factory=list, max_length=32, description=f"{EVERYTHING}, or some of {', '.join(SCOPES)}"
    )
    origins: list[Annotated[str, Field(max_length=255), AfterValidator(origin_of)]] = Field(
        default_factory=list,
        max_length=MOST,
        description="Publishable keys: the pages it may be used from; all when empty",
    )


class KeyDocument(Shown):
    id: KeyId
    name: str
    prefix: str
    publishable: bool
    scopes: list[str]
    origins: list[str]
    created_at: Instant
    last_used_at: Instant | None = Field(description="To the minute")
    revoked_at: Instant | None


class FreshKey(KeyDocument):
    key: str | None = Field(
        description="The whole key. Shown this once: a replay under the same Idempotency-Key has null"
    )


@router.get("", auth=ApiKey("keys"), response=Page[KeyDocument])
def list_keys(request: HttpRequest, paging: Paging) -> HttpResponse:
    """The keys of the workspace, the newest first. Scope: `keys`."""
    return paged(request, KEYS, {}, each(_row), paging=paging)


@router.post("", auth=ApiKey("keys"), response={201: FreshKey})
def create(request: HttpRequest, wanted: Annotated[WantedKey, Body()]) -> HttpResponse:
    """Make a key. It is shown in this answer and never again. A key gives no scopes that it has not itself. Scope: `keys`."""
    own = key_of_request(request).scopes
    beyond = [s for s in wanted.scopes if not allows(own, s)]
    if beyond:
        raise Problem("scope_missing", f"Your key lacks {', '.join(beyond)} itself.", extra={"scope": beyond[0]})
    if wanted.publishable and set(wanted.scopes) - FOR_BROWSERS:
        words = f"a publishable key may have {', '.join(sorted(FOR_BROWSERS))} and no other"
        raise Problem("invalid", "Nothing was changed.", [FieldProblem("scopes", words)])
    if wanted.origins and not wanted.publishable:
        raise Problem("invalid", "Nothing was changed.", [FieldProblem("origins", "only a publishable key has some")])
    return act(
        request,
        lambda asked: create_key(
            wanted.name, scopes=wanted.scopes, publishable=wanted.publishable, origins=wanted.origins, asked=asked
        ),
        lambda made: {**key_document(made.row), "key": made.text},
        status=201,
        stored=_without_secret,
    )


@router.get("/{key}", auth=ApiKey("keys"), response={200: KeyDocument, 404: ProblemDocument})
def get_key(request: HttpRequest, key: str) -> HttpResponse:
    """One key, without its secret. Scope: `keys`."""
    with reading() as session:
        row = found(record_of(session, KEYS, key_of_request(request).workspace, key_of("key", key)), key)
    return document(_row(row))


@router.post("/{key}/revoke", auth=ApiKey("keys"), response=KeyDocument)
def revoke(request: HttpRequest, key: str) -> HttpResponse:
    """End a key; no process takes it five seconds later. Scope: `keys`."""
    return act(request, lambda asked: revoke_key(key_of("key", key), asked=asked), key_document)


def _without_secret(made: NewKey) -> dict[str, Any]:
    return {**key_document(made.row), "key": None}


def key_document(row: KeyRow) -> dict[str, Any]:
    """A key without its secret, which nobody has."""
    return {
        "id": shown("key", row.id),
        "name": row.name,
        "prefix": row.prefix,
        "publishable": row.publishable,
        "scopes": list(row.scopes),
        "origins": list(row.origins),
        "created_at": at(row.created_at),
        "last_used_at": at(row.last_used_at),
        "revoked_at": at(row.revoked_at),
    }


def _row(row: Record) -> dict[str, Any]:
    return key_document(KeyRow.of(tuple(row.values())))
