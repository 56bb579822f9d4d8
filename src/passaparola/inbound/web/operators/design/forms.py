"""The forms of branding and of the blocks of a page. What the domain refuses is said at its field, before anything is done."""

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_lazy

from passaparola.actions.design.pictures import ReadPicture, UnableToReadPicture, read_picture
from passaparola.actions.design.stylesheets import LONGEST, UnableToReadStyle, scoped_css
from passaparola.domain.design.blocks import BLOCKS, Block, UnableToReadBlock, read_block
from passaparola.domain.design.choices import PictureUse
from passaparola.domain.design.colours import UnableToReadColour, can_be_read, nearest_readable, read_colour
from passaparola.inbound.design import most_bytes

PARAGRAPH = "·"
_ACCEPTED = {"accept": "image/png,image/jpeg,image/webp"}


class PictureField(forms.FileField):
    """A picture file, read at once. Cleaned, it is what will be kept."""

    def __init__(self, use: PictureUse, **options: Any):
        super().__init__(required=False, widget=forms.FileInput(attrs=dict(_ACCEPTED)), **options)
        self.use = use

    def clean(self, data: Any, initial: Any = None) -> ReadPicture | None:
        """The picture, or None where none was chosen."""
        file = super().clean(data, initial)
        if not isinstance(file, UploadedFile):
            return None
        try:
            return read_picture(file.read(most_bytes() + 1), self.use, most_bytes=most_bytes())
        except UnableToReadPicture as problem:
            sentence = gettext(problem.sentence)
            raise forms.ValidationError(sentence % problem.said if problem.said else sentence) from None


class BrandingForm(forms.Form):
    """Colour, type, corners, tone, logo, and the operator's own rules."""

    accent = forms.CharField(
        label=gettext_lazy("Colour"),
        help_text=gettext_lazy(
            "Buttons and links. It must be readable on white; dark pages get a lighter shade by themselves."
        ),
        max_length=16,
        widget=forms.TextInput(attrs={"dir": "ltr", "placeholder": "#0f766e", "autocomplete": "off"}),
    )
    typeface = forms.ChoiceField(
        label=gettext_lazy("Typeface"),
        choices=(
            ("sans", gettext_lazy("Plain")),
            ("serif", gettext_lazy("With serifs, as in books")),
            ("rounded", gettext_lazy("Rounded")),
            ("mono", gettext_lazy("Of even width, as in code")),
        ),
    )
    corners = forms.ChoiceField(
        label=gettext_lazy("Corners"),
        choices=(
            ("sharp", gettext_lazy("Sharp")),
            ("soft", gettext_lazy("Soft")),
            ("round", gettext_lazy("Round")),
        ),
    )
    tone = forms.ChoiceField(
        label=gettext_lazy("Tone"),
        help_text=gettext_lazy("How the words sound that are ours, where you wrote none."),
        choices=(
            ("warm", gettext_lazy("Warm")),
            ("plain", gettext_lazy("Plain words")),
            ("formal", gettext_lazy("Formal")),
        ),
    )
    logo = PictureField(
        PictureUse.LOGO,
        label=gettext_lazy("Logo"),
        help_text=gettext_lazy(
            "PNG, JPEG or WebP. It stands on white and on dark pages: a transparent ground is best."
        ),
    )
    without_logo = forms.BooleanField(label=gettext_lazy("Take the logo away"), required=False)
    custom_css = forms.CharField(
        label=gettext_lazy("Your own rules (CSS)"),
        help_text=gettext_lazy(
            "They hold on your public pages only. Nothing can be loaded, nothing can lie over the page."
        ),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "ltr", "spellcheck": "false", "class": "font-monospace"}),
    )

    def clean_accent(self) -> str:
        """A colour that can be read."""
        try:
            colour = read_colour(self.cleaned_data["accent"])
        except UnableToReadColour:
            raise forms.ValidationError(gettext("Write a colour as #0f766e.")) from None
        if not can_be_read(colour):
            said = {"accent": colour, "suggested": nearest_readable(colour)}
            text = gettext("Words in %(accent)s cannot be read on white. The nearest colour that can: %(suggested)s")
            raise forms.ValidationError(text % said)
        return colour

    def clean_custom_css(self) -> str:
        """Rules that cannot break out."""
        text = str(self.cleaned_data["custom_css"])
        try:
            scoped_css(text)
        except UnableToReadStyle as problem:
            raise forms.ValidationError(gettext(problem.sentence) % problem.said) from None
        return text


def _words(label: Any, rows: int = 3, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}), **options
    )


def _line(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.TextInput(attrs={"dir": "auto"}), **options)


def _address(label: Any, example: str, **options: Any) -> forms.CharField:
    shown = forms.TextInput(attrs={"dir": "ltr", "inputmode": "url", "placeholder": example})
    return forms.CharField(label=label, required=False, widget=shown, **options)


