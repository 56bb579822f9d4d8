"""What every page of staff shows besides its own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from passaparola import __version__
from passaparola.inbound.web.operators.acting import form_token
from passaparola.inbound.web.operators.here import permits_here, second_factor_demanded, the_workspace
from passaparola.inbound.web.operators.navigation import NAVIGATION, PROGRAM_TABS, shown
from passaparola.inbound.web.operators.permits import Permit
from passaparola.store.read.desk import frame_of
from passaparola.store.read.snapshot import Session, reading


def page(
    request: HttpRequest, template: str, session: Session, workspace: str, given: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page in its frame: `template` below templates/operator, with the side bar, a token for its forms, and what is `given`.

    With `entry` (a program's) in `given` it has the tabs of the program. `permits` holds what whoever asks may do, by name:
    `{% if permits.decide_rewards %}`. `here` is the address that shows this page; an answer to a form sent to another address gives it.
    """
    permits = permits_here(request)
    entry = given.get("entry")
    slug = getattr(entry, "slug", None)
    context = {
        "navigation": shown(NAVIGATION, request.path, permits),
        "tabs": shown(PROGRAM_TABS, request.path, permits, slug=slug) if slug else [],
        "permits": {
            permit.value: permit in permits for permit in Permit
        },  # all: `permits.keys` is else the method of the dict
        **frame_of(session, workspace),
        "form_token": form_token(),
        "version": __version__,
        "here": request.path,
        "factor_offered": not second_factor_demanded(),
        **given,
    }
    return render(request, f"operator/{template}", context, status=status)


def closed_page(request: HttpRequest, permit: Permit) -> HttpResponse:
    """The role has not what the page needs."""
    return _said(request, "closed.html", 403, permit=permit)


def missing_page(request: HttpRequest) -> HttpResponse:
    """There is nothing at this address."""
    return _said(request, "missing.html", 404)


def _said(request: HttpRequest, template: str, status: int, **given: Any) -> HttpResponse:
    with reading() as session:
        return page(request, template, session, the_workspace(), given, status)
