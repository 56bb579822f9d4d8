"""The gallery of program files to begin with."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from passaparola.domain.programs.gallery import Vertical, starting_file
from passaparola.domain.programs.vocabulary import ProgramType
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey
from passaparola.inbound.api.shapes import Shown
from passaparola.inbound.gallery import shipped

router = Router(tags=["Programs"])


class TemplateDocument(Shown):
    template: str = Field(examples=["x01-dropbox"])
    name: str
    type: str
    verticals: list[Vertical]
    point: str = Field(description="What makes it special")
    document: str = Field(description="The file, to be changed and applied")


class StartDocument(Shown):
    type: ProgramType
    document: str


class Gallery(Shown):
    templates: list[TemplateDocument]
    starts: list[StartDocument] = Field(description="A plain file for each type of program")


@router.get("", auth=ApiKey("programs:read"), response=Gallery)
def list_templates(request: HttpRequest, vertical: Annotated[Vertical | None, Query()] = None) -> HttpResponse:  # noqa: ARG001
    """The program files that come with passaparola, for a kind of business or for all; and one for each type. Scope: `programs:read`."""
    templates = [
        {
            "template": s.template.name,
            "name": s.title,
            "type": s.type,
            "verticals": [str(v) for v in s.template.verticals],
            "point": s.template.point,
            "document": s.document,
        }
        for s in shipped(vertical)
    ]
    starts = [{"type": kind.value, "document": starting_file(kind)} for kind in ProgramType]
    return document({"templates": templates, "starts": starts})
