"""An advocate lets the firm quote them: the words and the name are theirs, and they take both back whenever they like."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from passaparola.actions.acting import Asked, done
from passaparola.actions.joining.show import programs_shown
from passaparola.actions.quotes.say import Consent, add_quote, withdraw_quote
from passaparola.domain.programs.compiled import Program
from passaparola.domain.quotes import LONGEST_QUOTE, LONGEST_SHOWN_AS, ConsentBy, QuoteState, troubles
from passaparola.inbound.rates import Rate
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_in
from passaparola.inbound.web.advocates.answers import gone_on, missing, page, patient
from passaparola.inbound.web.advocates.portal import RUNS
from passaparola.inbound.web.advocates.sessions import Visitor, portal_page
from passaparola.store.read.offers import firm_of
from passaparola.store.read.portal import parts_of
from passaparola.store.read.quotes import QuoteRow, quote_by_id, quotes_of
from passaparola.store.read.snapshot import reading

WHO, HERE = "portal", "/me/quotes/"
OFFERS = Rate(20, 3600)  # sentences that somebody may offer in an hour
STATES = {
    QuoteState.PROPOSED: (gettext_lazy("We are reading it"), "warm"),
    QuoteState.APPROVED: (gettext_lazy("In public"), "good"),
    QuoteState.HIDDEN: (gettext_lazy("Not shown"), ""),
}


@require_http_methods(["GET", "HEAD", "POST"])
@patient
@portal_page
def quotes(request: HttpRequest, who: Visitor) -> HttpResponse:
    """What they said, and a form for more. The consent is given with each sentence, by a box that nobody has ticked for them."""
    own = _programs(who)
    if request.method != "POST" or not own:
        return _shown(request, who, own, {}, {})
    given = {name: request.POST.get(name, "")[:1000] for name in ("text", "shown_as", "language", "program", "agreed")}
    wrong = _wrong(given, own)
    if not wrong and not OFFERS.spend(who.person):
        wrong["text"] = gettext("You have offered many sentences within the last hour. Try again later.")
    if wrong:
        return _shown(request, who, own, given, wrong)
    asked, slug = Asked(who.workspace, now_in(who.workspace), WHO), own[given["program"]].slug
    said, agreed = {name: given[name] for name in ("text", "shown_as", "language")}, Consent(ConsentBy.PORTAL)
    performed = the_writer().run(lambda: add_quote(slug, said, asked=asked, person=who.person, consent=agreed))
    if performed.refusal is not None:
        why = gettext(performed.refusal.sentence) % performed.refusal.said
        return _shown(request, who, own, given, {"text": f"{why[:1].upper()}{why[1:]}."})
    return gone_on(f"{HERE}?said")


@require_POST
@patient
@portal_page
def withdraw(request: HttpRequest, who: Visitor, key: str) -> HttpResponse:
    """Take one back: at once, for good. One of somebody else is as good as none."""
    with reading() as session:
        row = quote_by_id(session, who.workspace, key)
    if row is None or row.person not in who.group:
        return missing(request)
    asked = Asked(who.workspace, now_in(who.workspace), WHO)
    done(the_writer().run(lambda: withdraw_quote(key, asked=asked)))
    return gone_on(f"{HERE}?gone")


def _programs(who: Visitor) -> dict[str, Program]:
    """Those of which they may speak, by our ids."""
    programs = programs_shown(who.workspace)
    with reading() as session:
        mine = [part.program for part in parts_of(session, who.workspace, who.group) if part.status != "suspended"]
    return {key: programs[key] for key in mine if key in programs and programs[key].status in RUNS}


def _wrong(given: dict[str, str], own: dict[str, Program]) -> dict[str, str]:
    """What must be mended, by field; with one program nobody is asked for which."""
    wrong: dict[str, str] = {}
    if len(own) == 1:
        given["program"] = next(iter(own))
    if given["program"] not in own:
        wrong["program"] = gettext("Choose the program.")
    if given["agreed"] != "yes":
        wrong["agreed"] = gettext("Without your consent we quote you nowhere: tick the box if you agree.")
    for problem in troubles(given):
        told = gettext(problem.sentence) % {name: gettext(word) for name, word in problem.said.items()}
        wrong[problem.field] = f"{told[:1].upper()}{told[1:]}."
    return wrong


def _shown(
    request: HttpRequest, who: Visitor, own: dict[str, Program], given: dict[str, str], wrong: dict[str, str]
) -> HttpResponse:
    with reading() as session:
        firm = firm_of(session, who.workspace)
        rows = quotes_of(session, who.workspace, who.group)
    context: dict[str, Any] = {
        "firm": firm,
        "here": "settings",
        "rows": [_said(row) for row in rows],
        "programs": [(key, program.name) for key, program in own.items()],
        "languages": settings.LANGUAGES,
        "given": {"language": (get_language() or "en")[:2], **given},
        "wrong": wrong,
        "said": "said" in request.GET,
        "gone": "gone" in request.GET,
        "longest": LONGEST_QUOTE,
        "longest_name": LONGEST_SHOWN_AS,
    }
    return page(request, "advocate/quotes.html", context, 422 if wrong else 200)


def _said(row: QuoteRow) -> dict[str, Any]:
    state, mood = STATES[QuoteState(row.state)]
    return {"row": row, "state": state, "mood": mood}
