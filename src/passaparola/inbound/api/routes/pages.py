"""The landing page of a program: what an operator writes on it, block by block and language by language."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Path, Router
from pydantic import Field

from passaparola.actions.design.pages import remove_block, write_block
from passaparola.analytics.landing import landing_of
from passaparola.domain.instant import iso
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.filters import found, program_named
from passaparola.inbound.api.shapes import Given, Instant, ProblemDocument, Shown
from passaparola.store.read.design import PageTextRow, page_texts
from passaparola.store.read.pages import PROGRAMS, record_of
from passaparola.store.read.snapshot import reading, snapshot

router = Router(tags=["Design"])
LanguageName = Literal["en", "pl", "it", "ro", "ar"]
BlockName = Literal["hero", "message", "product", "video", "questions", "values", "contact"]
ProgramName = Annotated[str, Path(max_length=64, description="Slug or prg_…")]


class BlockDocument(Shown):
    language: LanguageName
    block: BlockName
    content: dict[str, Any] = Field(description="The fields of the block: docs/pages.md")
    updated_at: Instant


class PageDocument(Shown):
    program: str
    blocks: list[BlockDocument]
    opened: int = Field(description="Persons' visits through the links of the program")
    taken: int = Field(description="Visits that took the offer")
    plays: int = Field(description="Visits that asked for the film")


class BlockContent(Given):
    content: dict[str, Any] = Field(description="The fields of the block: docs/pages.md")


class Removed(Shown):
    removed: bool


@router.get("/{program}/page", auth=ApiKey("design:read"), response={200: PageDocument, 404: ProblemDocument})
def get_page(request: HttpRequest, program: ProgramName) -> HttpResponse:
    """All that is written on the landing page of a program, in all languages, and what came of it. Scope: `design:read`."""
    slug, workspace = slug_named(request, program), key_of_request(request).workspace
    with snapshot() as session:
        blocks = [_block(row) for row in page_texts(session, workspace, slug)]
        came = landing_of(session, workspace, program_named(session, workspace, program), slug)
        return document({"program": slug, "blocks": blocks, **came._asdict()})


@router.put(
    "/{program}/page/{language}/{block}",
    auth=ApiKey("design:write"),
    response={200: BlockDocument, 404: ProblemDocument},
)
def write(
    request: HttpRequest,
    program: ProgramName,
    language: LanguageName,
    block: BlockName,
    wanted: Annotated[BlockContent, Body()],
) -> HttpResponse:
    """Write one block. Refused by `invalid_page`, which names the field. Scope: `design:write`."""
    slug = slug_named(request, program)
    return act(request, lambda asked: write_block(slug, language, block, wanted.content, asked=asked), _block)


@router.delete(
    "/{program}/page/{language}/{block}", auth=ApiKey("design:write"), response={200: Removed, 404: ProblemDocument}
)
def remove(request: HttpRequest, program: ProgramName, language: LanguageName, block: BlockName) -> HttpResponse:
    """Take a block away. Again: nothing happens. Scope: `design:write`."""
    slug = slug_named(request, program)
    return act(request, lambda asked: remove_block(slug, language, block, asked=asked), lambda was: {"removed": was})


def slug_named(request: HttpRequest, program: str) -> str:
    """The slug of a program. Raises Problem 404."""
    with reading() as session:
        workspace = key_of_request(request).workspace
        row = record_of(session, PROGRAMS, workspace, program_named(session, workspace, program))
        return str(found(row, program)["slug"])


def _block(row: PageTextRow) -> dict[str, Any]:
    return {
        "language": row.language,
        "block": row.block,
        "content": dict(row.content),
        "updated_at": iso(row.updated_at),
    }
