"""Branding: how all public pages and mails look, with a page beside it that looks so already."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from passaparola.actions.acting import Asked, Performed
from passaparola.actions.design.branding import change_branding, plain_branding
from passaparola.actions.design.pictures import ReadPicture, take_picture
from passaparola.inbound.design import picture_address
from passaparola.inbound.web.operators.acting import Ways, act, beside
from passaparola.inbound.web.operators.design.forms import BrandingForm
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.design import BrandingRow, branding_of, pictures_of, workspace_slug
from passaparola.store.read.snapshot import reading

FIELDS = ("accent", "typeface", "corners", "tone", "custom_css")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.DESIGN)
def branding(request: HttpRequest) -> HttpResponse:
    """The choices; saved, they hold everywhere at once."""
    workspace = the_workspace()
    with reading() as session:
        row = branding_of(session, workspace) or plain_branding()
    form = BrandingForm(request.POST, request.FILES) if request.method == "POST" else _filled(row)
    if request.method == "POST" and form.is_valid():
        said = gettext("Saved. Pages and mails look like this from now on.")
        given, logo = _given(form.cleaned_data, request.POST), form.cleaned_data.get("logo")
        ways = Ways(reverse("design"), lambda: _page(request, form, row))
        return act(request, lambda asked: _change(given, logo, asked), to=ways, said=said)
    return _page(request, form, row)


def _page(request: HttpRequest, form: BrandingForm, row: BrandingRow) -> HttpResponse:
    workspace = the_workspace()
    with reading() as session:
        logo = pictures_of(session, workspace, [row.logo]).get(row.logo) if row.logo else None
        live = [entry for entry in programs_of(session, workspace) if entry.live_version]
        shown = {
            "form": form,
            "logo_address": picture_address(workspace_slug(session, workspace), logo) if logo else "",
            "sample": live[0] if live else None,
            "was": {name: request.POST.get(f"was_{name}", getattr(row, name)) for name in FIELDS},
        }
        return page(request, "design/branding.html", session, workspace, shown)


def _filled(row: BrandingRow) -> BrandingForm:
    return BrandingForm(initial={name: getattr(row, name) for name in FIELDS})


def _given(cleaned: dict[str, Any], sent: QueryDict) -> dict[str, str]:
    """What is another than it was when the page was opened: what a colleague has saved meanwhile stays."""
    told = {name: str(cleaned[name]) for name in FIELDS}
    given = {name: text for name, text in told.items() if _plain(text) != _plain(sent.get(f"was_{name}"))}
    if isinstance(cleaned.get("logo"), ReadPicture):
        given["logo"] = cleaned["logo"].digest
    elif cleaned.get("without_logo"):
        given["logo"] = ""
    return given


def _plain(text: str | None) -> str | None:
    """Without what browsers make of the ends of lines."""
    return None if text is None else text.replace("\r\n", "\n").strip()


def _change(given: dict[str, str], logo: ReadPicture | None, asked: Asked) -> Performed[BrandingRow]:
    if logo is not None:
        taken = take_picture(logo, asked=beside(asked, 0))
        if taken.refusal is not None:
            return Performed(refusal=taken.refusal)
    return change_branding(given, asked=asked)
