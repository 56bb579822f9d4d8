"""Addresses at which there is nothing, and pages of what went wrong: they say whom to ask, where it is plain whose page was meant."""

from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import bad_request

from passaparola.inbound.api.answers import trouble
from passaparola.inbound.api.problems import Problem
from passaparola.inbound.web.reading import read_as_firm
from passaparola.store.read.catalogue import workspaces_in_use
from passaparola.store.read.offers import Firm, firm_of
from passaparola.store.read.snapshot import reading

_only: Firm | None = None  # the only firm of the installation, as it was last read


def firm_remembered() -> Firm | None:
    """The only firm of the installation, without asking the database, which may be away; None where there are several, or none was read
    yet."""
    return _only


def remember_firm() -> None:
    """Read it anew. Raises DatabaseError."""
    global _only
    with reading() as session:
        known = workspaces_in_use(session, 2)
        _only = firm_of(session, known[0]) if len(known) == 1 else None


def forget_firm() -> None:
    """Nobody is known."""
    global _only
    _only = None


def firm_meant(request: HttpRequest, workspace: str | None = None) -> Firm | None:
    """The firm of this workspace (our id), else the only one of the installation; None where several may be meant. The page is read in its
    language."""
    try:
        with reading() as session:
            known = [workspace] if workspace else workspaces_in_use(session, 2)
            if len(known) != 1:
                return None
            firm = firm_of(session, known[0])
        read_as_firm(request, known[0])
    except DatabaseError:
        return None if workspace else firm_remembered()
    return firm


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for what Django does not take, such as a host that this installation does not go by: as the API or as a page says it."""
    if not request.path.startswith("/api/"):
        return bad_request(request, exception)
    why = "The Host of the request is none of PASSAPAROLA_HOSTS." if isinstance(exception, DisallowedHost) else ""
    return trouble(Problem("malformed", why))


def nothing_here(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  as Django calls it
    """404 for every address that leads to no view, and for what a view does not find."""
    return render(request, "404.html", {"firm": firm_meant(request)}, status=404)
