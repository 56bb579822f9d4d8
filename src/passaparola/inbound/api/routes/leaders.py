"""The leaderboard of a program, and the name by which somebody agrees to be shown on it."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router
from pydantic import Field

from passaparola.actions.leaders import names
from passaparola.actions.leaders.show import Leader, ShownBoard, boards_shown
from passaparola.domain.leaders import ENDLESS
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import at, document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.filters import people_named, program_named
from passaparola.inbound.api.ids import key_of, not_found, shown
from passaparola.inbound.api.shapes import Given, Instant, Name, PersonId, ProblemDocument, Shown
from passaparola.inbound.leaders import address_of
from passaparola.inbound.programs_known import programs_of
from passaparola.inbound.today import now_in
from passaparola.store.read.leaders import Naming, naming_of
from passaparola.store.read.offers import firm_of
from passaparola.store.read.snapshot import reading

of_program, of_person = Router(tags=["Programs"]), Router(tags=["People"])


class EarnedDocument(Shown):
    kind: str
    unit: str
    amount_minor: int = Field(description="Whole minor units of a currency, or a whole number of another unit")


class LeaderDocument(Shown):
    place: int
    person: PersonId
    name: str | None = Field(
        description="As they agreed to be shown; null for whoever did not. Show nobody by another name"
    )
    figure: int = Field(description="How many they brought, as the file counts (`leaderboard.by`)")
    earned: list[EarnedDocument] = Field(description="In the period; empty unless the file says `rewards: true`")


class BoardDocument(Shown):
    period: str = Field(description="2026-11, 2026-Q4, 2026 or all", examples=["2026-11"])
    begins: Instant
    ends: Instant | None = Field(description="The first moment after it; null for all time")
    taken_at: Instant | None = Field(description="When places were taken; null: not yet")
    leaders: list[LeaderDocument]
    advocates: int = Field(description="How many brought somebody")
    more: int = Field(description="Who share the last place that is shown, and found no room")


class LeaderboardDocument(Shown):
    address: str = Field(description="The public page")
    boards: list[BoardDocument] = Field(description="The period that runs, and the one before")


class PublicName(Given):
    name: Name = Field(description="As they chose it, at most 40 characters: no link, address or number")


class WhyBarred(Given):
    reason: Annotated[str, Field(min_length=1, max_length=200)] = Field(description="They read it in their portal")


class NamingDocument(Shown):
    person: PersonId
    name: str | None = Field(description="As everybody sees them; null: by no name")
    barred: bool = Field(description="Staff took it away, and allow none")
    reason: str | None


@of_program.get(
    "/{program}/leaderboard", auth=ApiKey("people:read"), response={200: LeaderboardDocument, 404: ProblemDocument}
)
def leaderboard(request: HttpRequest, program: str) -> HttpResponse:
    """Who brought most, as it was taken a few minutes ago; 404 where the file has no leaderboard. Scope: `people:read`."""
    workspace = key_of_request(request).workspace
    with reading() as session:
        versions = programs_of(workspace).get(program_named(session, workspace, program))
        boards = boards_shown(session, workspace, versions, now=now_in(workspace)) if versions else []
        firm = firm_of(session, workspace)
    if not boards or versions is None:
        raise not_found(program)
    return document({"address": address_of(versions.live, firm), "boards": [_board(board) for board in boards]})


def _board(board: ShownBoard) -> dict[str, Any]:
    return {
        "period": board.period,
        "begins": at(board.begins),
        "ends": None if board.ends == ENDLESS else at(board.ends),
        "taken_at": at(board.taken_at) if board.taken_at else None,
        "leaders": [_leader(leader) for leader in board.leaders],
        "advocates": board.of,
        "more": board.more,
    }


def _leader(leader: Leader) -> dict[str, Any]:
    return {
        "place": leader.place,
        "person": shown("per", leader.person),
        "name": leader.name or None,
        "figure": leader.figure,
        "earned": [{"kind": kind, "unit": unit, "amount_minor": minor} for kind, unit, minor in leader.earned],
    }


@of_person.get(
    "/{person}/public-name", auth=ApiKey("people:read"), response={200: NamingDocument, 404: ProblemDocument}
)
def get_public_name(request: HttpRequest, person: str) -> HttpResponse:
    """The name by which somebody agreed to be shown on leaderboards. Scope: `people:read`."""
    workspace = key_of_request(request).workspace
    with reading() as session:
        group = people_named(session, workspace, person)
        return document(_naming(group[0])(naming_of(session, workspace, group)))


@of_person.post("/{person}/public-name", auth=ApiKey("people:write"), response=NamingDocument)
def show_by_name(request: HttpRequest, person: str, wanted: Annotated[PublicName, Body()]) -> HttpResponse:
    """Show a person by the name that they chose, with their consent. Refused by `name_barred` where staff took one away.

    Scope: `people:write`.
    """
    key = key_of("per", person)
    return act(
        request,
        lambda asked: names.show_by_name(key, name=wanted.name, asked=asked),
        _naming(key),
        stored=lambda _: _naming(key)(Naming()),
    )


@of_person.post("/{person}/public-name/remove", auth=ApiKey("people:write"), response=NamingDocument)
def show_no_name(request: HttpRequest, person: str) -> HttpResponse:
    """They take it back: the name is gone from every page at once, and from the database. Scope: `people:write`."""
    key = key_of("per", person)
    return act(request, lambda asked: names.show_no_name(key, asked=asked), _naming(key))


@of_person.post("/{person}/public-name/bar", auth=ApiKey("people:write"), response=NamingDocument)
def bar_name(request: HttpRequest, person: str, why: Annotated[WhyBarred, Body()]) -> HttpResponse:
    """Take a public name away, and allow none until `allow`. Scope: `people:write`."""
    key = key_of("per", person)
    return act(request, lambda asked: names.bar_name(key, reason=why.reason, asked=asked), _naming(key))


@of_person.post("/{person}/public-name/allow", auth=ApiKey("people:write"), response=NamingDocument)
def allow_name(request: HttpRequest, person: str) -> HttpResponse:
    """Let somebody choose a public name again. Refused by `not_barred`. Scope: `people:write`."""
    key = key_of("per", person)
    return act(request, lambda asked: names.allow_name(key, asked=asked), _naming(key))


def _naming(person: str) -> Any:
    return lambda said: {
        "person": shown("per", person),
        "name": said.name or None,
        "barred": said.barred,
        "reason": said.reason or None,
    }
