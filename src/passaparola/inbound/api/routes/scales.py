"""How far the scale rule of a program is, and what came of what it gave by hand or by rule."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from passaparola.analytics.effect import effect_of
from passaparola.analytics.retention import NoScale, scale_of
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.ids import not_found
from passaparola.inbound.api.shapes import ProblemDocument, Shown
from passaparola.inbound.today import now_in
from passaparola.store.read.catalogue import NoSuchProgram

router = Router(tags=["Programs"])


class ScaleDocument(Shown):
    program: str
    version: int
    days: int
    least_friends: int = Field(description="Of fewer friends nothing is concluded")
    friends: int = Field(description="Friends whose first paid order is `days` old or older")
    back: int = Field(description="Of these, who ordered again within `days` of it")
    retention_percent: float | None = Field(description="Rounded down to hundredths; null without friends")
    wanted_percent: float
    due: bool = Field(description="The clock extends the program within the hour")


@router.get("/{program}/scale", auth=ApiKey("reports:read"), response={200: ScaleDocument, 404: ProblemDocument})
def get_scale(request: HttpRequest, program: str) -> HttpResponse:
    """How many friends of a program came back, and whether it is to be extended; 404 without a scale rule. Scope: `reports:read`."""
    workspace = key_of_request(request).workspace
    try:
        return document(scale_of(workspace, program, now=now_in(workspace)))
    except (NoScale, NoSuchProgram):
        raise not_found(program) from None


class Change(Shown):
    before: float | None = Field(description="For each person who was given something, in the days before")
    after: float | None
    comparable_before: float | None = Field(description="The same of comparable people to whom nothing was given")
    comparable_after: float | None
    effect: float | None = Field(
        description="(after − before) − (comparable_after − comparable_before), of who is compared"
    )


class EffectDocument(Shown):
    program: str
    days: int
    given: int = Field(description="Persons to whom something was given by hand or by rule, and stayed given")
    judged: int = Field(description="Of these, who first got something `days` ago or earlier")
    compared: int = Field(description="Of these, for whom there are comparable people")
    orders: Change
    friends: Change


@router.get("/{program}/effect", auth=ApiKey("reports:read"), response={200: EffectDocument, 404: ProblemDocument})
def get_effect(request: HttpRequest, program: str, days: Annotated[int, Query(ge=1, le=366)] = 90) -> HttpResponse:
    """What came of what a program gave by hand or by rule: orders and friends before and after, beside comparable people.

    Scope: `reports:read`.
    """
    workspace = key_of_request(request).workspace
    try:
        return document(effect_of(workspace, program, days=days, now=now_in(workspace)))
    except NoSuchProgram:
        raise not_found(program) from None
