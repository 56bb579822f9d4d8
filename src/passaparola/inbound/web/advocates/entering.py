"""One-time links of mails: a GET shows a page with one button and changes nothing; the button, pressed by hand, does it once."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from passaparola.actions.acting import Asked, NotFound, Refusal, done
from passaparola.actions.joining.confirm import confirm_enrolment
from passaparola.actions.joining.magic import ENROL, PORTAL
from passaparola.actions.joining.sign_in import ask_to_sign_in, enter_portal
from passaparola.domain.people.identity import UnableToReadIdentity, canonical
from passaparola.domain.tokens import read_link_token
from passaparola.inbound.client_address import client_network
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_in
from passaparola.inbound.web.advocates.answers import gone_on, missing, page, patient, quiet_page
from passaparola.inbound.web.advocates.browser_token import by_hand, hand_of, let_go, open_hand
from passaparola.inbound.web.advocates.joining import DEFAULT, LONGEST_ADDRESS
from passaparola.inbound.web.advocates.sessions import begin, end, visitor
from passaparola.inbound.web.nowhere import firm_meant
from passaparola.inbound.web.reading import firms_subject, read_as_firm
from passaparola.store.read.catalogue import default_workspace
from passaparola.store.read.joining import MagicRow, enrolment_by_id, magic_by_id, program_name
from passaparola.store.read.offers import Firm, firm_of
from passaparola.store.read.snapshot import reading

WHO = "mail"  # who acts, as the log names it: somebody who reads this mailbox
Do = Callable[[HttpRequest, MagicRow, Firm], HttpResponse]


@csrf_exempt  # the page sends no origin and no referrer, so the form proves itself: `by_hand`
@require_http_methods(["GET", "HEAD", "POST"])
@patient
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm the address of an enrolment, in whatever browser the mail was opened."""
    return _by_link(request, token, ENROL, _confirm)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@patient
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Into the portal."""
    return _by_link(request, token, PORTAL, _enter)


def _by_link(request: HttpRequest, token: str, purpose: str, do: Do) -> HttpResponse:
    key = read_link_token(the_keyring().links, purpose, token)
    if key is None:
        return quiet_page(request, "advocate/no_link.html", {"firm": firm_meant(request), "why": "torn"}, 400)
    with reading() as session:
        link = magic_by_id(session, key)
        firm = firm_of(session, link.workspace) if link else None
        program = program_name(session, link.workspace, link.program) if link and link.program else ""
        pending = enrolment_by_id(session, link.workspace, link.subject) if link and purpose == ENROL else None
    if link is not None:
        read_as_firm(request, link.workspace, link.program)
    if link is None or firm is None:
        return quiet_page(request, "advocate/no_link.html", {"firm": firm_meant(request), "why": "link_over"}, 410)
    if request.method == "POST" and by_hand(request):
        return do(request, link, firm)
    if link.used_at is not None or now_in(link.workspace) >= link.expires_at:
        return _no(request, firm, "link_used" if link.used_at is not None else "link_over")
    hand = hand_of(request)
    context = {
        "firm": firm,
        "program": program,
        "purpose": purpose,
        "hand": hand,
        "again": request.method == "POST",
        "address": masked(pending.address) if pending else "",
    }
    return open_hand(quiet_page(request, "advocate/by_hand.html", context), hand)


def _confirm(request: HttpRequest, link: MagicRow, firm: Firm) -> HttpResponse:
    asked = Asked(link.workspace, now_in(link.workspace), WHO)
    try:
        confirmed = the_writer().run(lambda: confirm_enrolment(link.id, asked=asked))
    except (Refusal, NotFound) as refused:
        return _no(request, firm, getattr(refused, "reason", "link_over"))
    if confirmed.turned_down:
        answer = quiet_page(request, "advocate/turned_down.html", {"firm": firm, "why": confirmed.turned_down})
        let_go(answer)
        return answer
    return _let_in(request, link.workspace, confirmed.person)


def _enter(request: HttpRequest, link: MagicRow, firm: Firm) -> HttpResponse:
    asked = Asked(link.workspace, now_in(link.workspace), WHO)
    try:
        person = the_writer().run(lambda: done(enter_portal(link.id, asked=asked)))
    except (Refusal, NotFound) as refused:
        return _no(request, firm, getattr(refused, "reason", "link_over"))
    return _let_in(request, link.workspace, person, remember=request.POST.get("remember") == "on")


def _let_in(request: HttpRequest, workspace: str, person: str, *, remember: bool = False) -> HttpResponse:
    answer = gone_on("/me/")
    begin(request, answer, workspace=workspace, person=person, remember=remember)
    let_go(answer)
    return answer


def _no(request: HttpRequest, firm: Firm, why: str) -> HttpResponse:
    """A link that does nothing any more. Whoever used it here is in already."""
    if why == "link_used" and visitor(request) is not None:
        return gone_on("/me/")
    return quiet_page(request, "advocate/no_link.html", {"firm": firm, "why": why}, 410)


def masked(address: str) -> str:
    """Enough of an address to know one's own: `ad…@example.com`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:2]}…@{domain}" if local else ""


@require_http_methods(["GET", "HEAD", "POST"])
@patient
def sign_in(request: HttpRequest, workspace: str = DEFAULT) -> HttpResponse:
    """Ask for a link. Every address is answered alike, and gets one mail."""
    with reading() as session:
        key = default_workspace(session, workspace)
        firm = firm_of(session, key) if key else None
    if key is None or firm is None:
        return missing(request)
    read_as_firm(request, key)
    if request.method != "POST":
        who = visitor(request)
        if who is not None and who.workspace == key:
            return gone_on("/me/")
        return page(
            request,
            "advocate/sign_in.html",
            {"firm": firm, "subject": firms_subject(key), "asked": "asked" in request.GET},
        )
    given = request.POST.get("email", "").strip()[:LONGEST_ADDRESS]
    try:
        address = canonical("email", given)[1]
    except UnableToReadIdentity:
        wrong = gettext("Write an address such as ada@example.com.")
        return page(
            request,
            "advocate/sign_in.html",
            {"firm": firm, "subject": firms_subject(key), "address": given, "wrong": wrong},
            400,
        )
    asked, keys, language = Asked(key, now_in(key), WHO), the_keyring(), (get_language() or "en")[:12]
    client = client_network(request.META)
    the_writer().run(lambda: ask_to_sign_in(address, language=language, client=client, asked=asked, keys=keys))
    return gone_on(f"{request.path}?asked")


@require_POST
@patient
def sign_out(request: HttpRequest) -> HttpResponse:
    """Out, in this browser."""
    who = visitor(request)
    with reading() as session:
        firm = firm_of(session, who.workspace).slug if who else DEFAULT
    answer = gone_on("/me/sign-in/" if firm == DEFAULT else f"/me/sign-in/{firm}/")
    end(request, answer)
    return answer
