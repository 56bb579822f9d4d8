"""An order that staff know of, entered by hand: for a shop that nothing tells us of by itself. It is an event as any other."""

import re
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from passaparola.actions.events.record import Answer, Arrival, Submission
from passaparola.actions.events.work import CONFLICT, DUPLICATE, DUPLICATE_ORDER, ORDER_CONFLICT
from passaparola.analytics.overview import forget_overviews
from passaparola.domain.events.event import Event
from passaparola.domain.events.read import LONGEST_SOURCE, UnableToReadEvent, read_event
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_in
from passaparola.inbound.web.operators.acting import NOT_DONE, actor_of, why_not_done
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.pages import LINKS, page_of
from passaparola.store.read.snapshot import Session, reading

_CENTS = re.compile(r",([0-9]{1,2})\Z")  # before three digits a comma may mean thousands, in dinars, too
FIELDS = {
    "person": "who",
    "email": "who",
    "code": "code",
    "order": "order",
    "id": "order",
    "amount": "amount",
    "currency": "currency",
}
WRONG: dict[str, Any] = {
    "who": _("Write an e-mail address, or your own number or name of the customer."),
    "code": _("A code has letters and digits, such as K7MPX4RT."),
    "order": _("Write the order's number, of at most 200 characters."),
    "amount": _("Write an amount such as 25.00."),
    "currency": _("Write a code of three capitals, such as EUR, USD, PLN or JPY."),
}
KNOWN = {
    DUPLICATE: _("This order was entered before. Nothing was changed."),
    DUPLICATE_ORDER: _("This order was told of before. It counts once."),
    CONFLICT: _("This order was entered before with something else in it. What stood first counts; see Findings."),
    ORDER_CONFLICT: _(
        "This order was told of before with another amount or customer. What stood first counts; see Findings."
    ),
}


class OrderForm(forms.Form):
    """What a receipt says, and the code that the friend named."""

    who = forms.CharField(
        label=_("Who bought"),
        help_text=_("An e-mail address, or your own number or name of the customer."),
        max_length=255,
    )
    code = forms.CharField(
        label=_("The code they named"),
        help_text=_("Empty: they named none, or came through a link with this e-mail address."),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "characters"}),
    )
    order = forms.CharField(
        label=_("Number of the order"), max_length=200, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    amount = forms.CharField(
        label=_("Amount"),
        max_length=24,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "decimal", "placeholder": "25.00"}),
    )
    currency = forms.CharField(label=_("Currency"), max_length=3, widget=forms.TextInput(attrs={"dir": "ltr"}))

    def __init__(self, *given: Any, **more: Any):
        super().__init__(*given, **more)
        for name, words in WRONG.items():
            self.fields[name].error_messages["required"] = words


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.DECIDE_REWARDS)
def enter(request: HttpRequest) -> HttpResponse:
    """The form, and the order told as the shop would tell of it. Sent twice it is one order."""
    workspace = the_workspace()
    form = OrderForm(request.POST) if request.method == "POST" else OrderForm(initial={"currency": "EUR"})
    if request.method == "POST" and form.is_valid():
        event = _event(request, form, workspace)
        if event is not None:
            return _recorded(request, form, workspace, event)
    with reading() as session:
        return page(request, "connect/enter.html", session, workspace, {"form": form})


def _event(request: HttpRequest, form: OrderForm, workspace: str) -> Event | None:
    """The event, or None with what is wrong beside its field."""
    given = form.cleaned_data
    person = {"email" if "@" in given["who"] else "customer_id": given["who"]}
    told = {
        "id": f"order {given['order']}",
        "type": "purchase",
        "person": person,
        "code": given["code"].upper(),
        "order": given["order"],
        "amount": _CENTS.sub(r".\1", given["amount"]),
        "currency": given["currency"].upper(),
    }
    try:
        event = read_event(told, source=actor_of(request)[:LONGEST_SOURCE], now=now_in(workspace), decimal=True)
    except UnableToReadEvent as problem:
        for name in {FIELDS.get(error.field.partition(".")[0], "order") for error in problem.errors}:
            form.add_error(name, WRONG[name])
        return None
    if event.code:
        with reading() as session:
            if not _known(session, workspace, event.code):
                form.add_error("code", gettext("Nobody has this code."))
                return None
    return event


def _known(session: Session, workspace: str, code: str) -> bool:
    return bool(page_of(session, LINKS, workspace, given={"code": code}, before=None, limit=1))


def _recorded(request: HttpRequest, form: OrderForm, workspace: str, event: Event) -> HttpResponse:
    arrival = Arrival(event, now_in(workspace))
    try:
        (answer,) = the_writer().submit(workspace, [Submission((arrival,))])
    except NOT_DONE as problem:
        answer = problem
    if isinstance(answer, Exception) or answer.failed:
        form.add_error(None, why_not_done(answer) if isinstance(answer, Exception) else str(answer.failed))
        with reading() as session:
            return page(request, "connect/enter.html", session, workspace, {"form": form})
    forget_overviews()
    _say(request, answer)
    return redirect(f"{reverse('find')}?{urlencode({'q': event.order})}")


def _say(request: HttpRequest, answer: Answer) -> None:
    outcome = answer.events[0].outcome
    if outcome in KNOWN:
        messages.warning(request, str(KNOWN[outcome]))
    else:
        messages.success(request, gettext("The order is entered. Here is what it led to."))
