"""API keys: who may call the API, and with which scopes. A secret is shown once, in the answer to its making, and kept nowhere."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from passaparola.actions.keys.change import NewKey, create_key, revoke_key
from passaparola.actions.keys.scopes import EVERYTHING, SCOPES
from passaparola.domain.origins import MOST as MOST_ORIGINS
from passaparola.domain.origins import UnableToReadOrigin, origin_of, origins_of
from passaparola.inbound.web.operators.acting import Ways, act
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.keys import KeyRow
from passaparola.store.read.pages import KEYS, page_of
from passaparola.store.read.snapshot import reading

MOST = 200
LONGEST_NAME = 100


class KeyForm(forms.Form):
    """What a new key is for and what it may do."""

    name = forms.CharField(
        label=gettext_lazy("Who uses it"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": gettext_lazy("Web shop")}),
        error_messages={"required": gettext_lazy("Give the key a name, so that you know later who uses it.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What it may do"),
        choices=(
            ("everything", gettext_lazy("Everything, for a server you trust")),
            ("scopes", gettext_lazy("Only what is chosen below")),
            ("publishable", gettext_lazy("Only tell what a browser knows (everybody may see such a key)")),
        ),
        initial="everything",
        widget=forms.RadioSelect,
    )
    scope = forms.MultipleChoiceField(
        label=gettext_lazy("What is chosen"),
        choices=[(scope, format_lazy("{}: {}", scope, gettext_lazy(words))) for scope, words in SCOPES.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    origins = forms.CharField(
        label=gettext_lazy("From which web addresses"),
        help_text=gettext_lazy("For keys in browsers only. Empty: from everywhere."),
        max_length=2000,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "placeholder": "https://shop.example.com"}),
    )

    def clean_name(self) -> str:
        """Without what cannot be seen."""
        name = "".join(c for c in self.cleaned_data["name"] if c.isprintable()).strip()
        if not name:
            raise forms.ValidationError(self.fields["name"].error_messages["required"])
        return name

    def clean(self) -> None:
        """What each kind of key needs."""
        given = self.cleaned_data
        if given.get("kind") == "scopes" and not given.get("scope") and "scope" not in self.errors:
            self.add_error("scope", gettext("Choose at least one thing that the key may do."))
        if given.get("kind") == "publishable" and "origins" in given:
            given["addresses"], wrong = read_origins(given["origins"])
            if wrong:
                self.add_error("origins", wrong)


@require_safe
@needs(Permit.KEYS)
def keys(request: HttpRequest) -> HttpResponse:
    """The keys, the newest first, without their secrets."""
    return _page(request, KeyForm())


def _page(request: HttpRequest, form: KeyForm, fresh: NewKey | None = None) -> HttpResponse:
    workspace = the_workspace()
    with reading() as session:
        rows = page_of(session, KEYS, workspace, given={}, before=None, limit=MOST)
        known = [KeyRow.of(tuple(row.values())) for row in rows]
        return page(
            request,
            "settings.html",
            session,
            workspace,
            {"keys": known, "form": form, "fresh": fresh, "here": reverse("settings")},
        )


@require_POST
@needs(Permit.KEYS)
def make_key(request: HttpRequest) -> HttpResponse:
    """A new key, with its secret in this answer only. The form sent again makes no second key and shows no secret."""
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    given, kind = form.cleaned_data, form.cleaned_data["kind"]
    scopes = {"everything": [EVERYTHING], "scopes": given["scope"]}.get(kind, [])
    made: list[NewKey] = []
    answer = act(
        request,
        lambda asked: create_key(
            given["name"],
            scopes=scopes,
            publishable=kind == "publishable",
            origins=given.get("addresses", []),
            asked=asked,
        ),
        to=Ways(reverse("settings"), lambda: _page(request, form)),
        said=gettext("The key was made."),
        shown=made.append,
    )
    return _page(request, KeyForm(), made[0]) if made else answer


@require_POST
@needs(Permit.KEYS)
def revoke(request: HttpRequest, key: str) -> HttpResponse:
    """End a key within five seconds."""
    said = gettext("The key is revoked: within five seconds it opens nothing any more.")
    return act(request, lambda asked: revoke_key(key, asked=asked), to=reverse("settings"), said=said)


def read_origins(text: str) -> tuple[list[str], str]:
    """Web addresses, one a line or separated by commas; and what is wrong with them."""
    parts = [part.strip().rstrip("/") for part in text.replace(",", "\n").split("\n")]
    for part in filter(None, parts):
        try:
            origin_of(part)
        except UnableToReadOrigin:
            wrong = gettext("%(address)s is no web address such as https://shop.example.com.")
            return [], wrong % {"address": part[:80]}
    try:
        return origins_of(filter(None, parts)), ""
    except UnableToReadOrigin:
        return [], gettext("Name at most %(most)s addresses.") % {"most": MOST_ORIGINS}
