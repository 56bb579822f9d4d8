"""Places where a program is recommended: what came of each, what stands there, a new one."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from passaparola.actions.acting import Asked, NotFound, Performed, Refusal
from passaparola.actions.sharing.placements import INVALID_PLACEMENT, change_placement, end_placement
from passaparola.analytics.placements import placement_lines
from passaparola.domain.design.blocks import LANGUAGES
from passaparola.domain.sharing.placements import (
    LONGEST_NAME,
    MOST_REACH,
    OF_SOMEBODY,
    SHAPES,
    PlacementKind,
    Shape,
    Wanted,
)
from passaparola.domain.tongue import gettext_noop
from passaparola.inbound.placements import place as make_place
from passaparola.inbound.placing import NAMES, address_of, to_copy
from passaparola.inbound.sharing import here, qr_code
from passaparola.inbound.web.operators.acting import Ways, act
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.programs import entry_of
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.placements import PlacementRow, placement_by_id, placements_of
from passaparola.store.read.snapshot import reading

SHAPE_NAMES = {
    Shape.BLOCK: gettext_lazy("On pages and in mails"),
    Shape.TEXT: gettext_lazy("In chats, apps and posts"),
    Shape.SPOKEN: gettext_lazy("Said aloud"),
    Shape.PRINTED: gettext_lazy("On paper"),
}
PICTURES = {"svg": "image/svg+xml", "png": "image/png"}


class PlaceForm(forms.Form):
    """A new place. In whose name is asked where it can be somebody's."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("For your report, such as: Counter in Turin."),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    person = forms.CharField(
        label=gettext_lazy("In whose name"),
        help_text=gettext_lazy(
            "An e-mail address, a customer number or per_…: friends who come are theirs, and the code is theirs. Empty: in your firm's"
            " name, asking customers to recommend."
        ),
        max_length=320,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("4 to 32 letters, digits and hyphens, with a name. Empty: one that is easily said."),
        max_length=32,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "characters", "autocomplete": "off"}),
    )
    reach = forms.IntegerField(
        label=gettext_lazy("How many people are there"),
        help_text=gettext_lazy("Followers, readers, passers-by: as far as you know."),
        min_value=0,
        max_value=MOST_REACH,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, kind: PlacementKind, data: Any = None, *, known: PlacementRow | None = None):
        super().__init__(data, initial={"name": known.name, "reach": known.reach} if known else {})
        if known is not None:
            del self.fields["person"], self.fields["code"]
        elif kind in OF_SOMEBODY:
            self.fields["person"].required = True
            self.fields["person"].help_text = gettext_lazy(
                "An e-mail address, a customer number or per_…: friends who come are theirs, and the code is theirs."
            )


@require_safe
@needs(Permit.SHARE)
def places(request: HttpRequest, slug: str) -> HttpResponse:
    """Every place with what came of it."""
    workspace = the_workspace()
    with reading() as session:
        entries = programs_of(session, workspace)
        entry = entry_of(entries, slug)
        lines = placement_lines(session, workspace, entry.key, placements_of(session, workspace, entry.key))
        given = {
            "entry": entry,
            "entries": entries,
            "here": "places",
            "lines": [{"line": line, "kind": NAMES[PlacementKind(line.placement.kind)]} for line in lines],
        }
        return page(request, "sharing/places.html", session, workspace, given)


@require_safe
@needs(Permit.SHARE)
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """The twenty kinds."""
    _must_be_live(slug)
    kinds = [
        {"name": name, "kinds": [(str(kind), NAMES[kind]) for kind, shape in SHAPES.items() if shape is wanted]}
        for wanted, name in SHAPE_NAMES.items()
    ]
    return _shown(request, slug, "sharing/place_kinds.html", {"shapes": kinds})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.SHARE)
