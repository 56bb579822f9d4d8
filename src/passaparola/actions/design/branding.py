"""How a workspace looks, once for all surfaces: landing pages, portal, mails, widget."""

from collections.abc import Mapping
from enum import StrEnum

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.actions.design.stylesheets import UnableToReadStyle, scoped_css
from passaparola.domain.design.choices import Corners, Tone, Typeface
from passaparola.domain.design.colours import UnableToReadColour, can_be_read, nearest_readable, read_colour
from passaparola.domain.design.theme import PLAIN_LOOK, Look
from passaparola.domain.tongue import gettext_noop
from passaparola.store.read.design import BrandingRow, branding_of, pictures_of
from passaparola.store.write.design import put_branding

INVALID_BRANDING, CONTRAST_TOO_LOW = "invalid_branding", "contrast_too_low"
FIELDS = ("accent", "typeface", "corners", "tone", "logo", "custom_css")
_CHOICES: dict[str, type[StrEnum]] = {"typeface": Typeface, "corners": Corners, "tone": Tone}


def change_branding(given: Mapping[str, str], *, asked: Asked) -> Performed[BrandingRow]:
    """Change some of `accent`, `typeface`, `corners`, `tone`, `logo` (the digest of a picture; empty: none) and `custom_css`.

    Refused: `contrast_too_low` (422) with `suggested`, the nearest colour that can be read; `invalid_branding` (422) with `field`, and
    `line` in a style sheet. Raises IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _change(dict(given), desk))


def look_of(row: BrandingRow | None) -> Look:
    """What follows from it for a style sheet."""
    if row is None:
        return PLAIN_LOOK
    return Look(row.accent, Typeface(row.typeface), Corners(row.corners), Tone(row.tone), row.css)


def plain_branding() -> BrandingRow:
    """How a workspace looks that has said nothing."""
    look = PLAIN_LOOK
    return BrandingRow(look.accent, str(look.typeface), str(look.corners), str(look.tone), "", "", "", 0)


def _change(given: dict[str, str], desk: Desk) -> BrandingRow:
    now = branding_of(desk.session, desk.workspace.id) or plain_branding()
    before = {name: str(getattr(now, name)) for name in FIELDS}
    after = before | {name: _checked(name, text, desk) for name, text in given.items()}
    changed = {name: text for name, text in after.items() if text != before[name]}
    if not changed:
        return now
    desk.act("branding.change", "", **changed)
    css = now.css if "custom_css" not in changed else scoped_css(after["custom_css"])
    changed |= {"css": css} if "custom_css" in changed else {}
    put_branding(desk.session, desk.workspace.id, {**after, "css": css}, changed, desk.now)
    return branding_of(desk.session, desk.workspace.id) or now


def _checked(name: str, text: str, desk: Desk) -> str:
    if name == "accent":
        return _accent(text)
    if name in _CHOICES:
        choices = [str(choice) for choice in _CHOICES[name]]
        if text not in choices:
            sentence = gettext_noop("%(field)s is one of %(choices)s")
            said = {"field": name, "choices": ", ".join(choices)}
            raise Refusal(INVALID_BRANDING, sentence, 422, said=said, field=name)
        return text
    if name == "logo":
        if text and text not in pictures_of(desk.session, desk.workspace.id, [text], hold="SHARE"):
            raise Refusal(INVALID_BRANDING, gettext_noop("there is no such picture: upload it first"), 422, field=name)
        return text
    try:
        scoped_css(text)
    except UnableToReadStyle as problem:
        raise Refusal(
            INVALID_BRANDING, problem.sentence, 422, said=problem.said, field=name, line=problem.line
        ) from None
    return text


def _accent(text: str) -> str:
    try:
        colour = read_colour(text)
    except UnableToReadColour:
        raise Refusal(INVALID_BRANDING, gettext_noop("write a colour as #0f766e"), 422, field="accent") from None
    if not can_be_read(colour):
        suggested = nearest_readable(colour)
        sentence = gettext_noop(
            "words in %(accent)s cannot be read on white (WCAG 2.2 AA); the nearest that can: %(suggested)s"
        )
        said = {"accent": colour, "suggested": suggested}
        raise Refusal(CONTRAST_TOO_LOW, sentence, 422, said=said, field="accent", suggested=suggested)
    return colour
