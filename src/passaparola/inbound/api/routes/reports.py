"""The report on one program; the same apart for each advocate, each location and each level of a reward."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from passaparola.analytics.breakdown import advocate_document, advocate_lines, by_location, location_document
from passaparola.analytics.levels import levels_of
from passaparola.analytics.report import report
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.filters import program_named
from passaparola.inbound.api.ids import not_found
from passaparola.inbound.api.paging import Paging, paged
from passaparola.inbound.api.shapes import AdvocateId, Page, PersonId, ProblemDocument, Shown
from passaparola.store.read.catalogue import NoSuchProgram
from passaparola.store.read.pages import ADVOCATES, Record
from passaparola.store.read.snapshot import Session, reading

router = Router(tags=["Reports"])
Program = Annotated[str, Query(max_length=64, description="Slug or prg_…")]


class RewardSum(Shown):
    kind: str
    currency: str
    count: int
    value_minor: int = Field(description="Net of what was reversed")


class AdvocateNumbers(Shown):
    advocate: AdvocateId
    person: PersonId
    name: str = Field(description="The customer id, or ours")
    status: Literal["active", "provisional", "suspended"]
    shares: int
    visits: int = Field(description="Persons' visits through their links")
    friends: int = Field(description="Who is bound to them")
    organic: int = Field(description="Of these, whom staff entered afterwards")
    signed_up: int
    customers: int = Field(description="Converted friends")
    orders: int = Field(description="Paid orders of these friends")
    revenue_minor: dict[str, int] = Field(description="Of qualifying orders, by currency, before refunds")
    rewards: list[RewardSum] = Field(description="What the advocate got for them, waiting or given")


class LocationNumbers(Shown):
    location: str = Field(description="The fact `location` of the orders; empty where none was told")
    friends: int = Field(description="Bound friends with a paid order there")
    orders: int
    revenue_minor: dict[str, int] = Field(description="Of paid orders since the binding, by currency, before refunds")
    rewards: list[RewardSum] = Field(description="Of both sides, at the place of the order that earned them")


class Locations(Shown):
    program: str
    locations: list[LocationNumbers]


class Level(Shown):
    side: Literal["advocate", "friend"]
    rule: str
    kind: str
    currency: str
    from_minor: int = Field(description="The least that these rewards are worth")
    to_minor: int = Field(description="The most")
    earned: int = Field(description="Not denied, cancelled or taken back")
    offered: int = Field(description="Of these, what is or was there to be used or claimed")
    taken: int = Field(description="Of these, what was used, at least in part, handed over, or is held")
    take_rate: float | None = Field(description="taken ÷ offered, not rounded; null when nothing was offered")


class Levels(Shown):
    program: str
    levels: list[Level]


@router.get("", auth=ApiKey("reports:read"), response={200: dict[str, Any], 404: ProblemDocument})
def get_report(request: HttpRequest, program: Program) -> HttpResponse:
    """People, shares, visits, sign-ups, orders, conversions, revenue, rewards, refusals, top advocates. Scope: `reports:read`."""
    try:
        return document(report(key_of_request(request).workspace, program))
    except NoSuchProgram:
        raise not_found(program) from None


@router.get("/advocates", auth=ApiKey("reports:read"), response={200: Page[AdvocateNumbers], 404: ProblemDocument})
def get_advocates(request: HttpRequest, paging: Paging, program: Program) -> HttpResponse:
    """Reach, friends, customers, revenue and rewards of each advocate of a program, the newest first. Scope: `reports:read`."""
    workspace = key_of_request(request).workspace
    with reading() as session:
        key = program_named(session, workspace, program)

    def numbers(session: Session, rows: list[Record]) -> list[dict[str, Any]]:
        return [advocate_document(line) for line in advocate_lines(session, workspace, key, rows)]

    return paged(request, ADVOCATES, {"program": key}, numbers, paging=paging)


@router.get("/locations", auth=ApiKey("reports:read"), response={200: Locations, 404: ProblemDocument})
def get_locations(request: HttpRequest, program: Program) -> HttpResponse:
    """Friends, orders, revenue and rewards at each of the firm's locations. Scope: `reports:read`."""
    try:
        entry, lines = by_location(key_of_request(request).workspace, program)
    except NoSuchProgram:
        raise not_found(program) from None
    return document({"program": entry.slug, "locations": [location_document(line) for line in lines]})


@router.get("/levels", auth=ApiKey("reports:read"), response={200: Levels, 404: ProblemDocument})
def get_levels(request: HttpRequest, program: Program) -> HttpResponse:
    """Which share of what people earned they also took, for each reward and what it was worth. Scope: `reports:read`."""
    try:
        return document(levels_of(key_of_request(request).workspace, program))
    except NoSuchProgram:
        raise not_found(program) from None
