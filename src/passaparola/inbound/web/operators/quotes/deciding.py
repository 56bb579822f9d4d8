"""Whether a quote is shown. What is withdrawn is asked about first: it is for good."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from passaparola.actions.quotes.say import Consent, approve_quote, hide_quote, withdraw_quote
from passaparola.domain.quotes import ConsentBy, QuoteState
from passaparola.inbound.web.operators.acting import act, note_of
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.quotes import quote_by_id
from passaparola.store.read.snapshot import reading


@require_POST
@needs(Permit.SHARE)
def approve(request: HttpRequest, key: str) -> HttpResponse:
    """Show it; where nobody has noted a consent yet, with the one that is noted now."""
    by = request.POST.get("consent", "")
    if by and by not in {str(way) for way in ConsentBy}:
        messages.error(request, gettext("Say how they agreed: without their consent nobody is quoted."))
        return redirect(reverse("quotes"))
    consent = Consent(ConsentBy(by), note_of(request)) if by else None
    return act(
        request,
        lambda asked: approve_quote(key, asked=asked, consent=consent),
        to=reverse("quotes"),
        said=gettext("Approved. It is on landing pages, in the widget and in invitations from now on."),
    )


@require_POST
@needs(Permit.SHARE)
def hide(request: HttpRequest, key: str) -> HttpResponse:
    """Show it nowhere; it can be approved again."""
    said = gettext("Hidden. It is shown nowhere any more.")
    return act(request, lambda asked: hide_quote(key, asked=asked), to=reverse("quotes"), said=said)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.SHARE)
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """For somebody who has taken their consent back otherwise than in the portal."""
    workspace = the_workspace()
    with reading() as session:
        row = quote_by_id(session, workspace, key)
        if row is None or (request.method != "POST" and row.state == QuoteState.WITHDRAWN):
            raise Http404
        if request.method != "POST":
            given = {
                "question": gettext("Take this quote back for good?"),
                "words": gettext(
                    "It vanishes everywhere at once, and its words and name are deleted. Nobody can bring it back."
                ),
                "button": gettext("Take it back"),
                "tone": "danger",
                "back": reverse("quotes"),
            }
            return page(request, "confirm.html", session, workspace, given)
    said = gettext("Taken back. Its words and name are deleted.")
    return act(request, lambda asked: withdraw_quote(key, asked=asked), to=reverse("quotes"), said=said)
