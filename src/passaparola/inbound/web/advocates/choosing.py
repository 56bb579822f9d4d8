"""Which of several rewards an advocate would rather have, where a program leaves it to them."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from passaparola.actions.acting import Asked, NotFound
from passaparola.actions.joining.show import programs_shown
from passaparola.actions.rewards.choose import Preference, choose
from passaparola.domain.programs.compiled import Program, Side
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_in
from passaparola.inbound.tongue import the_tongue
from passaparola.inbound.web.advocates.answers import gone_on, missing, patient
from passaparola.inbound.web.advocates.sessions import Visitor, portal_page
from passaparola.inbound.web.advocates.words import gain_words
from passaparola.store.read.portal import parts_of
from passaparola.store.read.preferences import preferences
from passaparola.store.read.snapshot import Session

WHO = "portal"


def choices_of(session: Session, who: Visitor, programs: dict[str, Program]) -> list[dict[str, Any]]:
    """What they may choose between in the programs that they take part in, with the choice that counts now."""
    mine = [part.program for part in parts_of(session, who.workspace, who.group) if part.program in programs]
    open_to = {key: options for key in mine if (options := _options(programs[key]))}
    if not open_to:
        return []
    wishes = {(p, choice): rule for p, _, choice, rule in preferences(session, who.workspace, open_to, who.group)}
    return [
        {
            "program": programs[key].slug,
            "name": programs[key].name,
            "choice": choice,
            "options": options,
            "chosen": wishes.get((key, choice), options[0][0]),
        }
        for key, groups in open_to.items()
        for choice, options in groups
    ]


def _options(program: Program) -> list[tuple[str, list[tuple[str, str]]]]:
    """(the word of the choice, [(rule, what it gives)]) of an advocate's rewards, where there is more than one of a word."""
    rules = sorted((r for r in program.rules if r.choice and r.side is Side.ADVOCATE), key=lambda r: str(r.choice))
    groups = [(str(word), list(found)) for word, found in groupby(rules, key=lambda r: r.choice)]
    tongue = the_tongue()
    return [(word, [(r.id, gain_words(r, tongue)) for r in found]) for word, found in groups if len(found) > 1]


@require_POST
@patient
@portal_page
def choose_reward(request: HttpRequest, who: Visitor) -> HttpResponse:
    """Keep the wish: it counts for what is earned from now on."""
    given = {name: request.POST.get(name, "")[:64] for name in ("program", "choice", "rule")}
    slugs = {program.slug for program in programs_shown(who.workspace).values()}
    if given["program"] not in slugs:
        return missing(request)
    wish = Preference(given["program"], who.person, given["choice"], given["rule"])
    asked = Asked(who.workspace, now_in(who.workspace), WHO)
    try:
        done = the_writer().run(lambda: choose(wish, asked=asked))
    except NotFound:
        return missing(request)
    return missing(request) if done.refusal else gone_on("/me/rewards/?chosen")
