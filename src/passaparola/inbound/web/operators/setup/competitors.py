"""What competitors offer, and where one's own program stands among them."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passaparola.actions.competitors.note import LIMITS, forget_competitor, note_competitor
from passaparola.analytics.competition import Comparison, compared, comparison_csv
from passaparola.domain.competition import SIDES, UnableToReadWorth, worth_of
from passaparola.domain.programs.compiled import Side
from passaparola.inbound.web.operators.acting import Ways, act
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.setup.forms import CURRENCIES, figure, line, one_of
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import ProgramEntry, programs_of
from passaparola.store.read.setups import competitors
from passaparola.store.read.snapshot import Session, reading

SIDE_WORDS = {Side.ADVOCATE: gettext_lazy("For whoever recommends"), Side.FRIEND: gettext_lazy("For the friend")}


class CompetitorForm(forms.Form):
    """What somebody saw of a competitor's offer."""

    name = line(
        gettext_lazy("Competitor"), example=gettext_lazy("The bakery across the street"), longest=LIMITS["name"]
    )
    advocate = figure(gettext_lazy("Whoever recommends gets"), gettext_lazy("As 10.00 or as 10 %; empty: nothing."))
    friend = figure(gettext_lazy("The friend gets"), gettext_lazy("As 10.00 or as 10 %; empty: nothing."))
    currency = one_of(gettext_lazy("Currency"), [(code, code) for code in CURRENCIES])
    website = line(
        gettext_lazy("Where you saw it"), example="https://www.example.com", longest=2000, dir="ltr", inputmode="url"
    )
    note = line(gettext_lazy("Note"), longest=LIMITS["note"])

    def clean_name(self) -> str:
        """There is one."""
        name = str(self.cleaned_data["name"]).strip()
        if not name:
            raise forms.ValidationError(gettext("Say who the competitor is."))
        return name

    def clean_website(self) -> str:
        """An address that a browser opens, or none."""
        text = str(self.cleaned_data["website"]).strip()
        if text and not text.startswith(("https://", "http://")):
            raise forms.ValidationError(gettext("Write the address as https://www.example.com"))
        return text

    def clean(self) -> None:
        """What each side gets can be read."""
        given = self.cleaned_data
        given["currency"] = given.get("currency") or CURRENCIES[0]
        for side in ("advocate", "friend"):
            given[side] = str(given.get(side, "")).strip().replace(",", ".")
            try:
                worth_of(given[side], given["currency"], None)
            except UnableToReadWorth:
                self.add_error(side, gettext("Write an amount such as 10.00, or a share such as 10 %."))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.WRITE_PROGRAMS)
def table(request: HttpRequest) -> HttpResponse:
    """The table, and the form to note another; the same name again is written anew."""
    form = CompetitorForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    given = {name: str(text) for name, text in form.cleaned_data.items()}
    return act(
        request,
        lambda asked: note_competitor(given, asked=asked),
        to=Ways(reverse("competitors"), lambda: _page(request, form)),
        said=gettext("Noted."),
    )


@require_POST
@needs(Permit.WRITE_PROGRAMS)
def remove(request: HttpRequest, key: str) -> HttpResponse:
    """Take a competitor away."""
    said = gettext("The competitor is taken away.")
    return act(request, lambda asked: forget_competitor(key, asked=asked), to=reverse("competitors"), said=said)


@require_safe
@needs(Permit.WRITE_PROGRAMS)
def table_csv(request: HttpRequest) -> HttpResponse:
    """The comparison as a file."""
    workspace = the_workspace()
    with reading() as session:
        found, _ = _compared(request, session, workspace)
        text = comparison_csv(found, competitors(session, workspace)) if found else ""
    headers = {"Content-Disposition": 'attachment; filename="competitors.csv"'}
    return HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8", headers=headers)


def _compared(request: HttpRequest, session: Session, workspace: str) -> tuple[Comparison | None, list[ProgramEntry]]:
    """The comparison with the program that was asked for, else with the first that is live."""
    entries = [entry for entry in programs_of(session, workspace) if entry.live_version]
    asked = request.GET.get("program", "")
    entry = next((e for e in entries if e.slug == asked), entries[0] if entries else None)
    return compared(session, workspace, entry) if entry else None, entries


def _page(request: HttpRequest, form: CompetitorForm) -> HttpResponse:
    workspace = the_workspace()
    with reading() as session:
        found, entries = _compared(request, session, workspace)
        given: dict[str, Any] = {
            "form": form,
            "rows": competitors(session, workspace),
            "found": found,
            "programs": entries,
            "sides": [{"name": SIDE_WORDS[side], "rows": found.sides[side]} for side in SIDES] if found else [],
        }
        return page(request, "setup/competitors.html", session, workspace, given)
