"""A friend is missing: the advocate asks, sees what we know of their own link at that time, and later what came of it."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_http_methods

from passaparola.actions.acting import Asked
from passaparola.actions.joining.show import programs_shown
from passaparola.actions.requests.miss import Missing, miss_referral
from passaparola.domain.instant import DAY, Instant, instant_of_day, iso, local_date
from passaparola.domain.people.identity import UnableToReadIdentity, canonical
from passaparola.domain.programs.compiled import Program
from passaparola.domain.referrals.requests import ADVOCATE_WORDS, Refused, RequestState
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_in
from passaparola.inbound.web.advocates.answers import gone_on, page, patient
from passaparola.inbound.web.advocates.sessions import Visitor, portal_page
from passaparola.inbound.web.advocates.words import day_text, tongue_of
from passaparola.store.read.offers import firm_of
from passaparola.store.read.portal import parts_of
from passaparola.store.read.requests import RequestRow, missed_by, visits_near
from passaparola.store.read.snapshot import reading

WHO = "portal"
MOST, LONGEST_WORDS, LONGEST_ADDRESS = 25, 500, 254
NEAR: Instant = 7 * DAY
OLDEST: Instant = 730 * DAY
STATES = {
    RequestState.OPEN: "waits",
    RequestState.ACCEPTED: "counted",
    RequestState.REFUSED: "not",
    RequestState.LAPSED: "over",
}


@require_http_methods(["GET", "HEAD", "POST"])
@patient
@portal_page
def missing_friends(request: HttpRequest, who: Visitor) -> HttpResponse:
    """The form, and what they asked before. The answer to a request tells nothing of who is known by the address."""
    programs = programs_shown(who.workspace)
    with reading() as session:
        mine = [p.program for p in parts_of(session, who.workspace, who.group) if p.status != "suspended"]
    own = {key: programs[key] for key in mine if key in programs}
    if request.method != "POST" or not own:
        return _shown(request, who, own, {}, {})
    given = {name: request.POST.get(name, "").strip()[:LONGEST_WORDS] for name in ("email", "day", "words", "program")}
    read, wrong = _read(given, who, own)
    if read is None:
        return _shown(request, who, own, given, wrong)
    asked, keys = Asked(who.workspace, now_in(who.workspace), WHO), the_keyring()
    performed = the_writer().run(lambda: miss_referral(read, asked=asked, keys=keys))
    if performed.refusal is not None:
        return _shown(request, who, own, given, {"email": gettext(performed.refusal.sentence)})
    return gone_on("/me/missing/?asked")


def _read(given: dict[str, str], who: Visitor, own: dict[str, Program]) -> tuple[Missing | None, dict[str, str]]:
    wrong: dict[str, str] = {}
    try:
        friend = canonical("email", given["email"])
    except UnableToReadIdentity:
        friend, wrong["email"] = ("", ""), gettext("Write an address such as ada@example.com.")
    program = next(iter(own)) if len(own) == 1 else given["program"]
    if program not in own:
        wrong["program"] = gettext("Choose the program.")
    at, now = _moment(given["day"], own[program].timezone if program in own else "UTC"), now_in(who.workspace)
    if at is None or not now - OLDEST < at <= now:
        wrong["day"] = gettext("Write a day of the last two years.")
    if wrong or at is None:
        return None, wrong
    words = "".join(c if c.isprintable() else " " for c in given["words"])
    return Missing(program, who.person, friend, at, words, (get_language() or "en")[:12]), {}


def _moment(day: str, timezone: str) -> Instant | None:
    try:
        return instant_of_day(date.fromisoformat(day), timezone)
    except (ValueError, OverflowError):
        return None


def _shown(
    request: HttpRequest, who: Visitor, own: dict[str, Program], given: dict[str, str], wrong: dict[str, str]
) -> HttpResponse:
    now, known = now_in(who.workspace), programs_shown(who.workspace)
    with reading() as session:
        firm = firm_of(session, who.workspace)
        rows = missed_by(session, who.workspace, who.group, MOST)
        visits = {
            row.id: visits_near(session, who.workspace, who.group, row.came_at - NEAR, row.came_at + NEAR)
            for row in rows
            if row.state == RequestState.OPEN
        }
    context: dict[str, Any] = {
        "firm": firm,
        "here": "friends",
        "rows": [_said(row, visits.get(row.id), known) for row in rows],
        "programs": [(key, program.name) for key, program in own.items()],
        "given": given,
        "wrong": wrong,
        "asked": "asked" in request.GET,
        "today": max(local_date(now, zone) for zone in ("UTC", *(p.timezone for p in own.values()))).isoformat(),
        "oldest": iso(now - OLDEST + DAY)[:10],
    }
    return page(request, "advocate/missing.html", context, 422 if wrong else 200)


def _said(row: RequestRow, visits: int | None, programs: dict[str, Program]) -> dict[str, Any]:
    seen = ""
    if visits is not None:
        seen = ngettext(
            "Your link was opened %(n)s time in the week before and after.",
            "Your link was opened %(n)s times in the week before and after.",
            visits,
        ) % {"n": visits}
    program = programs[row.program]
    tongue, day = tongue_of(program), local_date(row.came_at + DAY // 2, program.timezone)  # it began in whatever zone
    why = tongue.gettext(ADVOCATE_WORDS[Refused(row.reason)]) if row.reason else ""
    return {
        "day": day_text(instant_of_day(day, "UTC")),
        "state": STATES[RequestState(row.state)],
        "why": why,
        "seen": seen,
    }
