"""What competitors offer, and where one's own program stands among them."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Path, Query, Router
from pydantic import Field

from passaparola.actions.competitors.note import forget_competitor, note_competitor
from passaparola.analytics.competition import compared, comparison_document
from passaparola.domain.instant import iso
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.ids import key_of, not_found, shown
from passaparola.inbound.api.shapes import Currency, Given, Instant, ProblemDocument, Shown
from passaparola.store.read.catalogue import NoSuchProgram, find_program
from passaparola.store.read.setups import CompetitorRow, competitors
from passaparola.store.read.snapshot import reading

router = Router(tags=["Programs"])
Worth = Annotated[
    str, Field(max_length=32, description="An amount, a share of an order, or empty", examples=["10.00", "10 %"])
]


class CompetitorDocument(Shown):
    id: str = Field(examples=["cmp_01972b4e5c7d7a3f9b1e6d2c8f4a0b17"])
    name: str
    website: str
    advocate: str
    friend: str
    currency: str
    note: str
    seen_at: Instant


class CompetitorList(Shown):
    competitors: list[CompetitorDocument]


class CompetitorNote(Given):
    name: Annotated[str, Field(min_length=1, max_length=120)]
    advocate: Worth = ""
    friend: Worth = ""
    currency: Currency
    website: Annotated[str, Field(max_length=2048)] = ""
    note: Annotated[str, Field(max_length=500)] = ""


class ComparedOffer(Shown):
    name: str
    worth_minor: int | None = Field(description="Null: in another currency, or a share of an order nobody knows")
    place: int | None = Field(description="1 is the most; alike offers share a place")
    own: bool


class ComparisonDocument(Shown):
    program: str
    currency: str
    order_minor: int | None = Field(description="A usual order, as `economics` says; shares are taken of it")
    advocate: list[ComparedOffer]
    friend: list[ComparedOffer]


class Removed(Shown):
    removed: bool


@router.get("", auth=ApiKey("programs:read"), response=CompetitorList)
def list_competitors(request: HttpRequest) -> HttpResponse:
    """What is noted of competitors, by name. Scope: `programs:read`."""
    with reading() as session:
        rows = competitors(session, key_of_request(request).workspace)
    return document({"competitors": [_shown(row) for row in rows]})


@router.put("", auth=ApiKey("programs:write"), response=CompetitorDocument)
def note(request: HttpRequest, wanted: Annotated[CompetitorNote, Body()]) -> HttpResponse:
    """Note what a competitor offers; the same name again is written anew. Refused by `invalid_competitor`, which names the field, and
    `too_many_competitors`. Scope: `programs:write`.
    """
    given = wanted.model_dump()
    return act(request, lambda asked: note_competitor(given, asked=asked), _shown)


@router.get("/comparison", auth=ApiKey("programs:read"), response={200: ComparisonDocument, 404: ProblemDocument})
def compare(
    request: HttpRequest, program: Annotated[str, Query(max_length=64, description="Slug or prg_…")]
) -> HttpResponse:
    """Where the offer of a program stands among the competitors', for each side apart. Scope: `programs:read`."""
    workspace = key_of_request(request).workspace
    with reading() as session:
        try:
            entry = find_program(session, workspace, program)
        except NoSuchProgram:
            raise not_found(program) from None
        found = compared(session, workspace, entry)
    if found is None:
        raise not_found(program)
    return document(comparison_document(found))


@router.delete("/{competitor}", auth=ApiKey("programs:write"), response={200: Removed, 404: ProblemDocument})
def remove(request: HttpRequest, competitor: Annotated[str, Path(max_length=64, description="cmp_…")]) -> HttpResponse:
    """Take a competitor away. Scope: `programs:write`."""
    key = key_of("cmp", competitor)
    return act(request, lambda asked: forget_competitor(key, asked=asked), lambda was: {"removed": was})


def _shown(row: CompetitorRow) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("name", "website", "advocate", "friend", "currency", "note")}
    return {"id": shown("cmp", row.id), **told, "seen_at": iso(row.seen_at)}
