"""No more mail, by the link in every mail of news: a page with one button, and the one click that mailbox providers do (RFC 8058)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from passaparola.actions.messages.letters import UNSUBSCRIBE
from passaparola.actions.messages.wishes import unsubscribe as end_news
from passaparola.domain.tokens import read_link_token
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now
from passaparola.inbound.web.reading import read_as_firm
from passaparola.store.read.messages import contact_row, message_address
from passaparola.store.read.snapshot import reading


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET changes nothing: scanners follow links. POST takes effect at once, with or without cookies, and tells nothing of the address."""
    message = read_link_token(the_keyring().links, UNSUBSCRIBE, token)
    if message is None:
        raise Http404
    with reading() as session:
        found = message_address(session, message)
        firm = contact_row(session, found[0]) if found else None
    if found is None or firm is None:
        raise Http404
    read_as_firm(request, found[0])
    if request.method == "POST":
        the_writer().run(lambda: end_news(message, now=now()))
    answer = render(request, "people/unsubscribe.html", {"firm": firm, "done": request.method == "POST"})
    answer["Referrer-Policy"] = "no-referrer"
    return answer
