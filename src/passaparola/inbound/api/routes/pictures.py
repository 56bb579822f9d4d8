"""Pictures: what pages show. A file is decoded, bare of what the camera knew, made small and encoded anew."""

import binascii
from base64 import b64decode
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Path, Router
from pydantic import Field

from passaparola.actions.design.pictures import UnableToReadPicture, read_picture, remove_picture, take_picture
from passaparola.domain.design.choices import PictureUse
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.problems import FieldProblem, Problem
from passaparola.inbound.api.routes.pages import Removed
from passaparola.inbound.api.shapes import Given, Instant, Shown
from passaparola.inbound.design import most_bytes, picture_document
from passaparola.store.read.design import pictures, workspace_slug
from passaparola.store.read.snapshot import reading

router = Router(tags=["Design"])
UseName = Literal["logo", "hero", "product", "poster", "material"]


class PictureDocument(Shown):
    digest: str = Field(description="SHA-256 of the bytes: what blocks and branding name it by")
    use: UseName
    content_type: str
    width: int
    height: int
    bytes: int
    address: str = Field(description="The path where it is; it never changes")
    created_at: Instant


class PictureList(Shown):
    pictures: list[PictureDocument]


class NewPicture(Given):
    use: UseName = Field(description="How large it is kept follows from this")
    data: Annotated[str, Field(max_length=2_500_000, description="A PNG, JPEG or WebP file in Base64")]


@router.get("", auth=ApiKey("design:read"), response=PictureList)
def list_pictures(request: HttpRequest) -> HttpResponse:
    """The last 200 pictures of the workspace, the newest first. Scope: `design:read`."""
    with reading() as session:
        workspace = key_of_request(request).workspace
        slug = workspace_slug(session, workspace)
        return document({"pictures": [picture_document(row, slug) for row in pictures(session, workspace)]})


@router.post("", auth=ApiKey("design:write"), response={201: PictureDocument})
def take(request: HttpRequest, wanted: Annotated[NewPicture, Body()]) -> HttpResponse:
    """Take a picture. The same file again is the same picture. Refused by `invalid_picture`, and by `too_many_pictures` beyond 500 pictures
    or 200 MB of a workspace. Scope: `design:write`."""
    workspace = key_of_request(request).workspace
    try:
        raw = b64decode(wanted.data, validate=True)
    except (binascii.Error, ValueError):
        raise Problem("invalid", "Nothing was changed.", [FieldProblem("data", "is not Base64")]) from None
    try:
        picture = read_picture(raw, PictureUse(wanted.use), most_bytes=most_bytes())
    except UnableToReadPicture as problem:
        raise Problem("invalid_picture", str(problem), status=422) from None
    with reading() as session:
        slug = workspace_slug(session, workspace)
    return act(
        request, lambda asked: take_picture(picture, asked=asked), lambda row: picture_document(row, slug), status=201
    )


@router.delete("/{digest}", auth=ApiKey("design:write"), response=Removed)
def remove(request: HttpRequest, digest: Annotated[str, Path(pattern="^[0-9a-f]{64}$")]) -> HttpResponse:
    """Delete a picture that nothing shows. Again: nothing happens. Refused by `picture_in_use`. Scope: `design:write`."""
    return act(request, lambda asked: remove_picture(digest, asked=asked), lambda was: {"removed": was})
