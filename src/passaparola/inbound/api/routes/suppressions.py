"""Who wants no more mail."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router
from pydantic import Field

from passaparola.actions.messages.wishes import allow_address, suppress_address, wish_of
from passaparola.domain.people.identity import UnableToReadIdentity, canonical
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import at, document
from passaparola.inbound.api.authentication import ApiKey
from passaparola.inbound.api.problems import FieldProblem, Problem
from passaparola.inbound.api.shapes import Given, Instant, Shown
from passaparola.inbound.keyring import the_keyring
from passaparola.store.read.messages import SuppressionRow

router = Router(tags=["Mail"])
Address = Annotated[str, Field(min_length=3, max_length=255, examples=["ada@example.com"])]


class Unwanted(Given):
    email: Address
    reason: Literal["operator", "complaint", "bounce", "unsubscribed"] = "operator"


class Wanted(Given):
    email: Address
    wished: bool = Field(False, description="The person has asked for mail again since they unsubscribed or complained")


class SuppressionDocument(Shown):
    suppressed: bool
    reason: str | None
    since: Instant | None


class Allowed(Shown):
    changed: bool


@router.get("", auth=ApiKey("mail:read"), response=SuppressionDocument)
def check(request: HttpRequest, email: Annotated[str, Query(max_length=255)]) -> HttpResponse:  # noqa: ARG001
    """Whether an address gets no news, and why. The list holds hashes and cannot be read as a whole. Scope: `mail:read`."""
    return document(_shown(wish_of(the_address(email), keys=the_keyring())))


@router.post("", auth=ApiKey("mail:write"), response=SuppressionDocument)
def add(request: HttpRequest, given: Annotated[Unwanted, Body()]) -> HttpResponse:
    """Send no more news to an address; after a bounce or a complaint nothing at all. Scope: `mail:write`."""
    address, keys = the_address(given.email), the_keyring()
    return act(request, lambda asked: suppress_address(address, reason=given.reason, keys=keys, asked=asked), _shown)


@router.post("/remove", auth=ApiKey("mail:write"), response=Allowed)
def remove(request: HttpRequest, given: Annotated[Wanted, Body()]) -> HttpResponse:
    """News may be sent again. Who unsubscribed or complained must have asked for it. Scope: `mail:write`."""
    address, keys = the_address(given.email), the_keyring()
    return act(
        request,
        lambda asked: allow_address(address, keys=keys, asked=asked, wished=given.wished),
        lambda changed: {"changed": changed},
    )


def the_address(email: str) -> str:
    """The canonical form of an address that was sent to us. Raises Problem."""
    try:
        return canonical("email", email)[1]
    except UnableToReadIdentity:
        raise Problem("invalid", "Nothing was changed.", [FieldProblem("email", "is no e-mail address")]) from None


def _shown(row: SuppressionRow | None) -> dict[str, Any]:
    return {"suppressed": row is not None, "reason": row and row.reason, "since": at(row.at) if row else None}
