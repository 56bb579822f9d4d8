"""The landing page of a link, and taking its offer."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passaparola.actions.acting import Asked, Performed
from passaparola.actions.design.pages import record_play
from passaparola.actions.offers.accept import TOO_MANY_ASKED, Accepted, Taker, accept_offer
from passaparola.actions.offers.record import record_acceptances
from passaparola.actions.offers.show import OfferState, ShownOffer, new_visit, show_offer, visit_of
from passaparola.actions.visits.confirm import confirm_visit
from passaparola.actions.writer import QueueFull, Unanswered, WriterStopped
from passaparola.domain.people.identity import UnableToReadIdentity, canonical
from passaparola.domain.programs.compiled import Trigger
from passaparola.domain.tokens import Clicked
from passaparola.domain.visits import VisitKind, kind_of
from passaparola.inbound.client_address import client_network
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.links.bots import is_bot
from passaparola.inbound.rates import Rate
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_in
from passaparola.inbound.web.advocates.browser_token import known_browser
from passaparola.inbound.web.advocates.sessions import visitor
from passaparola.inbound.web.friends.answers import HEADERS, gone_on, missing, page
from passaparola.inbound.web.friends.blocks import blocks_of, film_of
from passaparola.inbound.web.friends.greeting import greeting, returned
from passaparola.inbound.web.friends.offers import said_of, shop_address, token_of
from passaparola.inbound.web.friends.previews import preview_of
from passaparola.inbound.web.reading import read_as_program
from passaparola.store.read.joining import enrolments_of_browser
from passaparola.store.read.offers import AcceptanceRow, acceptance_of_visit
from passaparola.store.read.snapshot import reading

FRIEND = "friend"  # who acts, as the log names it
LONGEST_TOKEN = 400
STATUS = {OfferState.OPEN: 200, OfferState.PAUSED: 200, OfferState.OVER: 410}
PLAYS = Rate(60, 3600)  # films that one network may play in an hour
VISITS = Rate(60, 3600)  # visits that one network may begin here in an hour, without the redirect


@require_safe
def landing(request: HttpRequest, slug: str) -> HttpResponse:
    """Who recommends, what both get, and one thing to do. A person's navigation confirms the visit; a machine's look counts nothing."""
    shown = show_offer(slug.lower())
    if shown is None:
        return missing(request)
    read_as_program(request, shown.program)
    if shown.state is not OfferState.OPEN:
        return page("friend/closed.html", said_of(shown), STATUS[shown.state])
    there = shown.at_location(request.GET.get("location", ""))
    return _landing(there, _visit(request, there), own=_is_own(request, shown))


def _landing(
    shown: ShownOffer, clicked: Clicked, *, address: str = "", wrong: str = "", own: bool = False
) -> HttpResponse:
    token = token_of(shown, clicked, the_keyring())
    context = {
        **said_of(shown),
        **blocks_of(shown),
        "preview": preview_of(shown),
        "back": None if own or wrong else returned(shown, clicked, token),
        "greeting": greeting(shown.firm.look.tone),
    }
    context |= {"token": token, "address": address, "wrong": wrong, "own": own}
    return page("friend/landing.html", context, 422 if wrong else 200, film=film_of(context))


def _visit(request: HttpRequest, shown: ShownOffer) -> Clicked:
    """The visit that brought the friend, or one that begins now. It is a person's when the browser says that it opened this page."""
    keys, at = the_keyring(), now_in(shown.link.workspace)
    brought = visit_of(shown.link, request.GET.get("v", "")[:LONGEST_TOKEN], keys)
    clicked = brought or new_visit(shown.link, at, shown.location)
    bot = is_bot(request.headers.get("User-Agent", ""))
    opened = kind_of(request.META, method=request.method or "", bot=bot) is VisitKind.PERSON
    if opened and (brought is not None or VISITS.spend(client_network(request.META))):
        the_writer().post(lambda: confirm_visit(shown.link.workspace, clicked, at))
    return clicked


def _is_own(request: HttpRequest, shown: ShownOffer) -> bool:
    """Whether the advocate looks at their own link: by their portal, or by the browser that asked for it. No cookie, no look-up."""
    who = visitor(request)
    if who is not None and who.workspace == shown.link.workspace and shown.link.person in (who.person, *who.group):
        return True
    held = known_browser(request)
    if not held:
        return False
    with reading() as session:
        asked = enrolments_of_browser(session, shown.link.workspace, held, now_in(shown.link.workspace))
    return any(enrolment.link == shown.link.id for enrolment in asked)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, slug: str) -> HttpResponse:
    """POST takes the offer and goes on to the GET, which shows what was taken.

    Exempt from the CSRF check, which would need a cookie: the form is worth something only with the signed token of a visit, no cookie
    is read here, nobody is signed in. Whoever makes another's browser send it takes the offer for a visit of their own, which they can do
    without that browser, too.
    """
    shown = show_offer(slug.lower())
    if shown is None:
        return missing(request)
    read_as_program(request, shown.program)
    told = request.POST if request.method == "POST" else request.GET
    shown, token = shown.at_location(told.get("location", "")), told.get("v", "")[:LONGEST_TOKEN]
    clicked = visit_of(shown.link, token, the_keyring())
    if clicked is None or (request.method == "POST" and shown.state is not OfferState.OPEN):
        return gone_on(f"/l/{shown.link.slug}")
    if request.method == "POST":
        return _take(request, shown, clicked)
    return _taken(shown, clicked, token)


