"""In which language a page is read: the one that the reader chose, else one that their browser asks for, else the program's."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from passaparola.domain.programs.compiled import Program


def read_as_program(request: HttpRequest, program: Program | None) -> None:
    """Go on in the program's language where neither the reader nor the browser names one of ours."""
    if program is not None and not _asks(request):
        translation.activate(program.language)


def _asks(request: HttpRequest) -> bool:
    """Whether the choice that is kept, or the browser, names a language of ours."""
    named = [request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")]
    named += [code for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    return any(_ours(code) for code in named if code and code != "*")


def _ours(code: str) -> bool:
    try:
        translation.get_supported_language_variant(code)
    except LookupError:
        return False
    return True
