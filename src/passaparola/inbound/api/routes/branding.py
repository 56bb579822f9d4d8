"""Branding: how the workspace looks on landing pages, in the portal, in mails and in the widget."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router
from pydantic import Field

from passaparola.actions.design.branding import change_branding
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.shapes import Given, Shown
from passaparola.inbound.design import branding_document, theme_address
from passaparola.store.read.design import BrandingRow, branding_of
from passaparola.store.read.snapshot import reading

router = Router(tags=["Design"])
TypefaceName = Literal["sans", "serif", "rounded", "mono"]
CornersName = Literal["sharp", "soft", "round"]
ToneName = Literal["warm", "plain", "formal"]


class Shade(Shown):
    accent: str
    on_accent: str


class BrandingDocument(Shown):
    accent: str = Field(description="`#rrggbb`; can be read on white")
    typeface: TypefaceName
    corners: CornersName
    tone: ToneName
    logo: str = Field(description="The digest of a picture; empty: none")
    custom_css: str = Field(description="As it was written")
    theme: str = Field(description="The path of the style sheet; another one when anything changes")
    contrast: float = Field(description="Of the accent with white: from 1 to 21")
    light: Shade
    dark: Shade = Field(description="What dark pages are painted with")


class BrandingChange(Given):
    """What is left out stays as it is."""

    accent: Annotated[str, Field(max_length=16, description="`#rrggbb` or `#rgb`")] | None = None
    typeface: TypefaceName | None = None
    corners: CornersName | None = None
    tone: ToneName | None = None
    logo: Annotated[str, Field(max_length=64, description="The digest of a picture; empty: none")] | None = None
    custom_css: (
        Annotated[str, Field(max_length=20_000, description="Rules for what is inside `.themed`; nothing is fetched")]
        | None
    ) = None


@router.get("", auth=ApiKey("design:read"), response=BrandingDocument)
def get_branding(request: HttpRequest) -> HttpResponse:
    """How the workspace looks. Scope: `design:read`."""
    with reading() as session:
        workspace = key_of_request(request).workspace
        row = branding_of(session, workspace)
        return document(branding_document(row, theme_address(session, workspace, row)))


@router.patch("", auth=ApiKey("design:write"), response=BrandingDocument)
def change(request: HttpRequest, wanted: Annotated[BrandingChange, Body()]) -> HttpResponse:
    """Change how the workspace looks. Refused by `contrast_too_low` (with `suggested`, the nearest colour that can be read) and
    `invalid_branding`. Scope: `design:write`.
    """
    given = {name: text for name, text in wanted.model_dump().items() if text is not None}
    workspace = key_of_request(request).workspace

    def shape(row: BrandingRow) -> dict[str, object]:
        with reading() as session:
            return branding_document(row, theme_address(session, workspace, row))

    return act(request, lambda asked: change_branding(given, asked=asked), shape)