def _take(request: HttpRequest, shown: ShownOffer, clicked: Clicked) -> HttpResponse:
    given = request.POST.get("email", "").strip()[:500]
    try:
        address = canonical("email", given)[1] if given else ""
    except UnableToReadIdentity:
        return _asked_again(shown, clicked, given, gettext("Write an address such as ada@example.com."))
    if not address and _is_mailed(shown):
        return _landing(shown, clicked, wrong=gettext("Write the address to which we send it."))
    taker = Taker(clicked, address, (get_language() or "en")[:12], client_network(request.META))
    try:
        performed = _ask(shown, taker)
    except (QueueFull, WriterStopped, Unanswered):
        return page("friend/later.html", {"firm": shown.firm}, 503)
    if performed.refusal is not None and performed.refusal.reason == TOO_MANY_ASKED:
        return page("friend/later.html", {"firm": shown.firm}, 429)
    if performed.refusal is not None:
        return gone_on(f"/l/{shown.link.slug}")
    there = f"&location={shown.location}" if shown.location else ""
    return gone_on(f"/l/{shown.link.slug}/accept?v={token_of(shown, clicked, the_keyring())}{there}")


def _is_mailed(shown: ShownOffer) -> bool:
    return shown.program is not None and shown.program.trigger is Trigger.SIGNUP


def _asked_again(shown: ShownOffer, clicked: Clicked, address: str, wrong: str) -> HttpResponse:
    """The page that has the field: the landing page where the offer is mailed, else the one of what was taken."""
    if _is_mailed(shown):
        return _landing(shown, clicked, address=address, wrong=wrong)
    return _taken(shown, clicked, token_of(shown, clicked, the_keyring()), address=address, wrong=wrong)


def _ask(shown: ShownOffer, taker: Taker) -> Performed[Accepted]:
    keys, at, workspace = the_keyring(), now_in(shown.link.workspace), shown.link.workspace
    asked = Asked(workspace, at, FRIEND)
    performed = the_writer().run(lambda: accept_offer(shown.link.slug, taker=taker, keys=keys, asked=asked))
    the_writer().post(lambda: confirm_visit(workspace, taker.clicked, at))
    if taker.address:
        the_writer().post(
            lambda: record_acceptances(workspace, now=at, keys=keys)
        )  # soon; the clock does what this misses
    return performed


def _taken(shown: ShownOffer, clicked: Clicked, token: str, *, address: str = "", wrong: str = "") -> HttpResponse:
    """What was taken: the code and the way to the shop, or that a mail is on its way."""
    with reading() as session:
        taken = acceptance_of_visit(session, shown.link.workspace, clicked.visit)
    if taken is None:
        return gone_on(f"/l/{shown.link.slug}?v={token}")
    if shown.state is OfferState.OVER or shown.program is None:
        return page("friend/closed.html", said_of(shown), STATUS[shown.state])
    there = {"location": shown.location} if shown.location else {}
    shop = shop_address(shown.program, shown.firm, visit=token, code=shown.link.code, **there)
    context = {**said_of(shown), "token": token, "code": shown.link.code, "shop": shop, "remembered": _left(taken)}
    context |= {"address": address, "wrong": wrong}
    template = "friend/mailed.html" if context["by_mail"] else "friend/accepted.html"
    return page(template, context, 422 if wrong else 200)


@csrf_exempt
@require_POST
def played(request: HttpRequest, slug: str) -> HttpResponse:
    """The film of the page was asked for: counted once a visit. Whoever has no visit of this link counts nothing."""
    shown = show_offer(slug.lower())
    if shown is None or shown.program is None:
        return missing(request)
    clicked = visit_of(shown.link, request.GET.get("v", "")[:LONGEST_TOKEN], the_keyring())
    if clicked is not None and PLAYS.spend(client_network(request.META)):
        workspace, program, at = shown.link.workspace, shown.program.slug, now_in(shown.link.workspace)
        the_writer().post(lambda: record_play(workspace, program, clicked.visit, at))
    return HttpResponse(status=204, headers=HEADERS)


def _left(taken: AcceptanceRow) -> bool:
    """Whether an address was left with it."""
    return bool(taken.address_mac)
