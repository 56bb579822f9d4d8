"""Materials: what advocates may share beside their words, each with their own link."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router
from pydantic import Field

from passaparola.actions.sharing.materials import add_material, remove_material
from passaparola.domain.sharing.materials import LONGEST_TITLE, LONGEST_WORDS, MaterialKind
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.ids import key_of
from passaparola.inbound.api.routes.pages import ProgramName, Removed, slug_named
from passaparola.inbound.api.shapes import Given, ProblemDocument, Shown
from passaparola.store.read.sharing import MaterialRow, materials_of
from passaparola.store.read.snapshot import reading

of_program, router = Router(tags=["Design"]), Router(tags=["Design"])


class MaterialDocument(Shown):
    id: Annotated[str, Field(pattern="^mat_[0-9a-f]{32}$")]
    kind: MaterialKind
    language: str = Field(description="Empty: for readers of every language")
    title: str
    words: str
    picture: str = Field(description="The digest of a picture")
    address: str


class MaterialList(Shown):
    program: str
    materials: list[MaterialDocument]


class WantedMaterial(Given):
    kind: Literal["picture", "text", "film", "story", "tips", "article"]
    title: Annotated[str, Field(min_length=1, max_length=4 * LONGEST_TITLE)]
    language: Literal["", "en", "pl", "it", "ro", "ar"] = ""
    words: Annotated[str, Field(max_length=4 * LONGEST_WORDS, description="With the tags of texts for sharing")] = ""
    picture: Annotated[str, Field(max_length=64, description="The digest of a picture")] = ""
    address: Annotated[str, Field(max_length=2048)] = ""


@of_program.get("/{program}/materials", auth=ApiKey("design:read"), response={200: MaterialList, 404: ProblemDocument})
def list_materials(request: HttpRequest, program: ProgramName) -> HttpResponse:
    """What advocates of a program may share beside their words. Scope: `design:read`."""
    slug = slug_named(request, program)
    with reading() as session:
        rows = materials_of(session, key_of_request(request).workspace, [slug])
    return document({"program": slug, "materials": [_material(row) for row in rows]})


@of_program.post(
    "/{program}/materials", auth=ApiKey("design:write"), response={201: MaterialDocument, 404: ProblemDocument}
)
def add(request: HttpRequest, program: ProgramName, wanted: Annotated[WantedMaterial, Body()]) -> HttpResponse:
    """Add a material. Refused by `invalid_material`, which names the field. Scope: `design:write`."""
    slug, given = slug_named(request, program), wanted.model_dump(exclude={"kind"})
    kind = MaterialKind(wanted.kind)
    return act(request, lambda asked: add_material(slug, kind, given, asked=asked), _material, status=201)


@router.delete("/{material}", auth=ApiKey("design:write"), response={200: Removed, 404: ProblemDocument})
def remove(request: HttpRequest, material: str) -> HttpResponse:
    """Take a material away; its picture stays. Scope: `design:write`."""
    key = key_of("mat", material)
    return act(request, lambda asked: remove_material(key, asked=asked), lambda _: {"removed": True})


def _material(row: MaterialRow) -> dict[str, Any]:
    told = row.material
    return {
        "id": f"mat_{row.id}",
        "kind": told.kind,
        "language": told.language,
        "title": told.title,
        "words": told.words,
        "picture": told.picture,
        "address": told.address,
    }
