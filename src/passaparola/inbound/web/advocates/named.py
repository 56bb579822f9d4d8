"""A friend says that this advocate told them: the advocate says whether it was so, in the portal or by the link of a mail."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from passaparola.actions.acting import Asked, NotFound, Performed
from passaparola.actions.messages.letters import NAMED
from passaparola.actions.requests.settle import Outcome, answer_naming
from passaparola.domain.people.public_name import public_name
from passaparola.domain.referrals.requests import RequestState
from passaparola.domain.tokens import read_link_token
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_in
from passaparola.inbound.web.advocates.answers import gone_on, missing, patient, quiet_page
from passaparola.inbound.web.advocates.browser_token import by_hand, hand_of, open_hand
from passaparola.inbound.web.advocates.entering import WHO as MAIL
from passaparola.inbound.web.advocates.sessions import Visitor, portal_page
from passaparola.inbound.web.advocates.words import day_text
from passaparola.inbound.web.nowhere import firm_meant
from passaparola.inbound.web.reading import firms_subject, read_as_firm
from passaparola.store.read.joining import program_name
from passaparola.store.read.offers import firm_of
from passaparola.store.read.requests import RequestRow, asked_of, request_by_id
from passaparola.store.read.snapshot import Session, reading

PORTAL = "portal"
MOST = 25
ANSWERS = {"yes": True, "no": False}


def namings_to_answer(session: Session, who: Visitor) -> list[dict[str, Any]]:
    """Friends who named this advocate and wait for an answer; of each the first name and the day, nothing more."""
    return [
        {"id": row.id, "name": public_name(row.friend_name), "day": day_text(row.created_at), "program": row.program}
        for row in asked_of(session, who.workspace, who.group, MOST)
    ]


@require_POST
@patient
@portal_page
def answer_in_portal(request: HttpRequest, who: Visitor, key: str) -> HttpResponse:
    """Yes or no, by somebody who is in. A request to another advocate is as good as none."""
    with reading() as session:
        row = request_by_id(session, key)
    yes = ANSWERS.get(request.POST.get("answer", ""))
    if row is None or row.workspace != who.workspace or row.person not in who.group or yes is None:
        return missing(request)
    answered = _answer(row, yes, PORTAL)
    if answered is None:
        return missing(request)
    return gone_on(f"/me/friends/?{'over' if answered.refusal else _said(answered.result)}")


def _answer(row: RequestRow, yes: bool, actor: str) -> Performed[Outcome] | None:
    asked, keys = Asked(row.workspace, now_in(row.workspace), actor), the_keyring()
    try:
        return the_writer().run(lambda: answer_naming(row.id, yes=yes, asked=asked, keys=keys))
    except NotFound:
        return None


def _said(outcome: Outcome | None) -> str:
    return "counted" if outcome is not None and outcome.state == RequestState.ACCEPTED else "not_counted"


@csrf_exempt  # the page sends no origin and no referrer, so the form proves itself: `by_hand`
@require_http_methods(["GET", "HEAD", "POST"])
@patient
def answer_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Yes or no, by whoever reads the advocate's mailbox. A GET changes nothing."""
    key = read_link_token(the_keyring().links, NAMED, token)
    with reading() as session:
        row = request_by_id(session, key) if key else None
        firm = firm_of(session, row.workspace) if row else None
        program = program_name(session, row.workspace, row.program) if row else ""
    if row is None:
        return quiet_page(request, "advocate/no_link.html", {"firm": firm_meant(request), "why": "torn"}, 400)
    read_as_firm(request, row.workspace, row.program)
    context: dict[str, Any] = {"firm": firm, "program": program, "name": public_name(row.friend_name)}
    context["subject"] = firms_subject(row.workspace, row.program)
    yes = ANSWERS.get(request.POST.get("answer", ""))
    if request.method == "POST" and yes is not None and by_hand(request):
        answered = _answer(row, yes, MAIL)
        done = answered.result if answered else None
        said = _said(done) if done is not None else "over"
        return quiet_page(request, "advocate/named.html", {**context, "said": said, "yes": yes}, 200 if done else 410)
    if row.state != RequestState.ASKED:
        return quiet_page(request, "advocate/named.html", {**context, "said": "over"}, 410)
    hand = hand_of(request)
    shown = {**context, "hand": hand, "day": day_text(row.created_at), "again": request.method == "POST"}
    return open_hand(quiet_page(request, "advocate/named.html", shown), hand)
