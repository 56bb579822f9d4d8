"""People: how they are known, what they are called, and who was found to be the same person."""

from collections import defaultdict
from typing import Annotated, Any, Literal

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router
from pydantic import Field

from passaparola.actions.people import change
from passaparola.actions.people.facts import set_facts
from passaparola.actions.people.merge import Merge
from passaparola.actions.people.merge import merge as merge_people
from passaparola.domain.events.facts import UnableToReadFacts
from passaparola.domain.people.facts import read_person_facts
from passaparola.domain.people.identity import KINDS, Identity, UnableToReadIdentity, canonical
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import at, document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.filters import found
from passaparola.inbound.api.ids import key_of, shown, shown_or_none
from passaparola.inbound.api.paging import Paging, paged
from passaparola.inbound.api.problems import FieldProblem, Problem
from passaparola.inbound.api.shapes import Given, Instant, Name, Page, PersonId, ProblemDocument, Shown, Text
from passaparola.store.read.pages import IDENTITIES, PEOPLE, Record, one_person, record_of, records_of
from passaparola.store.read.snapshot import Session, reading

router = Router(tags=["People"])
Kind = Literal["customer_id", "email", "phone", "device"]


class GivenIdentity(Given):
    kind: Kind
    value: Text


class WantedPerson(Given):
    name: Name | None = None
    identities: list[GivenIdentity] = Field(default_factory=list, max_length=20)


class Renamed(Given):
    name: Annotated[str, Field(max_length=200)]


class Changed(Given):
    facts: dict[str, str | int | bool | None] = Field(
        description="What is said of the person: `employee`, `left_on`, `tier` … (docs/rules/access.md). null takes one away; others stay"
    )


class Duplicate(Given):
    duplicate: PersonId = Field(description="Becomes an alias of the person in the address")


class IdentityDocument(Shown):
    kind: Kind
    value: str


class PersonDocument(Shown):
    id: PersonId
    name: str
    identities: list[IdentityDocument] = Field(description="Also those of everybody merged into this person")
    facts: dict[str, str | int | bool] = Field(description="What you have said of them; personal data")
    merged_into: PersonId | None = Field(description="Who stands for this person")
    merged: list[PersonId] = Field(description="For whom this person stands")
    created_at: Instant


class PersonNamed(Shown):
    id: PersonId


class PersonFactsDocument(PersonNamed):
    facts: dict[str, str | int | bool] = Field(
        description="All that is said of them now; not kept for a replay under the same Idempotency-Key"
    )


class MergeDocument(Shown):
    person: PersonId = Field(description="Who stands for both")
    duplicate: PersonId
    changed: bool
    referrals_merged: int


@router.get("", auth=ApiKey("people:read"), response=Page[PersonDocument])
def list_people(
    request: HttpRequest,
    paging: Paging,
    email: Annotated[str | None, Query(max_length=255)] = None,
    customer_id: Annotated[str | None, Query(max_length=255)] = None,
    phone: Annotated[str | None, Query(max_length=64)] = None,
    device: Annotated[str | None, Query(max_length=255)] = None,
) -> HttpResponse:
    """People, the newest first; or who is known by one identity. Scope: `people:read`."""
    asked = [(k, v) for k, v in zip(KINDS, (customer_id, email, phone, device), strict=True) if v is not None]
    if len(asked) > 1:
        raise Problem("invalid", "Ask by one identity.", [FieldProblem(k, "comes with another one") for k, _ in asked])
    given = {}
    if asked:
        kind, value = _identity(*asked[0], field=asked[0][0])
        given = {"kind": kind, "identity": value}
    return paged(request, PEOPLE, given, _people(key_of_request(request).workspace), paging=paging)


@router.post("", auth=ApiKey("people:write"), response={201: PersonNamed})
def create(request: HttpRequest, wanted: Annotated[WantedPerson, Body()]) -> HttpResponse:
    """A new person. Events make people by themselves; this is for who is to be known before. Scope: `people:write`."""
    identities = [_identity(i.kind, i.value, field=f"identities.{n}.value") for n, i in enumerate(wanted.identities)]
    return act(
        request, lambda asked: change.create_person(identities, asked=asked, name=wanted.name or ""), _named, status=201
    )


@router.get("/{person}", auth=ApiKey("people:read"), response={200: PersonDocument, 404: ProblemDocument})
def get_person(request: HttpRequest, person: str) -> HttpResponse:
    """One person, with all they are known by. Scope: `people:read`."""
    workspace = key_of_request(request).workspace
    with reading() as session:
        row = found(record_of(session, PEOPLE, workspace, key_of("per", person)), person)
        shown_people = _people(workspace)(session, [row])
    return document(shown_people[0])


