"""Joining: a form that wants an e-mail address, and what its browser sees until the mail is confirmed."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passaparola.actions.acting import Asked, Refusal
from passaparola.actions.advocates.invitations import find_invitation, require_good
from passaparola.actions.joining.join_program import Asking, join_program
from passaparola.actions.joining.show import ShownProgram, programs_shown, show_program
from passaparola.domain.people.identity import UnableToReadIdentity, canonical
from passaparola.domain.programs.compiled import Program, ProgramStatus, Side
from passaparola.inbound.client_address import client_network
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import day_of, now, now_in
from passaparola.inbound.web.advocates.answers import gone_on, missing, page, patient, quiet_page
from passaparola.inbound.web.advocates.browser_token import browser_for, hold, known_browser
from passaparola.inbound.web.advocates.sessions import visitor
from passaparola.inbound.web.advocates.sharing import Giving, picture, share, shown_link
from passaparola.inbound.web.advocates.words import day_text, earning, friend_gets, gains, winnable
from passaparola.inbound.web.reading import read_as_program
from passaparola.store.read.joining import ShownLink, enrolments_of_browser, links_by_id, provisional_link
from passaparola.store.read.offers import Firm, firm_of
from passaparola.store.read.portal import parts_of
from passaparola.store.read.sharing import share_texts
from passaparola.store.read.snapshot import reading

DEFAULT = "main"
LONGEST_ADDRESS, LONGEST_TOKEN = 500, 100
WHO = "join"  # who acts, as the log names it


@require_http_methods(["GET", "HEAD", "POST"])
@patient
def join(request: HttpRequest, slug: str, workspace: str = DEFAULT) -> HttpResponse:
    """The form, or what came of it. POST begins an enrolment and answers the same for every address."""
    shown = show_program(workspace, slug)
    if shown is None:
        return missing(request)
    read_as_program(request, shown.program)
    if shown.program.status is not ProgramStatus.ACTIVE:
        return page(request, "advocate/closed.html", {"firm": shown.firm, "program": shown.program.name})
    if why := _no_good(request, shown):
        return quiet_page(request, "advocate/no_invitation.html", {"firm": shown.firm, "why": why}, 410)
    return _ask(request, shown) if request.method == "POST" else _form(request, shown)


def invitation_token(request: HttpRequest) -> str:
    """The token of an invitation, from its address or from the form that was opened by it."""
    given = request.POST if request.method == "POST" else request.GET
    return given.get("invitation", "").strip()[:LONGEST_TOKEN]


def place_slug(request: HttpRequest) -> str:
    """The slug of the place where they were asked to recommend, from the address or from the form that was opened by it."""
    given = request.POST if request.method == "POST" else request.GET
    return "".join(c for c in given.get("place", "")[:64] if c.isascii() and c.isalnum())


def _no_good(request: HttpRequest, shown: ShownProgram) -> str:
    """Why the invitation is good for nobody any more; empty while it is, and where there is none."""
    token = invitation_token(request)
    if not token:
        return ""
    try:
        with reading() as session:
            found = find_invitation(token, shown.program.key, session, shown.workspace)
        require_good(found, now_in(shown.workspace), people=(), identities=(), named=False)
    except Refusal as refused:
        return refused.reason
    return ""


def _form(request: HttpRequest, shown: ShownProgram, *, address: str = "", wrong: str = "") -> HttpResponse:
    program, firm = shown.program, shown.firm
    at = day_of(program, shown.workspace)
    context: dict[str, Any] = {
        "firm": firm,
        "program": program.name,
        "subject": str(program.subject),
        "own": [*gains(program, Side.ADVOCATE, at), *winnable(program)],
        "friends": gains(program, Side.FRIEND, at),
        "friend_gets": friend_gets(program),
        "earning": earning(program),
        "access": str(program.access),
        "open": program.is_open,
        "invitation": invitation_token(request),
        "place": place_slug(request),
        "asked": "asked" in request.GET,
        "member": _is_member(request, shown),
        "address": address,
        "wrong": wrong,
        "told": request.path.replace("/join/", "/told/", 1),
    }
    begun = _begun(request, shown)
    if begun is not None:
        link, lapses_at = begun
        giving = _giving(program, shown.workspace, firm)
        context |= {"link": shown_link(link, giving, base="/join"), "until": day_text(lapses_at)}
    return page(request, "advocate/join.html", context, 400 if wrong else 200, shares=begun is not None)


def _begun(request: HttpRequest, shown: ShownProgram) -> tuple[ShownLink, int] | None:
    """The provisional link of this browser in this program, and until when it may be confirmed."""
    browser = known_browser(request)
    if not browser:
        return None
    with reading() as session:
        found = enrolments_of_browser(session, shown.workspace, browser, now_in(shown.workspace))
        mine = [row for row in found if row.program == shown.program.key]
        links = links_by_id(session, shown.workspace, [row.link for row in mine[:1]])
    return (links[mine[0].link], mine[0].lapses_at) if links else None


def _is_member(request: HttpRequest, shown: ShownProgram) -> bool:
    who = visitor(request)
    if who is None or who.workspace != shown.workspace:
        return False
    with reading() as session:
        parts = parts_of(session, who.workspace, who.group)
    return any(part.program == shown.program.key for part in parts)


def _ask(request: HttpRequest, shown: ShownProgram) -> HttpResponse:
    given = request.POST.get("email", "").strip()[:LONGEST_ADDRESS]
    try:
        address = canonical("email", given)[1]
    except UnableToReadIdentity:
        return _form(request, shown, address=given, wrong=gettext("Write an address such as ada@example.com."))
    token, browser = browser_for(request)
    language, client, invitation = (
        (get_language() or "en")[:12],
        client_network(request.META),
        invitation_token(request),
    )
    asking = Asking(shown.program.key, address, browser, language, client, invitation, place_slug(request))
    asked, keys = Asked(shown.workspace, now_in(shown.workspace), WHO), the_keyring()
    performed = the_writer().run(lambda: join_program(asking, asked=asked, keys=keys))
    if invitation and performed.refusal is not None:
        why = {"firm": shown.firm, "why": performed.refusal.reason}
        return quiet_page(request, "advocate/no_invitation.html", why, 410)
    kept = {"invitation": invitation, "place": asking.place}  # for another address
    answer = gone_on(
        "&".join([f"{request.path}?asked", *(urlencode({name: said}) for name, said in kept.items() if said)])
    )
    hold(answer, token)
    return answer


@require_safe
def provisional_picture(request: HttpRequest, link: str, kind: str) -> HttpResponse:
    """The QR code of a link that this browser has asked for."""
    found = provisional(request, link)
    return picture(found[1], kind) if found else missing(request)


@require_POST
@patient
def provisional_share(request: HttpRequest, link: str, channel: str) -> HttpResponse:
    """A share button of a link that this browser has asked for."""
    found = provisional(request, link)
    if found is None:
        return missing(request)
    workspace, shown = found
    with reading() as session:
        firm = firm_of(session, workspace)
    program = programs_shown(workspace)[shown.program]
    read_as_program(request, program)
    giving = _giving(program, workspace, firm)
    return share(request, shown, giving, channel=channel)


def _giving(program: Program, workspace: str, firm: Firm) -> Giving:
    with reading() as session:
        texts = share_texts(session, workspace, program.slug)
    return Giving(program, workspace, firm.name, None, texts)


def provisional(request: HttpRequest, link: str) -> tuple[str, ShownLink] | None:
    """A link that this browser has asked for and nobody has confirmed; its workspace with it. None for any other."""
    browser = known_browser(request)
    if not browser:
        return None
    with reading() as session:
        return provisional_link(session, link, browser, now())
