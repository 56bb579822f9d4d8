"""In which language a page is read: the one that the reader chose, else one that their browser asks for, else the program's."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.spoken import spoken_by, subject_of
from passaparola.inbound.programs_known import programs_of

FOUND = "passaparola.language_found"  # in the environment of a request whose language is settled


def read_as(request: HttpRequest, spoken: Callable[[], str], *, chosen: str = "") -> None:
    """Go on in the reader's language: what they chose in this browser, what they chose in their portal (`chosen`), what this browser
    asks for. Where nobody names one of ours, in what is spoken here, which is asked only then. What was found first stands."""
    if FOUND in request.META:
        return
    request.META[FOUND] = True
    if _ours(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")):
        return
    if chosen or not _browser_asks(request):
        translation.activate(chosen or spoken())


def read_as_program(request: HttpRequest, program: Program | None) -> None:
    """On a page of a program."""
    if program is not None:
        read_as(request, lambda: str(program.language))


def read_as_firm(request: HttpRequest, workspace: str, program: str | None = None) -> None:
    """On a page of one of a firm's programs (our id), or of the firm's that is of none."""
    read_as(request, lambda: firms_language(workspace, program))


def firms_language(workspace: str, program: str | None = None) -> str:
    """What a program of a firm speaks; without one, or of one that never ran, what all of them do."""
    known = {key: versions.live for key, versions in programs_of(workspace).items()}
    return spoken_by([known[program]] if program in known else known.values())


def firms_subject(workspace: str, program: str | None = None) -> str:
    """Whom a program of a firm is about; without one, all of them."""
    known = {key: versions.live for key, versions in programs_of(workspace).items()}
    return subject_of([known[program]] if program in known else known.values())


def _browser_asks(request: HttpRequest) -> bool:
    """Whether the browser names a language of ours."""
    named = (code for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")))
    return any(_ours(code) for code in named if code != "*")


def _ours(code: str) -> bool:
    try:
        translation.get_supported_language_variant(code)
    except LookupError:
        return False
    return True
