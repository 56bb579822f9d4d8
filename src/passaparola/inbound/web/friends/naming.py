"""Who told you about us? For friends without link or code: they say a name, and the advocate says whether it was so.

Nobody is looked up while the friend waits: the clock does it, a moment later. Whether anybody goes by the name shows in no answer, in no
mail to the friend, and in no time.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from passaparola.actions.acting import Asked, NotFound, Refusal, done
from passaparola.actions.joining.show import ShownProgram, show_program
from passaparola.actions.messages.letters import TOLD
from passaparola.actions.requests.name import Naming, confirm_naming, name_advocate
from passaparola.actions.writer import QueueFull, Unanswered, WriterStopped
from passaparola.domain.people.identity import UnableToReadIdentity, canonical
from passaparola.domain.people.name_key import name_key
from passaparola.domain.people.public_name import public_name
from passaparola.domain.programs.compiled import ProgramStatus, Side
from passaparola.domain.referrals.requests import RequestState
from passaparola.domain.tokens import read_link_token
from passaparola.inbound.client_address import client_network
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.programs_known import programs_of
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import day_of, now_in
from passaparola.inbound.web.advocates.words import gains
from passaparola.inbound.web.friends.answers import gone_on, missing, page
from passaparola.inbound.web.friends.landing import FRIEND
from passaparola.inbound.web.reading import firms_subject, read_as_firm, read_as_program
from passaparola.store.read.offers import Firm, firm_of
from passaparola.store.read.requests import RequestRow, request_by_id
from passaparola.store.read.snapshot import reading

DEFAULT = "main"
LONGEST_NAME, LONGEST_SAID, LONGEST_ADDRESS = 60, 200, 500
BUSY = (QueueFull, WriterStopped, Unanswered)
NAMES = ("said", "name", "email")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def told(request: HttpRequest, slug: str, workspace: str = DEFAULT) -> HttpResponse:
    """The form, and what comes of it: the same for every name.

    Exempt from the CSRF check for the reason of `landing.accept`: no cookie is read here, and nothing happens before the friend has pressed
    the button in our mail.
    """
    shown = show_program(workspace, slug)
    if shown is None:
        return missing(request)
    read_as_program(request, shown.program)
    if shown.program.status is not ProgramStatus.ACTIVE:
        return page("friend/closed.html", {"firm": shown.firm, "state": "paused"})
    if request.method == "POST":
        return _say(request, shown)
    return _form(shown, {}, asked="asked" in request.GET)


def _form(
    shown: ShownProgram, given: dict[str, str], *, wrong: dict[str, str] | None = None, asked: bool = False
) -> HttpResponse:
    friends = gains(shown.program, Side.FRIEND, day_of(shown.program, shown.workspace))
    context: dict[str, Any] = {
        "firm": shown.firm,
        "program": shown.program.name,
        "subject": str(shown.program.subject),
        "friends": friends,
        "given": given,
        "wrong": wrong or {},
        "asked": asked,
    }
    return page("friend/told.html", context, 422 if wrong else 200)


def _say(request: HttpRequest, shown: ShownProgram) -> HttpResponse:
    given = {name: _line(request.POST.get(name, "")) for name in NAMES}
    wrong = {name: why for name in NAMES if (why := _wrong(name, given[name]))}
    if wrong:
        return _form(shown, given, wrong=wrong)
    friend = canonical("email", given["email"])
    naming = Naming(
        shown.program.key,
        friend,
        given["name"],
        given["said"],
        (get_language() or "en")[:12],
        client_network(request.META),
    )
    asked = Asked(shown.workspace, now_in(shown.workspace), FRIEND)
    try:
        the_writer().run(lambda: done(name_advocate(naming, asked=asked, keys=the_keyring())))
    except BUSY:
        return page("friend/later.html", {"firm": shown.firm}, 503)
    except Refusal:
        return gone_on(request.path)
    return gone_on(f"{request.path}?asked")


def _line(text: str) -> str:
    """What was typed, on one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[:LONGEST_ADDRESS]).split())


def _wrong(name: str, text: str) -> str:
    if name == "email":
        try:
            canonical("email", text)
        except UnableToReadIdentity:
            return gettext("Write an address such as ada@example.com.")
    if name == "name" and (len(text) > LONGEST_NAME or public_name(text) is None):
        return gettext("Write your first name, so that your friend knows who it is.")
    if name == "said" and (len(text) > LONGEST_SAID or not name_key(text)):
        return gettext("Write their name, their e-mail address or their code.")
    return ""


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST confirms the friend's address. The word in the address is all the right there is."""
    found = _request_of(token)
    if found is None:
        return missing(request)
    read_as_firm(request, found.workspace, found.program)
    if request.method == "POST":
        return _confirm(request, found)
    with reading() as session:
        firm = firm_of(session, found.workspace)
    if found.state == RequestState.LAPSED:
        return _too_late(found, firm)
    subject = firms_subject(found.workspace, found.program)
    context = {
        "firm": firm,
        "subject": subject,
        "token": token,
        "said": found.said,
        "done": found.state != RequestState.UNCONFIRMED,
    }
    return page("friend/told_yes.html", context)


def _too_late(found: RequestRow, firm: Firm) -> HttpResponse:
    """With the way to say it once more, while the program runs."""
    versions = programs_of(found.workspace).get(found.program)
    again = ""
    if versions is not None and versions.live.status is ProgramStatus.ACTIVE:
        where = {"slug": versions.live.slug} | ({} if firm.slug == DEFAULT else {"workspace": firm.slug})
        again = reverse("friend-told" if len(where) == 1 else "friend-told-workspace", kwargs=where)
    return page("friend/told_late.html", {"firm": firm, "again": again}, 410)


def _request_of(token: str) -> RequestRow | None:
    key = read_link_token(the_keyring().links, TOLD, token)
    with reading() as session:
        return request_by_id(session, key) if key else None


def _confirm(request: HttpRequest, found: RequestRow) -> HttpResponse:
    asked = Asked(found.workspace, now_in(found.workspace), FRIEND)
    with reading() as session:
        firm = firm_of(session, found.workspace)
    try:
        the_writer().run(lambda: done(confirm_naming(found.id, asked=asked)))
    except Refusal:
        return _too_late(found, firm)
    except NotFound:
        return missing(request)
    except BUSY:
        return page("friend/later.html", {"firm": firm}, 503)
    return gone_on(request.path)
