"""The decision on a request: counted, or refused with a reason that the advocate reads."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from passaparola.actions.requests.settle import Outcome, accept_request, refuse_request
from passaparola.domain.referrals.requests import OPERATOR_WORDS, Refused, RequestState
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.web.operators.acting import Ways, act
from passaparola.inbound.web.operators.entry import needs
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.requests.listing import WHY_NOT, shown_request

LONGEST = 64  # of what is typed for an advocate
HEX = frozenset("0123456789abcdef")


@require_POST
@needs(Permit.SUPPORT)
def accept(request: HttpRequest, key: str) -> HttpResponse:
    """Enter the referral, of the advocate who was chosen where several go by the name. What the rules refuse is refused by name."""
    named = request.POST.get("advocate", "").strip()[:LONGEST]
    chosen = named.removeprefix("per_")
    who = chosen if len(chosen) == 32 and set(chosen) <= HEX else None

    def told(outcome: Outcome) -> None:
        if outcome.state == RequestState.REFUSED:
            why = {"why": gettext(OPERATOR_WORDS[Refused(outcome.reason)])}
            messages.warning(request, gettext("The rules of the program refuse it: %(why)s.") % why)

    there = reverse("request", kwargs={"key": key})
    return act(
        request,
        lambda asked: accept_request(key, advocate=who, asked=asked, keys=the_keyring()),
        to=Ways(there, lambda: shown_request(request, key, named)) if named else there,
        said=gettext("The request is decided."),
        shown=told,
    )


@require_POST
@needs(Permit.SUPPORT)
def refuse(request: HttpRequest, key: str) -> HttpResponse:
    """Say no, with a reason."""
    given, here = request.POST.get("why", ""), reverse("request", kwargs={"key": key})
    if given not in {str(why) for why in WHY_NOT}:
        messages.error(request, gettext("Choose the reason. Nothing was changed."))
        return redirect(here)
    return act(
        request,
        lambda asked: refuse_request(key, why=Refused(given), asked=asked, keys=the_keyring()),
        to=here,
        said=gettext("The request is refused, and the advocate reads why."),
    )
