"""The texts for sharing as they are shown: chosen by channel and language, their places filled."""

from collections.abc import Iterable, Mapping
from io import BytesIO

import segno
from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language, gettext

from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.headline import LONGEST, seen
from passaparola.domain.programs.offer import offer_of
from passaparola.domain.sharing.texts import FALLBACK, ShareText, TextChannel, filled, text_for
from passaparola.inbound.programs_known import programs_of
from passaparola.inbound.today import day_of
from passaparola.inbound.tongue import the_tongue
from passaparola.store.read.offers import firm_of
from passaparola.store.read.snapshot import reading

SAMPLE = {"name": "Ada", "code": "K7MPX4RT", "slug": "k7mpx4rt9w"}
"""A name, a code and a link as long as ours are."""


def link_address(slug: str, channel: str = "") -> str:
    """Where a link leads, with the channel that it was given away by. Begins with the configured origin, whatever the request said."""
    return f"{settings.PUBLIC_URL}/r/{slug}" + (f"?c={channel}" if channel else "")


def headline(program: Program | None, workspace: str, name: str | None, firm: str) -> str:
    """What a program offers, at a glance, in the language that is active; of one that never went live as many letters as there may be."""
    if program is None:
        return "x" * LONGEST
    said = offer_of(program, name=name, firm=firm, tongue=the_tongue(), now=day_of(program, workspace))
    return seen(said.headline)


def sample_of(workspace: str, slug: str, language: str, channel: str) -> dict[str, str]:
    """What fills the places of a text where its length is measured and where it is tried: Ada's, in that language."""
    with reading() as session:
        firm = firm_of(session, workspace).name
    live = next((known.live for known in programs_of(workspace).values() if known.live.slug == slug), None)
    with translation.override(language):
        said = headline(live, workspace, SAMPLE["name"], firm)
    values = {"name": SAMPLE["name"], "firm": firm, "headline": said, "code": SAMPLE["code"]}
    return {**values, "link": sample_link(channel)}


def sample_link(channel: str) -> str:
    """Ada's link as it is sent by a channel."""
    return link_address(SAMPLE["slug"], "" if channel == TextChannel.ANY else channel)


def here() -> str:
    """The language that is active, as texts are written in."""
    return (get_language() or FALLBACK).partition("-")[0]


def prepared(texts: Iterable[ShareText], channel: str, values: Mapping[str, str]) -> tuple[str, str] | None:
    """(words, subject) that the firm wrote for a channel, with their places filled. None where it wrote none."""
    text = text_for(texts, channel, here())
    return (filled(text.words, values), filled(text.subject, values)) if text else None


def nameless() -> str:
    """Who recommends, where no name is known."""
    return gettext("your friend")


def qr_code(address: str, form: str) -> bytes:
    """The QR code of an address: `svg`, scalable, or `png`, in points for a print shop."""
    out, code = BytesIO(), segno.make(address, error="m", micro=False)
    if form == "svg":
        code.save(out, kind="svg", xmldecl=False, omitsize=True, border=2, dark="#000", light="#fff")
    else:
        code.save(out, kind="png", scale=16, border=4)
    return out.getvalue()
