"""A leaderboard for a place of another site: places, names of those who agreed, nothing else."""

from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext, ngettext

from passaparola.actions.leaders.show import board_of, boards_shown
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.inbound.leaders import address_of, said_board
from passaparola.inbound.programs_known import programs_of
from passaparola.inbound.today import now_in
from passaparola.inbound.web.widget.callers import Caller, answered
from passaparola.inbound.web.widget.saying import program_of, read_in
from passaparola.store.read.offers import firm_of
from passaparola.store.read.snapshot import reading


@answered(("GET",))
def leaderboard(request: HttpRequest, caller: Caller) -> dict[str, Any]:
    """The period that runs; where nobody is in it yet, the one before. Nothing for a program without a leaderboard."""
    program = program_of(caller.workspace, request.GET.get("program", "")[:64])
    versions = programs_of(caller.workspace).get(program.key) if program is not None else None
    if versions is None or board_of(versions) is None:
        return {}
    with translation.override(read_in(request, request.GET.get("lang", ""), versions.live)):
        return _said(caller.workspace, versions)


def _said(workspace: str, versions: ProgramVersions) -> dict[str, Any]:
    program, now = versions.live, now_in(workspace)
    with reading() as session:
        boards, firm = boards_shown(session, workspace, versions, now=now), firm_of(session, workspace)
    said = [said_board(board, program) for board in boards]
    board = next((one for one in said if one["rows"]), said[0])
    names = ("place", "name", "people", "earned")
    more = ngettext(
        "%(n)s more advocate shares the last place.", "%(n)s more advocates share the last place.", board["more"]
    )
    return {
        "title": gettext("Who recommends us most"),
        "heading": board["heading"],
        "earned": board["earned"],
        "rows": [{name: row[name] for name in names} for row in board["rows"]],
        "alias": gettext("An advocate"),
        "more": more % {"n": board["more"]} if board["more"] else "",
        "empty": _empty(board),
        "note": gettext("Only those who agreed are named. Updated every few minutes."),
        "address": address_of(program, firm),
        "whole": gettext("The whole leaderboard"),
    }


def _empty(board: dict[str, Any]) -> str:
    """Why nobody stands on it, as its page says it."""
    if board["of"]:
        return gettext("Nobody on this leaderboard has agreed to be named yet.")
    if board["counted"]:
        return gettext("Nobody has brought anybody yet. The first place is free.")
    return gettext("The places are being counted. Look again in a few minutes.")
