"""API keys: who may call the API, and with which scopes. A secret is shown once, in the answer to its making, and kept nowhere."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from passaparola.actions.keys.change import NewKey, create_key, revoke_key
from passaparola.actions.keys.scopes import EVERYTHING, SCOPES
from passaparola.inbound.web.operators.acting import act
from passaparola.inbound.web.operators.entry import staff_page, the_workspace
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.keys import KeyRow
from passaparola.store.read.pages import KEYS, page_of
from passaparola.store.read.snapshot import reading

MOST = 200
LONGEST_NAME = 100


@require_safe
@staff_page
def keys(request: HttpRequest) -> HttpResponse:
    """The keys, the newest first, without their secrets."""
    return _page(request, None)


def _page(request: HttpRequest, fresh: NewKey | None) -> HttpResponse:
    workspace = the_workspace()
    with reading() as session:
        rows = page_of(session, KEYS, workspace, given={}, before=None, limit=MOST)
        known = [KeyRow.of(tuple(row.values())) for row in rows]
        given = {"keys": known, "scopes": SCOPES, "fresh": fresh}
        return page(request, "settings.html", session, workspace, given)


@require_POST
@staff_page
def make_key(request: HttpRequest) -> HttpResponse:
    """A new key, with its secret in this answer only. The form sent again makes no second key and shows no secret."""
    name = "".join(c for c in request.POST.get("name", "") if c.isprintable()).strip()[:LONGEST_NAME]
    publishable, everything = request.POST.get("kind") == "publishable", request.POST.get("kind") == "everything"
    scopes = (
        [] if publishable else [EVERYTHING] if everything else [s for s in request.POST.getlist("scope") if s in SCOPES]
    )
    origins, wrong = _origins(request.POST.get("origins", "")) if publishable else ([], "")
    if not name:
        wrong = gettext("Give the key a name, so that you know later who uses it.")
    elif not publishable and not scopes:
        wrong = gettext("Choose at least one thing that the key may do.")
    if wrong:
        messages.error(request, wrong)
        return redirect("settings")

    made: list[NewKey] = []
    answer = act(
        request,
        lambda asked: create_key(name, scopes=scopes, publishable=publishable, origins=origins, asked=asked),
        to=reverse("settings"),
        said=gettext("The key was made."),
        shown=made.append,
    )
    return _page(request, made[0]) if made else answer


@require_POST
@staff_page
def revoke(request: HttpRequest, key: str) -> HttpResponse:
    """End a key within five seconds."""
    said = gettext("The key is revoked: within five seconds it opens nothing any more.")
    return act(request, lambda asked: revoke_key(key, asked=asked), to=reverse("settings"), said=said)


def _origins(text: str) -> tuple[list[str], str]:
    """Web addresses, one a line or separated by commas; and what is wrong with them."""
    origins = [part.strip().rstrip("/") for part in text.replace(",", "\n").split("\n") if part.strip()]
    wrong = [origin for origin in origins if not _is_origin(origin)]
    if wrong:
        return [], gettext("%(address)s is no web address such as https://shop.example.com.") % {
            "address": wrong[0][:80]
        }
    return origins[:32], ""


def _is_origin(text: str) -> bool:
    try:
        parts: Any = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and text == f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        return False
