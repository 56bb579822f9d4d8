"""The texts that stand ready when advocates share: by channel and language, each with how it reads when Ada sends it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from passaparola.actions.sharing.texts import choose_buttons, remove_text, write_text
from passaparola.domain.design.blocks import LANGUAGES
from passaparola.domain.sharing.lengths import costly_signs, sms_parts, x_length
from passaparola.domain.sharing.texts import (
    BUTTONS,
    LONGEST,
    LONGEST_POST,
    ShareText,
    TextChannel,
    UnableToReadText,
    filled,
    hidden_buttons,
    read_text,
    with_link,
)
from passaparola.inbound.programs_known import has_board
from passaparola.inbound.sharing import here, sample_link, sample_of
from passaparola.inbound.web.advocates.channels import CHANNELS
from passaparola.inbound.web.operators.acting import Ways, act
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.programs import entry_of
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.sharing import share_texts
from passaparola.store.read.snapshot import reading

NAMES: dict[TextChannel, tuple[Any, Any]] = {
    TextChannel.ANY: (gettext_lazy("Every channel"), gettext_lazy("Wherever there is no text of its own.")),
    TextChannel.WHATSAPP: ("WhatsApp", gettext_lazy("Short, as among friends.")),
    TextChannel.TELEGRAM: ("Telegram", gettext_lazy("The link stands before the words.")),
    TextChannel.EMAIL: (gettext_lazy("E-mail"), gettext_lazy("Room for a reason or two.")),
    TextChannel.SMS: (gettext_lazy("Text message"), gettext_lazy("Best as one; three at most.")),
    TextChannel.X: ("X", gettext_lazy("At most 280 characters; the link counts 23.")),
}
MEANINGS: dict[str, Any] = {
    "name": gettext_lazy("the advocate's first name"),
    "firm": gettext_lazy("your name"),
    "headline": gettext_lazy("what both get, in one sentence"),
    "code": gettext_lazy("the advocate's code"),
    "link": gettext_lazy("the advocate's link; without it, it follows at the end"),
}


class TextForm(forms.Form):
    """The text of one channel."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"), required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    words = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        help_text=gettext_lazy("In the first person, and saying that there is something in it for whoever recommends."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    def __init__(self, place: tuple[str, TextChannel], sample: Mapping[str, str], data: Any = None, **given: Any):
        super().__init__(data, prefix=str(place[1]), **given)
        self.place, self.sample = place, sample
        if place[1] is not TextChannel.EMAIL:
            del self.fields["subject"]

    def clean(self) -> None:
        """What the domain refuses is said at its field."""
        language, channel = self.place
        try:
            read_text(channel, language, self.given, self.sample)
        except UnableToReadText as problem:
            told = gettext(problem.sentence) % {name: gettext(word) for name, word in problem.said.items()}
            self.add_error(problem.field, f"{told[:1].upper()}{told[1:]}.")

    @property
    def given(self) -> dict[str, str]:
        return {name: str(self.cleaned_data.get(name, "")) for name in self.fields}


@require_POST
@needs(Permit.SHARE)
def buttons(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose which buttons advocates see."""
    to, chosen = reverse("program-texts", kwargs={"slug": slug}), request.POST.getlist("channels")
    said = gettext("Saved. Advocates see these buttons from now on.")
    return act(request, lambda asked: choose_buttons(slug, chosen, asked=asked), to=to, said=said)


@require_safe
@needs(Permit.SHARE)
def texts(request: HttpRequest, slug: str) -> HttpResponse:
    """All channels in one language: `?language=pl`."""
    asked = request.GET.get("language", "")
    return _page(request, slug, asked if asked in LANGUAGES else here() if here() in LANGUAGES else LANGUAGES[0])


@require_POST
@needs(Permit.SHARE)
def write(request: HttpRequest, slug: str, language: str, channel: str) -> HttpResponse:
    """Save a text, or take it away."""
    if language not in LANGUAGES or channel not in list(TextChannel):
        raise Http404
    with reading() as session:
        entry_of(programs_of(session, the_workspace()), slug)
    to = f"{reverse('program-texts', kwargs={'slug': slug})}?language={language}#{channel}"
    place = (language, channel)
    if "remove" in request.POST:
        said = gettext("The text is taken away. Ours stands there again.")
        return act(request, lambda asked: remove_text(slug, place, asked=asked), to=to, said=said)
    sample = sample_of(the_workspace(), slug, language, channel)
    form = TextForm((language, TextChannel(channel)), sample, request.POST)
    if not form.is_valid():
        return _page(request, slug, language, form)
    ways = Ways(to, lambda: _page(request, slug, language, form))
    return act(
        request,
        lambda asked: write_text(slug, place, form.given, sample=sample, asked=asked),
        to=ways,
        said=gettext("Saved. Whoever shares from now on finds it there."),
    )


def _page(request: HttpRequest, slug: str, language: str, bound: TextForm | None = None) -> HttpResponse:
    workspace = the_workspace()
    with reading() as session:
        entries = programs_of(session, workspace)
        entry, known = entry_of(entries, slug), share_texts(session, workspace, slug)
    sample, names = sample_of(workspace, slug, language, TextChannel.ANY), dict(settings.LANGUAGES)
    given = {
        "entry": entry,
        "entries": entries,
        "here": "texts",
        "ranked": has_board(workspace, entry.key),
        "texts": [_shown(channel, language, known, sample, bound) for channel in TextChannel],
        "tags": [(f"{{{tag}}}", meaning, sample[tag]) for tag, meaning in MEANINGS.items()],
        "buttons": [(key, CHANNELS[key].name, key not in hidden_buttons(known)) for key in BUTTONS],
        "language": language,
        "languages": [(code, names[code]) for code in LANGUAGES],
    }
    with reading() as session:
        return page(request, "sharing/texts.html", session, workspace, given)


def _shown(
    channel: TextChannel, language: str, known: Sequence[ShareText], sample: Mapping[str, str], bound: TextForm | None
) -> dict[str, Any]:
    sample = {**sample, "link": sample_link(channel)}
    mine = next((t for t in known if (t.language, t.channel) == (language, channel)), None)
    is_bound = bound is not None and bound.place == (language, channel)
    written = {"words": mine.words, "subject": mine.subject} if mine else {}
    example = with_link(filled(mine.words, sample), sample["link"]) if mine else ""
    name, words = NAMES[channel]
    return {
        "key": str(channel),
        "name": name,
        "about": words,
        "form": bound if is_bound else TextForm((language, channel), sample, initial=written),
        "written": mine is not None,
        "elsewhere": any(t.channel == channel and t.words for t in known),
        "general": any(t.channel == TextChannel.ANY for t in known),
        "costly": costly_signs(example)[:5] if channel is TextChannel.SMS else "",
        "open": is_bound,
        "example": example,
        "subject": filled(mine.subject, sample) if mine else "",
        "length": _length(channel, example) if mine else "",
    }


def _length(channel: TextChannel, text: str) -> str:
    """How long it is where it is sent."""
    if channel is TextChannel.SMS:
        parts = len(sms_parts(text))
        return ngettext("%(n)s text message", "%(n)s text messages", parts) % {"n": parts}
    most = LONGEST_POST if channel is TextChannel.X else LONGEST
    length = x_length(text) if channel is TextChannel.X else len(text)
    return gettext("%(n)s of %(most)s characters") % {"n": length, "most": most}