def new(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """A new place of this kind."""
    if kind not in list(PlacementKind):
        raise Http404
    _must_be_live(slug)
    form = PlaceForm(PlacementKind(kind), request.POST if request.method == "POST" else None)

    def again() -> HttpResponse:
        given = {"form": form, "kind": NAMES[PlacementKind(kind)], "key": kind}
        return _shown(request, slug, "sharing/place_new.html", given)

    if request.method != "POST" or not form.is_valid():
        return again()
    ways = Ways(reverse("program-places", kwargs={"slug": slug}), again)
    said = gettext("The place is ready: open it for its link, its picture and its words.")
    return act(request, lambda asked: _make(slug, kind, form.cleaned_data, asked), to=ways, said=said)


def _make(slug: str, kind: str, given: dict[str, Any], asked: Asked) -> Performed[PlacementRow]:
    wanted = Wanted(PlacementKind(kind), given["name"], given["reach"])
    try:
        return make_place(slug, wanted, asked=asked, person=given["person"].strip(), code=given["code"].strip())
    except NotFound:
        sentence = gettext_noop("nobody is known by that: write an e-mail address, a customer number or per_…")
        return Performed(refusal=Refusal(INVALID_PLACEMENT, sentence, 422, field="person"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.SHARE)
def place(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One place: its link, its picture, what stands there in each language (`?language=pl`); POST changes its name or reach."""
    row = _found(slug, key)
    form = PlaceForm(PlacementKind(row.kind), request.POST if request.method == "POST" else None, known=row)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        ways = Ways(reverse("place", kwargs={"slug": slug, "key": key}), lambda: _place(request, slug, row, form))
        return act(
            request,
            lambda asked: change_placement(key, name=given["name"], reach=given["reach"], asked=asked),
            to=ways,
            said=gettext("Saved."),
        )
    return _place(request, slug, row, form)


def _place(request: HttpRequest, slug: str, row: PlacementRow, form: PlaceForm) -> HttpResponse:
    workspace, asked = the_workspace(), request.GET.get("language", "")
    language = asked if asked in LANGUAGES else here() if here() in LANGUAGES else LANGUAGES[0]
    with reading() as session:
        (line,) = placement_lines(session, workspace, row.program, [row])
    names = dict(settings.LANGUAGES)
    given = {
        "line": line,
        "place": row,
        "kind": NAMES[PlacementKind(row.kind)],
        "said": to_copy(row, workspace, language),
        "address": address_of(row),
        "form": form,
        "language": language,
        "languages": [(code, names[code]) for code in LANGUAGES],
    }
    return _shown(request, slug, "sharing/place.html", given)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.SHARE)
def end(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Close a place, after a question."""
    row, back = _found(slug, key), reverse("place", kwargs={"slug": slug, "key": key})
    if request.method == "POST":
        said = gettext("The place is closed. Friends who came by it stay.")
        return act(request, lambda asked: end_placement(key, asked=asked), to=back, said=said)
    given = {
        "question": gettext("Close the place “%(name)s”?") % {"name": row.name},
        "words": gettext(
            "Its link and code bring nobody any more. Friends who came by it stay. It cannot be opened again."
        ),
        "button": gettext("Close it"),
        "back": back,
        "tone": "danger",
    }
    return _shown(request, slug, "confirm.html", given)


@require_safe
@needs(Permit.SHARE)
def qr(request: HttpRequest, slug: str, key: str, form: str) -> HttpResponse:  # noqa: ARG001  whoever may see it may
    """The QR picture of a place."""
    row = _found(slug, key)
    if form not in PICTURES:
        raise Http404
    headers = {"Cache-Control": "private, no-store", "Content-Security-Policy": "default-src 'none'"}
    return HttpResponse(qr_code(address_of(row, "qr"), form), content_type=PICTURES[form], headers=headers)


def _must_be_live(slug: str) -> None:
    """Nobody can recommend what was never published."""
    with reading() as session:
        if not entry_of(programs_of(session, the_workspace()), slug).live_version:
            raise Http404


def _found(slug: str, key: str) -> PlacementRow:
    with reading() as session:
        row = placement_by_id(session, the_workspace(), key)
        entry = entry_of(programs_of(session, the_workspace()), slug)
    if row is None or row.program != entry.key:
        raise Http404
    return row


def _shown(request: HttpRequest, slug: str, template: str, given: dict[str, Any]) -> HttpResponse:
    workspace = the_workspace()
    with reading() as session:
        entries = programs_of(session, workspace)
        told = {"entry": entry_of(entries, slug), "entries": entries, "here": "places", **given}
        return page(request, template, session, workspace, told)
