"""Connect: what to copy into the firm's site, from where it may be used, how it looks, and whether it was seen."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from passaparola.actions.keys.change import create_key
from passaparola.domain.programs.compiled import ProgramStatus
from passaparola.domain.user_tokens import signing_secret
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.web.operators.acting import Ways, act
from passaparola.inbound.web.operators.connect.snippets import ORDER, framed, places, script
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.settings import read_origins
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.keys import KeyRow
from passaparola.store.read.pages import KEYS, page_of
from passaparola.store.read.snapshot import Session, reading

MOST = 200
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


class SiteForm(forms.Form):
    """The addresses of the pages that shall show something of ours."""

    origins = forms.CharField(
        label=gettext_lazy("Address of your site"),
        help_text=gettext_lazy("With https://, without a page. Several with commas between them."),
        max_length=2000,
        widget=forms.TextInput(attrs={"dir": "ltr", "placeholder": "https://shop.example.com"}),
        error_messages={"required": gettext_lazy("Write the address of your site.")},
    )

    def clean_origins(self) -> list[str]:
        """As browsers name them."""
        origins, wrong = read_origins(self.cleaned_data["origins"])
        if wrong or not origins:
            raise forms.ValidationError(wrong or self.fields["origins"].error_messages["required"])
        return origins


@require_safe
@needs(Permit.KEYS)
def connect(request: HttpRequest) -> HttpResponse:
    """The lines to copy for one of the keys."""
    return _page(request, SiteForm())


@require_POST
@needs(Permit.KEYS)
def make_site_key(request: HttpRequest) -> HttpResponse:
    """A publishable key for these addresses. Its beginning, which is all that a page needs, is no secret."""
    form = SiteForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    origins = form.cleaned_data["origins"]
    name = origins[0].partition("://")[2][:100]
    return act(
        request,
        lambda asked: create_key(name, publishable=True, origins=origins, asked=asked),
        to=Ways(reverse("connect"), lambda: _page(request, form)),
        said=gettext("Done. Copy the lines below into your site."),
    )


def _page(request: HttpRequest, form: SiteForm) -> HttpResponse:
    workspace = the_workspace()
    with reading() as session:
        given = {"form": form, "here": reverse("connect"), **_shown(request, session, workspace)}
        answer = page(request, "connect/site.html", session, workspace, given)
    answer.headers["Content-Security-Policy"] = f"{POLICY}; frame-src {settings.PUBLIC_URL}"
    return answer


def _shown(request: HttpRequest, session: Session, workspace: str) -> dict[str, Any]:
    rows = [KeyRow.of(tuple(r.values())) for r in page_of(session, KEYS, workspace, given={}, before=None, limit=MOST)]
    keys = [row for row in rows if row.publishable and row.origins and row.revoked_at is None]
    key = next((row for row in keys if row.prefix == request.GET.get("key")), keys[0] if keys else None)
    live = [entry for entry in programs_of(session, workspace) if entry.status == ProgramStatus.ACTIVE]
    program = next((entry for entry in live if entry.slug == request.GET.get("program")), live[0] if live else None)
    if key is None or program is None:
        return {"keys": keys, "key": key, "programs": live}
    which = program.slug if len(live) > 1 else ""
    return {
        "keys": keys,
        "key": key,
        "programs": live,
        "program": program,
        "script": script(key.prefix),
        "places": places(which),
        "framed": framed(key.prefix, gettext("Recommend us")),
        "order": ORDER,
        "secret": signing_secret(the_keyring(), key.id),
        "preview": f"{settings.PUBLIC_URL}/w/v1/{key.prefix}/frame/section?program={program.slug}",
    }
