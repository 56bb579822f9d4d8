"""What everybody sees of a program's leaderboard, with who it is, and posts about it that are ready to be copied."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from passaparola.actions.leaders.names import allow_name, bar_name
from passaparola.actions.leaders.show import ShownBoard, boards_shown
from passaparola.domain.design.blocks import LANGUAGES
from passaparola.domain.programs.compiled import Program
from passaparola.inbound.leaders import address_of, posts_of, said_board
from passaparola.inbound.programs_known import programs_of as live_programs_of
from passaparola.inbound.sharing import here
from passaparola.inbound.today import now_in
from passaparola.inbound.web.operators.acting import act, note_of
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.programs import entry_of
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.explanations import labels
from passaparola.store.read.offers import firm_of
from passaparola.store.read.snapshot import reading

PLACES = {"x": "X", "any": gettext_lazy("Every other place")}


@require_safe
@needs(Permit.VIEW)
def leaderboard(request: HttpRequest, slug: str) -> HttpResponse:
    """The board of this period and the one before, and the posts in one language: `?language=pl`."""
    workspace = the_workspace()
    asked = request.GET.get("language", "")
    language = asked if asked in LANGUAGES else here() if here() in LANGUAGES else LANGUAGES[0]
    with reading() as session:
        entries = programs_of(session, workspace)
        entry = entry_of(entries, slug)
    versions = live_programs_of(workspace).get(entry.key)
    if versions is None or versions.live.leaderboard is None:
        raise Http404
    with reading() as session:
        boards = boards_shown(session, workspace, versions, now=now_in(workspace))
        firm = firm_of(session, workspace)
        people = {leader.person for board in boards for leader in board.leaders}
        address = address_of(versions.live, firm)
        given = {
            "entry": entry,
            "entries": entries,
            "boards": [said_board(board, versions.live) for board in boards],
            "address": address,
            "labels": labels(session, workspace, people),
            "posts": _posts(boards, versions.live, address, language),
            "language": language,
            "languages": [(code, dict(settings.LANGUAGES)[code]) for code in LANGUAGES],
        }
        return page(request, "leaders/board.html", session, workspace, given)


def _posts(boards: list[ShownBoard], program: Program, address: str, language: str) -> list[dict[str, Any]]:
    """About the period that runs, and the one before."""
    with translation.override(language):
        posts = [post for board in boards for post in posts_of(board, program, address)]
    return [{**post, "place": PLACES[post["place"]]} for post in posts]


@require_POST
@needs(Permit.SUPPORT)
def bar(request: HttpRequest, key: str) -> HttpResponse:
    """Take somebody's public name away, and say why."""
    reason, to = note_of(request), f"{reverse('person', kwargs={'key': key})}#public"
    said = gettext_lazy("The public name is gone from every page. They read why in their portal.")
    return act(request, lambda asked: bar_name(key, reason=reason, asked=asked), to=to, said=str(said))


@require_POST
@needs(Permit.SUPPORT)
def allow(request: HttpRequest, key: str) -> HttpResponse:
    """Let somebody choose a public name again."""
    to = f"{reverse('person', kwargs={'key': key})}#public"
    said = gettext_lazy("They may choose a public name again.")
    return act(request, lambda asked: allow_name(key, asked=asked), to=to, said=str(said))
