"""Materials: what advocates find in their portal to share beside their words."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from passaparola.actions.acting import Asked, Performed
from passaparola.actions.design.pictures import ReadPicture, take_picture
from passaparola.actions.sharing.materials import add_material, remove_material
from passaparola.domain.design.blocks import LANGUAGES
from passaparola.domain.design.choices import PictureUse
from passaparola.domain.sharing.materials import MaterialKind, read_material
from passaparola.domain.sharing.texts import UnableToReadText
from passaparola.inbound.design import picture_address
from passaparola.inbound.web.advocates.materials import NAMES
from passaparola.inbound.web.operators.acting import Ways, act, beside
from passaparola.inbound.web.operators.design.forms import PictureField
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.programs import entry_of
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.design import pictures_of, workspace_slug
from passaparola.store.read.sharing import MaterialRow, materials_of
from passaparola.store.read.snapshot import reading


class MaterialForm(forms.Form):
    """A new material. Which of the fields are needed follows from its kind."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"), choices=[(str(kind), name) for kind, name in NAMES.items()]
    )
    title = forms.CharField(label=gettext_lazy("Title"), required=False, widget=forms.TextInput(attrs={"dir": "auto"}))
    picture = PictureField(
        PictureUse.MATERIAL,
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy(
            "For a picture. Advocates get it with their link and QR picture beneath it, to send or to print."
        ),
    )
    words = forms.CharField(
        label=gettext_lazy("Words"),
        required=False,
        help_text=gettext_lazy("The tags of texts can stand here, too. The link is added where there is none."),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    address = forms.CharField(
        label=gettext_lazy("Address"),
        required=False,
        help_text=gettext_lazy("Of a film or an article."),
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "url", "placeholder": "https://"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("For whom"),
        required=False,
        choices=[
            ("", gettext_lazy("Advocates of every language")),
            *((code, name) for code, name in settings.LANGUAGES if code in LANGUAGES),
        ],
    )

    def clean(self) -> None:
        """What the domain refuses is said at its field."""
        if self.errors:
            return
        try:
            read_material(MaterialKind(self.cleaned_data["kind"]), self.given)
        except UnableToReadText as problem:
            told = gettext(problem.sentence) % {name: gettext(word) for name, word in problem.said.items()}
            self.add_error(problem.field, f"{told[:1].upper()}{told[1:]}.")

    @property
    def given(self) -> dict[str, str]:
        picture = self.cleaned_data.get("picture")
        told = {name: str(self.cleaned_data.get(name) or "") for name in ("title", "words", "address", "language")}
        return {**told, "picture": picture.digest if isinstance(picture, ReadPicture) else ""}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.SHARE)
def materials(request: HttpRequest, slug: str) -> HttpResponse:
    """What there is, and a form for more."""
    if request.method != "POST":
        return _page(request, slug, MaterialForm())
    form = MaterialForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, slug, form)
    ways = Ways(reverse("program-materials", kwargs={"slug": slug}), lambda: _page(request, slug, form))
    said = gettext("Added. Advocates find it in their portal.")
    return act(request, lambda asked: _add(slug, form, asked), to=ways, said=said)


def _add(slug: str, form: MaterialForm, asked: Asked) -> Performed[MaterialRow]:
    picture = form.cleaned_data.get("picture")
    if isinstance(picture, ReadPicture):
        taken = take_picture(picture, asked=beside(asked, 0))
        if taken.refusal is not None:
            return Performed(refusal=taken.refusal)
    return add_material(slug, MaterialKind(form.cleaned_data["kind"]), form.given, asked=asked)


@require_POST
@needs(Permit.SHARE)
def remove(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Take one away."""
    to = reverse("program-materials", kwargs={"slug": slug})
    return act(
        request, lambda asked: remove_material(key, asked=asked), to=to, said=gettext("The material is taken away.")
    )


def _page(request: HttpRequest, slug: str, form: MaterialForm) -> HttpResponse:
    workspace, languages = the_workspace(), dict(settings.LANGUAGES)
    with reading() as session:
        entries = programs_of(session, workspace)
        entry, rows = entry_of(entries, slug), materials_of(session, workspace, [slug])
        known = pictures_of(session, workspace, [row.material.picture for row in rows if row.material.picture])
        where = workspace_slug(session, workspace)
        shown: list[dict[str, Any]] = [
            {
                "id": row.id,
                "name": NAMES[MaterialKind(row.material.kind)],
                "told": row.material,
                "language": languages.get(row.material.language, ""),
                "picture": picture_address(where, known[row.material.picture]) if row.material.picture in known else "",
            }
            for row in reversed(rows)
        ]
        given = {"entry": entry, "entries": entries, "here": "materials", "materials": shown, "form": form}
        return page(request, "sharing/materials.html", session, workspace, given)
