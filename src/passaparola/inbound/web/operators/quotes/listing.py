"""What people say in public, by state, and a form for what somebody said elsewhere."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from passaparola.actions.acting import NotFound
from passaparola.actions.quotes.say import Consent, add_quote
from passaparola.domain.design.blocks import LANGUAGES
from passaparola.domain.quotes import ConsentBy, QuoteState, read_note, troubles
from passaparola.domain.sharing.texts import UnableToReadText
from passaparola.inbound.access import person_key
from passaparola.inbound.web.operators.acting import Ways, act
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.lists import PAGE, cursor_of
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.explanations import labels
from passaparola.store.read.quotes import quotes_in
from passaparola.store.read.snapshot import reading

SHELVES: dict[str, tuple[QuoteState, Any]] = {
    "": (QuoteState.PROPOSED, gettext_lazy("To decide")),
    "approved": (QuoteState.APPROVED, gettext_lazy("In public")),
    "hidden": (QuoteState.HIDDEN, gettext_lazy("Not shown")),
    "withdrawn": (QuoteState.WITHDRAWN, pgettext_lazy("quotes", "Taken back")),
}
HOW: dict[str, Any] = {
    ConsentBy.PORTAL: gettext_lazy("in the portal"),
    ConsentBy.MAIL: gettext_lazy("by mail"),
    ConsentBy.PAPER: gettext_lazy("on paper"),
    ConsentBy.IN_PERSON: pgettext_lazy("how somebody agreed", "in person"),
}


class QuoteForm(forms.Form):
    """A sentence that somebody said, and how they agreed to be quoted."""

    text = forms.CharField(
        label=gettext_lazy("What they said"),
        required=False,
        help_text=gettext_lazy("Their own words, at most 280 characters, without links."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    shown_as = forms.CharField(
        label=gettext_lazy("Name in public"),
        required=False,
        help_text=gettext_lazy("As they choose, such as “Anna, Kraków”."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    program = forms.ChoiceField(label=gettext_lazy("Program"), required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", "–"), *((code, name) for code, name in settings.LANGUAGES if code in LANGUAGES)],
    )
    person = forms.CharField(
        label=gettext_lazy("Who it is"),
        required=False,
        help_text=gettext_lazy(
            "Where you know them: per_…, your own customer id or an e-mail address. Of whoever takes part in a program"
            " readers are told that they may get rewards."
        ),
        max_length=320,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    consent = forms.ChoiceField(
        label=gettext_lazy("How they agreed to be quoted"),
        required=False,
        choices=[("", gettext_lazy("Choose")), *((str(by), words) for by, words in HOW.items())],
    )
    note = forms.CharField(
        label=gettext_lazy("Note on the consent"),
        required=False,
        help_text=gettext_lazy("Such as where the paper is. Nobody else reads it."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )

    def __init__(self, programs: list[tuple[str, str]], data: Any = None):
        super().__init__(data)
        self.fields["program"].choices = [("", gettext("Every program")), *programs]  # type: ignore[attr-defined]
        self.known: str | None = None

    def clean_person(self) -> str:
        """Somebody we know, or nobody."""
        text = str(self.cleaned_data["person"]).strip()
        if text:
            try:
                self.known = person_key(the_workspace(), text)
            except NotFound:
                raise forms.ValidationError(gettext("We know nobody by this.")) from None
        return text

    def clean(self) -> None:
        """What the domain refuses is said at its field."""
        given = {name: str(self.cleaned_data.get(name) or "") for name in ("text", "shown_as", "language")}
        wrong = troubles(given)
        try:
            read_note(str(self.cleaned_data.get("note") or ""))
        except UnableToReadText as problem:
            wrong.append(problem)
        for trouble in wrong:
            told = gettext(trouble.sentence) % {name: gettext(word) for name, word in trouble.said.items()}
            self.add_error(trouble.field, f"{told[:1].upper()}{told[1:]}.")
        if not self.cleaned_data.get("consent"):
            self.add_error("consent", gettext("Say how they agreed: without their consent nobody is quoted."))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.SHARE)
def quotes(request: HttpRequest) -> HttpResponse:
    """What waits, the newest first; and a form for one more."""
    with reading() as session:
        programs = [(entry.slug, entry.name) for entry in programs_of(session, the_workspace())]
    form = QuoteForm(programs, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, dict(programs))
    told = form.cleaned_data
    given = {name: str(told[name]) for name in ("text", "shown_as", "language")}
    consent = Consent(ConsentBy(told["consent"]), str(told["note"]))
    return act(
        request,
        lambda asked: add_quote(told["program"], given, asked=asked, person=form.known, consent=consent),
        to=Ways(reverse("quotes"), lambda: _page(request, form, dict(programs))),
        said=gettext("Noted. It is shown once it is approved."),
    )


def _page(request: HttpRequest, form: QuoteForm, programs: dict[str, str]) -> HttpResponse:
    workspace, chosen = the_workspace(), request.GET.get("state", "")
    shelf = chosen if chosen in SHELVES else ""
    with reading() as session:
        rows = quotes_in(session, workspace, SHELVES[shelf][0], before=cursor_of(request), limit=PAGE + 1)
        languages = dict(settings.LANGUAGES)
        given: dict[str, Any] = {
            "form": form,
            "rows": [
                {
                    "row": row,
                    "program": programs.get(row.program, row.program),
                    "language": languages.get(row.language, ""),
                    "how": HOW.get(row.consent, ""),
                }
                for row in rows[:PAGE]
            ],
            "labels": labels(session, workspace, {row.person for row in rows if row.person}),
            "next": rows[PAGE - 1].id if len(rows) > PAGE else None,
            "first": cursor_of(request) is None,
            "shelves": [(key, words, key == shelf) for key, (_, words) in SHELVES.items()],
            "shelf": shelf,
            "ways": HOW.items(),
        }
        return page(request, "quotes/list.html", session, workspace, given)