@router.patch("/{person}", auth=ApiKey("people:write"), response=PersonFactsDocument)
def patch(request: HttpRequest, person: str, wanted: Annotated[Changed, Body()]) -> HttpResponse:
    """Say facts of a person: they decide who may recommend, and are kept as personal data. Scope: `people:write`."""
    try:
        facts = read_person_facts(wanted.facts)
    except UnableToReadFacts as problem:
        wrong = [FieldProblem(field, message) for field, message in problem.errors]
        raise Problem("invalid", "Nothing was changed.", wrong) from None
    key = key_of("per", person)
    return act(
        request,
        lambda asked: set_facts(key, facts=facts, asked=asked),
        lambda said: {"id": shown("per", key), "facts": said},
        stored=lambda _: {"id": shown("per", key), "facts": {}},
    )


@router.post("/{person}/name", auth=ApiKey("people:write"), response=PersonNamed)
def rename(request: HttpRequest, person: str, renamed: Annotated[Renamed, Body()]) -> HttpResponse:
    """Change how a person is called. Scope: `people:write`."""
    return act(request, lambda asked: change.rename(key_of("per", person), name=renamed.name, asked=asked), _named)


@router.post("/{person}/identities", auth=ApiKey("people:write"), response=PersonNamed)
def add_identity(request: HttpRequest, person: str, given: Annotated[GivenIdentity, Body()]) -> HttpResponse:
    """Know a person by one more identity. Somebody else's is refused: merge the two. Scope: `people:write`."""
    identity = _identity(given.kind, given.value, field="value")
    return act(
        request, lambda asked: change.add_identity(key_of("per", person), identity=identity, asked=asked), _named
    )


@router.post("/{person}/identities/remove", auth=ApiKey("people:write"), response=PersonNamed)
def remove_identity(request: HttpRequest, person: str, given: Annotated[GivenIdentity, Body()]) -> HttpResponse:
    """Know a person by an identity no longer. Their events stay theirs. Scope: `people:write`."""
    identity = _identity(given.kind, given.value, field="value")
    key = key_of("per", person)
    return act(
        request, lambda asked: change.remove_identity(key, identity=identity, asked=asked), lambda _: _named(key)
    )


@router.post("/{person}/merge", auth=ApiKey("people:write"), response=MergeDocument)
def merge(request: HttpRequest, person: str, given: Annotated[Duplicate, Body()]) -> HttpResponse:
    """Two records are one person: the duplicate becomes an alias, and their referrals are decided anew. Scope: `people:write`."""
    duplicate = key_of("per", given.duplicate)
    return act(request, lambda asked: merge_people(key_of("per", person), duplicate=duplicate, asked=asked), _merged)


def _identity(kind: str, value: str, *, field: str) -> Identity:
    try:
        return canonical(kind, value)
    except UnableToReadIdentity as problem:
        raise Problem("invalid", "Nothing was changed.", [FieldProblem(field, str(problem))]) from None


def _named(key: str) -> dict[str, Any]:
    return {"id": shown("per", key)}


def _merged(said: Merge) -> dict[str, Any]:
    return {
        "person": shown("per", said.person),
        "duplicate": shown("per", said.alias),
        "changed": said.changed,
        "referrals_merged": said.referrals_merged,
    }


def _people(workspace: str) -> Any:
    """Shows several people with what they are known by, in one look-up where nobody was merged."""

    def show(session: Session, rows: list[Record]) -> list[dict[str, Any]]:
        groups = {
            row["id"]: [row["id"]] if row["alias_of_id"] else one_person(session, workspace, row["id"]) for row in rows
        }
        everybody = sorted({member for group in groups.values() for member in group})
        known: dict[str, list[Record]] = defaultdict(list)
        for identity in records_of(session, IDENTITIES, workspace, given={"people": everybody}) if everybody else []:
            known[identity["person_id"]].append(identity)
        return [_person(row, groups[row["id"]], known) for row in rows]

    return show


def _person(row: Record, group: list[str], known: dict[str, list[Record]]) -> dict[str, Any]:
    identities = [{"kind": i["kind"], "value": i["value"]} for member in group for i in known[member]]
    return {
        "id": shown("per", row["id"]),
        "name": row["name"],
        "identities": identities,
        "facts": orjson.loads(row["facts"]) if row["facts"] else {},
        "merged_into": shown_or_none("per", row["alias_of_id"]),
        "merged": [shown("per", member) for member in group if member != row["id"]],
        "created_at": at(row["created_at"]),
    }
