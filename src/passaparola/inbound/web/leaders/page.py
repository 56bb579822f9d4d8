"""Who brought most, for everybody: found by no search engine, kept by nobody, so that a name that was taken back is gone at once."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from passaparola.actions.leaders.show import boards_shown
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.programs.compiled import ProgramStatus
from passaparola.inbound.leaders import DEFAULT, said_board
from passaparola.inbound.programs_known import programs_of
from passaparola.inbound.today import now_in
from passaparola.inbound.web.friends.answers import missing, page
from passaparola.inbound.web.reading import read_as_program
from passaparola.inbound.web.widget.saying import join_path
from passaparola.store.read.catalogue import default_workspace
from passaparola.store.read.offers import firm_of
from passaparola.store.read.snapshot import reading


@require_safe
def leaders(request: HttpRequest, slug: str, workspace: str = DEFAULT) -> HttpResponse:
    """The period that runs, and the one before it. The same page for a program without a leaderboard as for none at all."""
    with reading() as session:
        key = default_workspace(session, workspace)
    versions = _program(key, slug) if key is not None else None
    if key is None or versions is None:
        return missing(request)
    program, now = versions.live, now_in(key)
    read_as_program(request, program)
    with reading() as session:
        boards, firm = boards_shown(session, key, versions, now=now), firm_of(session, key)
    if not boards:
        return missing(request)
    context = {
        "firm": firm,
        "program": program.name,
        "boards": [said_board(board, program) for board in boards],
        "join": settings.PUBLIC_URL + join_path(program, firm) if program.status is ProgramStatus.ACTIVE else "",
    }
    return page("leaders/board.html", context)


def _program(workspace: str, slug: str) -> ProgramVersions | None:
    return next((v for v in programs_of(workspace).values() if v.live.slug == slug), None)
