"""The step of joining the firm's product that asks to refer."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from passaparola.analytics.onboarding import NoOnboarding, conversion_of, step_for
from passaparola.domain.people.identity import UnableToReadIdentity, canonical
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.ids import not_found
from passaparola.inbound.api.problems import FieldProblem, Problem
from passaparola.inbound.api.shapes import ProblemDocument, Shown
from passaparola.store.read.catalogue import NoSuchProgram

router = Router(tags=["Onboarding"])
Program = Annotated[str, Query(max_length=64, description="Slug or prg_…")]


class StepDocument(Shown):
    stages: int
    referral_step: int = Field(description="The stage that asks to refer")
    done: list[int] = Field(description="Told by events of the type `stage`, such as `onboarding_5`")
    show: bool = Field(description="The stages ahead of it are done, and it is not")


class AskedDocument(Shown):
    asked: int = Field(description="Persons who came as far as the step")
    referred: int = Field(description="Of these, who shared or brought a friend")
    conversion_rate: float | None


@router.get("", auth=ApiKey("people:read"), response={200: StepDocument, 404: ProblemDocument})
def get_step(
    request: HttpRequest, program: Program, customer_id: Annotated[str, Query(min_length=1, max_length=255)]
) -> HttpResponse:
    """Whether to show a customer the step that asks to refer; 404 where the program's file has none. Scope: `people:read`."""
    try:
        identity = canonical("customer_id", customer_id)
        step = step_for(key_of_request(request).workspace, program, identity)
    except UnableToReadIdentity as problem:
        raise Problem("invalid", "Nothing was read.", [FieldProblem("customer_id", str(problem))]) from None
    except (NoSuchProgram, NoOnboarding):
        raise not_found(program) from None
    return document({"stages": step.stages, "referral_step": step.referral_step, "done": step.done, "show": step.show})


@router.get("/conversion", auth=ApiKey("reports:read"), response={200: AskedDocument, 404: ProblemDocument})
def get_conversion(request: HttpRequest, program: Program) -> HttpResponse:
    """How many came as far as the step that asks, and how many of them shared or brought a friend. Scope: `reports:read`."""
    try:
        found = conversion_of(key_of_request(request).workspace, program)
    except (NoSuchProgram, NoOnboarding):
        raise not_found(program) from None
    rate = found.referred / found.asked if found.asked else None
    return document({"asked": found.asked, "referred": found.referred, "conversion_rate": rate})
