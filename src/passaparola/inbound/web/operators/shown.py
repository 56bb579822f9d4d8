"""What every page of staff shows besides its own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from passaparola import __version__
from passaparola.inbound.web.operators.acting import form_token
from passaparola.inbound.web.operators.entry import second_factor_demanded
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.desk import open_findings
from passaparola.store.read.snapshot import Session


def page(request: HttpRequest, template: str, session: Session, workspace: str, given: dict[str, Any]) -> HttpResponse:
    """The page, with the programs and the number of open findings for its top bar, and a token for its forms."""
    entries = given.pop("entries", None)
    return render(
        request,
        f"operator/{template}",
        {
            "nav_programs": programs_of(session, workspace) if entries is None else entries,
            "open_findings": open_findings(session, workspace),
            "form_token": form_token(),
            "version": __version__,
            "factor_offered": not second_factor_demanded(),
            **given,
        },
    )