def _alt() -> forms.CharField:
    return _line(
        gettext_lazy("What the picture shows"),
        help_text=gettext_lazy("For whoever does not see it. Empty: it only decorates."),
    )


def _fields(block: Block) -> dict[str, forms.Field]:
    made: dict[Block, dict[str, forms.Field]] = {
        Block.HERO: {"picture": PictureField(PictureUse.HERO, label=gettext_lazy("Picture")), "alt": _alt()},
        Block.MESSAGE: {"words": _words(gettext_lazy("Your words beneath the headline"))},
        Block.PRODUCT: {
            "name": _line(gettext_lazy("Name")),
            "words": _words(gettext_lazy("What is good about it")),
            "picture": PictureField(PictureUse.PRODUCT, label=gettext_lazy("Picture")),
            "alt": _alt(),
            "link": _address(gettext_lazy("Its page"), "https://shop.example.com/bread"),
        },
        Block.VIDEO: {
            "address": _address(gettext_lazy("Address of the film"), "https://youtu.be/…"),
            "title": _line(gettext_lazy("Title")),
            "poster": PictureField(PictureUse.POSTER, label=gettext_lazy("Picture before it is played")),
        },
        Block.QUESTIONS: {
            "items": _words(
                gettext_lazy("Questions and answers"),
                10,
                help_text=gettext_lazy(
                    "A question on a line of its own, its answer beneath. An empty line before the next question; in an answer, a line"
                    " with a dot (·) begins a new paragraph."
                ),
            )
        },
        Block.VALUES: {"title": _line(gettext_lazy("Title")), "words": _words(gettext_lazy("What you stand for"), 5)},
        Block.CONTACT: {"words": _words(gettext_lazy("How to reach you")), "phone": _line(gettext_lazy("Telephone"))},
    }
    return made[block]


class BlockForm(forms.Form):
    """One block in one language. `content` is what is written now; its pictures stay where no other is chosen."""

    def __init__(self, block: Block, content: dict[str, Any], data: Any = None, files: Any = None):
        super().__init__(data, files, initial=_written(content), prefix=str(block))
        self.block, self.content = block, content
        for name, field in _fields(block).items():
            self.fields[name] = field
            if isinstance(field, PictureField) and content.get(name):
                self.fields[f"without_{name}"] = forms.BooleanField(
                    label=gettext_lazy("Take the picture away"), required=False
                )
        self.read: dict[str, Any] = {}
        self.pictures: list[ReadPicture] = []

    def clean(self) -> None:
        """The block as the domain reads it."""
        if self.errors:
            return
        told: dict[str, Any] = {}
        for name in BLOCKS[self.block]:
            value = self.cleaned_data.get(name)
            if isinstance(self.fields[name], PictureField):
                if isinstance(value, ReadPicture):
                    self.pictures.append(value)
                told[name] = self._digest(name, value)
            else:
                told[name] = _items(str(value)) if name == "items" else value
        try:
            self.read = read_block(self.block, told)
        except UnableToReadBlock as problem:
            field = problem.field.partition("[")[0]
            text = gettext("Expected here: %(expected)s") % {"expected": gettext(str(problem))}
            self.add_error(field if field in self.fields else None, text)

    def _digest(self, name: str, value: Any) -> str:
        """A new picture, none where it is taken away, else the one that is there."""
        if isinstance(value, ReadPicture):
            return value.digest
        return "" if self.cleaned_data.get(f"without_{name}") else str(self.content.get(name, ""))

    def present(self, name: str) -> str:
        """The digest of the picture that a field holds now."""
        return str(self.content.get(name, "")) if isinstance(self.fields[name], PictureField) else ""


def _written(content: dict[str, Any]) -> dict[str, Any]:
    shown = dict(content)
    if "items" in shown:
        shown["items"] = "\n\n".join(f"{item['question']}\n{_within(item['answer'])}" for item in shown["items"])
    return shown


def _within(answer: str) -> str:
    """An answer of several paragraphs: what parts them is a line with a dot, for an empty line parts questions."""
    return re.sub(r"\n[^\S\n]*\n+", f"\n{PARAGRAPH}\n", answer)


def _items(text: str) -> list[dict[str, str]]:
    parts = [part.strip() for part in re.split(r"\n[^\S\n]*\n", text.replace("\r\n", "\n")) if part.strip()]
    pairs = [part.partition("\n") for part in parts]
    return [
        {
            "question": question.strip(),
            "answer": re.sub(rf"\n[^\S\n]*{re.escape(PARAGRAPH)}[^\S\n]*\n", "\n\n", answer).strip(),
        }
        for question, _, answer in pairs
    ]
