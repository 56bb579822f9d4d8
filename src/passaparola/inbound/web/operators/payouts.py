"""What is to be paid out, paid with the wages or sent: the list, the same as a file, and the word that it went."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from passaparola.actions.acting import Asked, Performed, Refusal
from passaparola.actions.payables.hand_over import ALREADY, HANDED_OVER, Outcome, Told, hand_over
from passaparola.actions.payables.owed import first_to_hand_over
from passaparola.analytics.owing import Owed, OwedLine
from passaparola.domain.cells import csv_text
from passaparola.domain.rewards.kinds import Handover
from passaparola.domain.rewards.payables import HANDOVER_WORDS, HandoverReason
from passaparola.inbound.payout_files import LONGEST_REFERENCE, LONGEST_RUN, columns_of, exported
from passaparola.inbound.today import now
from passaparola.inbound.web.operators.acting import Ways, act
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.lists import HEX
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.setup.forms import line
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.explanations import labels
from passaparola.store.read.snapshot import reading

MOST = 200  # lines on the page; the file has all
WAYS: dict[str, Any] = {
    Handover.PAYOUT: _("To be paid out"),
    Handover.PAYROLL: _("With the wages"),
    Handover.SHIPPING: _("To be sent"),
}


class PayoutForm(forms.Form):
    """Under which reference the chosen ones went. A line says with its reward how much was owed when it was shown."""

    reference = line(
        _("Reference"), _("Of the transfer or the parcel, so that it is found again."), longest=LONGEST_REFERENCE
    )
    run = line(_("Run of payouts"), _("What went out together, such as 2026-05."), longest=LONGEST_RUN)
    reward = forms.CharField(required=False)

    def clean(self) -> None:
        """What cannot be seen is nothing; at least one line is chosen."""
        given = self.cleaned_data
        reference, run = (given.get(name, "").strip() for name in ("reference", "run"))
        if not reference or not (reference + run).isprintable():
            self.add_error("reference", gettext("Write the reference in letters and figures, on one line."))
        told = [self._told(text, reference, run) for text in self.data.getlist("reward")]  # type: ignore[attr-defined]
        given["lines"] = [one for one in told if one is not None][:MOST]
        if not given["lines"]:
            self.add_error("reward", gettext("Tick what was handed over."))

    def _told(self, text: str, reference: str, run: str) -> Told | None:
        key, _colon, owed = text.partition(":")
        if len(key) != 32 or not set(key) <= HEX or not (owed.isascii() and owed.isdecimal() and len(owed) <= 18):
            return None
        return Told(key, reference, run, int(owed))


@require_safe
@needs(Permit.DECIDE_REWARDS)
def payouts(request: HttpRequest) -> HttpResponse:
    """What is owed, the oldest first; `?as=csv`: all of it as the file that the command line writes."""
    way = _way(request)
    return _file(way) if request.GET.get("as") == "csv" else _page(request, way, PayoutForm())


@require_POST
@needs(Permit.DECIDE_REWARDS)
def hand_over_chosen(request: HttpRequest) -> HttpResponse:
    """These went. A line that is not owed any more, or owed otherwise than it was shown, is left as it is, and says why."""
    way, form = _way(request), PayoutForm(request.POST)
    if not form.is_valid():
        return _page(request, way, form)
    lines = form.cleaned_data["lines"]
    there = f"{reverse('payouts')}?way={way}"
    return act(
        request,
        lambda asked: _hand_over(lines, asked),
        to=Ways(there, lambda: _page(request, way, form)),
        said=_said,
        shown=lambda outcomes: _refused(request, outcomes),
    )


def _hand_over(lines: Sequence[Told], asked: Asked) -> Performed[list[Outcome]]:
    """Where none of them could be, it was not done."""
    performed = hand_over(lines, asked=asked)
    if performed.result and all(one.outcome != HANDED_OVER for one in performed.result):
        one = performed.result[0]
        return Performed(refusal=Refusal(one.outcome, _why(one)))
    return performed


def _way(request: HttpRequest) -> Handover:
    asked = request.POST.get("way") or request.GET.get("way", "")
    return Handover(asked) if asked in WAYS else Handover.PAYOUT


def _page(request: HttpRequest, way: Handover, form: PayoutForm) -> HttpResponse:
    workspace = the_workspace()
    owed = _owed(workspace, way)
    lines = owed.lines if owed else ()
    given = {
        "way": str(way),
        "ways": [(str(key), words, key == way) for key, words in WAYS.items()],
        "rows": [(one, _ticket(one)) for one in lines],
        "worth": owed.worth if owed else (),
        "more": owed.count - len(lines) if owed else 0,
        "paused": owed is None,
        "form": form,
        "ticked": set(form.data.getlist("reward")) if form.is_bound else set(),  # type: ignore[attr-defined]
    }
    with reading() as session:
        given["labels"] = labels(session, workspace, {one.person for one in lines})
        return page(request, "payouts.html", session, workspace, given)


def _ticket(one: OwedLine) -> str:
    return f"{one.reward}:{one.amount}"


def _owed(workspace: str, way: Handover) -> Owed | None:
    """What is owed; None while rewards are paused: nothing is handed over then."""
    try:
        return first_to_hand_over(workspace, way, until=now(), most=MOST)
    except Refusal:
        return None


def _file(way: Handover) -> HttpResponse:
    try:
        lines = exported(the_workspace(), way)
    except Refusal:
        return redirect(f"{reverse('payouts')}?way={way}")
    heads = columns_of(way, lines)
    text = csv_text(heads, [[one.get(head, "") for head in heads] for one in lines])
    headers = {"Content-Disposition": f'attachment; filename="{way}.csv"'}
    return HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8", headers=headers)


def _said(outcomes: Sequence[Outcome] | None) -> str:
    if outcomes is None:
        return gettext("This form was sent before. Nothing more was done.")
    done = sum(one.outcome == HANDED_OVER for one in outcomes)
    return ngettext("%(n)d reward: handed over", "%(n)d rewards: handed over", done) % {"n": done}


def _refused(request: HttpRequest, outcomes: Sequence[Outcome]) -> None:
    """Beside what was done, why the others were not, each reason once."""
    reasons: dict[str, int] = {}
    for one in outcomes:
        if one.outcome != HANDED_OVER:
            why = gettext(_why(one))
            reasons[why] = reasons.get(why, 0) + 1
    for why, count in reasons.items():
        said = ngettext(
            "%(n)d reward was left as it is: %(why)s", "%(n)d rewards were left as they are: %(why)s", count
        )
        messages.warning(request, said % {"n": count, "why": why})


def _why(one: Outcome) -> str:
    return (
        gettext_noop("it was handed over before")
        if one.outcome == ALREADY
        else HANDOVER_WORDS[HandoverReason(one.outcome)]
    )
