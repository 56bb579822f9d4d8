"""The chain below a person: who was brought by whom."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from passaparola.analytics.chain import chain_document, chains_of
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.ids import key_of, not_found
from passaparola.inbound.api.shapes import PersonId, ProblemDocument, Shown
from passaparola.store.read.catalogue import NoSuchProgram
from passaparola.store.read.known_people import NobodyKnown

router = Router(tags=["People"])
Minor = dict[str, int]


class ChainSums(Shown):
    people: int
    friends: int = Field(description="Who came")
    signed_up: int
    converted: int
    prospects: int = Field(description="Who was asked and has not come")
    forwarded: int = Field(description="To whom a link was handed on by somebody else than its owner")
    orders: int = Field(description="Paid orders")
    visits: int = Field(description="Persons' visits through the links of these people")
    revenue_minor: Minor = Field(description="Of qualifying orders, by currency, before refunds")


class GenerationDocument(ChainSums):
    generation: int = Field(description="1: brought by the person themselves")


class ChainNode(Shown):
    person: PersonId
    name: str = Field(description="The customer id, or ours")
    parent: PersonId | None = Field(description="Who brought them; null for the person it begins with")
    generation: int
    status: Literal["root", "bound", "converted", "prospect"]
    signed_up: bool
    orders: int
    visits: int
    revenue_minor: Minor
    forwarded_by: PersonId | None


class ChainDocument(ChainSums):
    program: str
    depth: int = Field(description="Generations that came")
    complete: bool = Field(
        description="False: there are more people than `limit`, and every number is of those that were read"
    )
    visits_of_root: int
    generations: list[GenerationDocument]
    nodes: list[ChainNode]


class Chains(Shown):
    chains: list[ChainDocument]


@router.get("/{person}/chain", auth=ApiKey("reports:read"), response={200: Chains, 404: ProblemDocument})
def get_chain(
    request: HttpRequest,
    person: str,
    program: Annotated[
        str | None, Query(max_length=64, description="Slug or prg_…; missing: each of which they are an advocate")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=10_000, description="People of one program, at most")] = 1000,
) -> HttpResponse:
    """Whom a person brought, whom those brought in turn, by generation, and what they bought. Scope: `reports:read`."""
    key_of("per", person)
    try:
        found = chains_of(key_of_request(request).workspace, person, program=program, limit=limit)
    except NobodyKnown:
        raise not_found(person) from None
    except NoSuchProgram:
        raise not_found(program or "") from None
    return document({"chains": [chain_document(one) for one in found]})
