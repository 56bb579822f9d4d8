"""The firm: what pages and mails say of it, where invitations may go, and how late an event may come."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from passaparola.actions.acting import Refusal
from passaparola.actions.contact import LIMITS, LONGEST_LATENESS, checked_contact, set_contact
from passaparola.domain.countries import UnableToReadCountry, read_countries
from passaparola.inbound.web.operators.acting import Ways, act
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.setup.forms import line
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.messages import ContactRow, contact_row
from passaparola.store.read.snapshot import reading

WRONG: dict[str, Any] = {
    "name": _("Give the firm a name, on one line."),
    "contact_email": _("Write an e-mail address, such as hello@shop.example."),
    "postal_address": _("Write the address in letters, figures and signs that can be printed."),
    "website": _("Write the address as https://www.example.com"),
}


class FirmForm(forms.Form):
    """What `set_contact` changes. What is wrong is judged there, and said at its field."""

    name = line(_("Name of the firm"), _("Mails come from it, and pages say it."), longest=LIMITS["name"])
    contact_email = line(
        _("E-mail address for questions"),
        _("It stands on every page that people see."),
        "hello@shop.example",
        LIMITS["contact_email"],
        dir="ltr",
    )
    postal_address = line(
        _("Postal address"), _("Invitations to friends must name one."), longest=LIMITS["postal_address"]
    )
    website = line(_("Website"), "", "https://www.example.com", LIMITS["website"], dir="ltr", inputmode="url")
    invite_countries = line(
        _("Countries whose friends may be invited by mail"),
        _("Codes of two letters, with commas. Empty: everywhere, once invitations by mail are allowed."),
        "IT, PL",
        1000,
        dir="ltr",
    )
    lateness_days = forms.IntegerField(
        label=_("Days after which an event comes late"),
        help_text=_("A reward for what was told later than that waits for a person."),
        min_value=0,
        max_value=LONGEST_LATENESS,
        widget=forms.NumberInput(attrs={"dir": "ltr", "class": "filter-short"}),
    )

    def clean(self) -> None:
        """Each text as it will be kept."""
        given = self.cleaned_data
        for name in WRONG.keys() & given.keys():
            self._read(name, partial(checked_contact, name), WRONG[name])
        if "invite_countries" in given:
            wrong = gettext("Write countries by their codes of two letters, such as IT, PL.")
            self._read("invite_countries", lambda text: read_countries(text.split(",")), wrong)

    def _read(self, name: str, read: Callable[[str], Any], wrong: Any) -> None:
        try:
            self.cleaned_data[name] = read(self.cleaned_data[name])
        except (Refusal, UnableToReadCountry):
            self.add_error(name, wrong)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.FIRM)
def firm(request: HttpRequest) -> HttpResponse:
    """What is said of the firm; saved, it holds everywhere at once."""
    with reading() as session:
        row = contact_row(session, the_workspace())
    form = FirmForm(request.POST) if request.method == "POST" else _filled(row)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    given = dict(form.cleaned_data)
    countries, days = given.pop("invite_countries"), given.pop("lateness_days")
    return act(
        request,
        lambda asked: set_contact(given, asked=asked, countries=countries, lateness_days=days),
        to=Ways(reverse("firm"), lambda: _page(request, form)),
        said=gettext("Saved. Pages and mails say it from now on."),
    )


def _filled(row: ContactRow) -> FirmForm:
    known = {name: getattr(row, name) for name in (*LIMITS, "lateness_days")}
    return FirmForm(initial={**known, "invite_countries": ", ".join(row.invite_countries)})


def _page(request: HttpRequest, form: FirmForm) -> HttpResponse:
    workspace = the_workspace()
    with reading() as session:
        return page(request, "office/firm.html", session, workspace, {"form": form})
