"""Places where a program is recommended, each with its address and what came of it."""

from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router
from pydantic import Field

from passaparola.actions.sharing.placements import change_placement, create_placement, end_placement
from passaparola.analytics.placements import PlacementLine, every_placement, placement_document, placement_lines
from passaparola.domain.sharing.placements import LONGEST_NAME, MOST_REACH, PlacementKind, Shape, Wanted
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.ids import key_of, not_found
from passaparola.inbound.api.routes.pages import LanguageName, ProgramName, slug_named
from passaparola.inbound.api.shapes import AdvocateId, Code, Given, Instant, LinkId, PersonId, ProblemDocument, Shown
from passaparola.inbound.placing import to_copy
from passaparola.store.read.placements import PlacementRow, placement_by_id
from passaparola.store.read.snapshot import reading

of_program, router = Router(tags=["Links and codes"]), Router(tags=["Links and codes"])
PlacementId = Annotated[str, Field(pattern="^plc_[0-9a-f]{32}$")]
Reach = Annotated[int | None, Field(ge=0, le=MOST_REACH, description="How many people are there, as far as you know")]


class PlacementMade(Shown):
    id: PlacementId
    kind: PlacementKind
    name: str
    person: PersonId | None = Field(description="In whose name; null: the firm's, which asks customers to recommend")
    link: LinkId | None
    code: str | None
    address: str
    reach: int | None
    created_at: Instant
    ended_at: Instant | None


class PlacementReport(PlacementMade):
    clicks: int = Field(description="On its own address, by what looks like a person")
    joined: int = Field(description="People who came to join there")
    sharers: int = Field(description="Distinct people who shared one of its links")
    shares: int
    passed_on: int = Field(description="Clicks on the links of those who joined there")
    friends: int
    purchases: int
    revenue_minor: dict[str, int]
    clicks_per_thousand: int | None = Field(description="Clicks for each thousand people of `reach`")


class Copied(Shown):
    language: LanguageName
    shape: Shape
    title: str
    words: str
    text: str = Field(description="To be copied: HTML for a block, else plain text")


class PlacementList(Shown):
    program: str
    placements: list[PlacementReport]


class WantedPlacement(Given):
    kind: Literal[tuple(PlacementKind)]  # type: ignore[valid-type]
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    reach: Reach = None
    advocate: AdvocateId | None = Field(None, description="In whose name; without one in the firm's")
    code: Code | None = Field(None, description="A chosen code, as for links; made where it is missing")


class ChangedPlacement(Given):
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    reach: Reach = None


@of_program.get(
    "/{program}/placements", auth=ApiKey("reports:read"), response={200: PlacementList, 404: ProblemDocument}
)
def list_placements(request: HttpRequest, program: ProgramName) -> HttpResponse:
    """Every place of a program with what came of it, the newest first. Scope: `reports:read`."""
    slug = slug_named(request, program)
    _, lines = every_placement(key_of_request(request).workspace, slug)
    return document({"program": slug, "placements": [_line(line) for line in lines]})


@of_program.post(
    "/{program}/placements", auth=ApiKey("people:write"), response={201: PlacementMade, 404: ProblemDocument}
)
def create(request: HttpRequest, program: ProgramName, wanted: Annotated[WantedPlacement, Body()]) -> HttpResponse:
    """A place where the program is recommended. Refused by `invalid_placement`, which names the field. Scope: `people:write`."""
    slug, place = slug_named(request, program), Wanted(PlacementKind(wanted.kind), wanted.name, wanted.reach)
    advocate = key_of("adv", wanted.advocate) if wanted.advocate else None
    return act(
        request,
        lambda asked: create_placement(slug, place, asked=asked, advocate=advocate, code=wanted.code),
        _row,
        status=201,
    )


@router.get("/{placement}", auth=ApiKey("reports:read"), response={200: PlacementReport, 404: ProblemDocument})
def get_placement(request: HttpRequest, placement: str) -> HttpResponse:
    """One place with what came of it. Scope: `reports:read`."""
    workspace, row = key_of_request(request).workspace, _found(request, placement)
    with reading() as session:
        (line,) = placement_lines(session, workspace, row.program, [row])
    return document(_line(line))


@router.get("/{placement}/copy", auth=ApiKey("reports:read"), response={200: Copied, 404: ProblemDocument})
def copy(request: HttpRequest, placement: str, language: Annotated[LanguageName, Query()] = "en") -> HttpResponse:
    """What stands at a place, ready to be copied. Scope: `reports:read`."""
    said = to_copy(_found(request, placement), key_of_request(request).workspace, language)
    told = {"shape": str(said.shape), "title": said.title, "words": said.words, "text": said.whole}
    return document({"language": language, **told})


@router.put("/{placement}", auth=ApiKey("people:write"), response={200: PlacementMade, 404: ProblemDocument})
def change(request: HttpRequest, placement: str, wanted: Annotated[ChangedPlacement, Body()]) -> HttpResponse:
    """Another name or reach. Scope: `people:write`."""
    key = key_of("plc", placement)
    return act(request, lambda asked: change_placement(key, name=wanted.name, reach=wanted.reach, asked=asked), _row)


@router.post("/{placement}/end", auth=ApiKey("people:write"), response={200: PlacementMade, 404: ProblemDocument})
def end(request: HttpRequest, placement: str) -> HttpResponse:
    """Close a place: its link brings nobody any more. Again: nothing happens. Scope: `people:write`."""
    key = key_of("plc", placement)
    return act(request, lambda asked: end_placement(key, asked=asked), _row)


def _found(request: HttpRequest, placement: str) -> PlacementRow:
    with reading() as session:
        row = placement_by_id(session, key_of_request(request).workspace, key_of("plc", placement))
    if row is None:
        raise not_found(placement)
    return row


def _line(line: PlacementLine) -> dict[str, Any]:
    return placement_document(line, settings.PUBLIC_URL)


def _row(row: PlacementRow) -> dict[str, Any]:
    shown = placement_document(PlacementLine(row), settings.PUBLIC_URL)
    return {name: shown[name] for name in PlacementMade.model_fields}
