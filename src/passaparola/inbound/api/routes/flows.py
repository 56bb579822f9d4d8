"""What happens in a program, as state machines."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from passaparola.analytics.flow import flow_of_program
from passaparola.domain.programs.flow_drawn import DRAWN, FlowFormat
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.ids import not_found
from passaparola.inbound.api.shapes import ProblemDocument, Shown
from passaparola.inbound.flows import flow_document
from passaparola.store.read.catalogue import NoSuchProgram

router = Router(tags=["Programs"])


class MoveDocument(Shown):
    act: str = Field(description="What is done, such as `issued`")
    before: str | None = Field(description="Null: the beginning")
    after: str
    when: str = Field(description="When it happens in this program")


class MachineDocument(Shown):
    key: str = Field(examples=["program", "referral", "reward_advocate-credit"])
    title: str
    moves: list[MoveDocument]


class FlowDocument(Shown):
    program: str
    name: str
    parts: list[MachineDocument]
    limits: list[str] = Field(description="What bounds its rewards, in sentences")
    drawn: str = Field(description="All of it in the format that was asked for")


@router.get("/{program}/flow", auth=ApiKey("programs:read"), response={200: FlowDocument, 404: ProblemDocument})
def get_flow(
    request: HttpRequest,
    program: str,
    format: Annotated[FlowFormat, Query()] = FlowFormat.TEXT,  # noqa: A002
) -> HttpResponse:
    """What happens in a program: its own life, that of a referral and of each reward, and when. Scope: `programs:read`."""
    try:
        flow = flow_of_program(key_of_request(request).workspace, program)
    except NoSuchProgram:
        raise not_found(program) from None
    return document({**flow_document(flow), "drawn": DRAWN[format](flow)})
