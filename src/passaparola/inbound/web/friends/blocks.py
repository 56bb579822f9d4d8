"""What a firm and an advocate wrote on a landing page, as the page shows it in the reader's language."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language

from passaparola.actions.offers.show import ShownOffer
from passaparola.domain.design.blocks import Block, pictures_of
from passaparola.domain.design.video import Video, read_video
from passaparola.inbound.design import picture_address
from passaparola.store.read import design
from passaparola.store.read.checkout import person_group
from passaparola.store.read.design import PageTextRow, PictureRow
from passaparola.store.read.quotes import shown_quotes
from passaparola.store.read.snapshot import reading

FALLBACK = "en"


def blocks_of(shown: ShownOffer) -> dict[str, Any]:
    """Every block in the reader's language or else in English, None where it is not written; the advocate's own words; what others say.

    None of them is left out: a template that misses `values` would find the method of the dict.
    """
    if shown.program is None:
        return {}
    workspace, slug = shown.link.workspace, shown.program.slug
    language = (get_language() or FALLBACK).partition("-")[0]
    with reading() as session:
        rows = chosen(design.page_texts(session, workspace, slug), language)
        wanted = [digest for row in rows.values() for digest in pictures_of(Block(row.block), row.content)]
        pictures = design.pictures_of(session, workspace, wanted)
        people = person_group(session, workspace, shown.link.person) or [shown.link.person]
        words = design.personal_words(session, workspace, shown.link.program, people)
        quotes = shown_quotes(session, workspace, slug, language)
    written = {name: shown_block(row, pictures, shown.firm.slug) for name, row in rows.items()}
    return {"blocks": {str(block): written.get(block) for block in Block}, "words": words, "quotes": quotes}


def chosen(rows: Iterable[PageTextRow], language: str) -> dict[str, PageTextRow]:
    """Of each block the text in this language, else in English, else in the first there is."""
    found: dict[str, PageTextRow] = {}
    for row in sorted(rows, key=lambda r: (r.language != language, r.language != FALLBACK, r.language)):
        found.setdefault(row.block, row)
    return found


def shown_block(row: PageTextRow, pictures: Mapping[str, PictureRow], slug: str) -> dict[str, Any]:
    """A block as the template takes it: its texts, its pictures with their sizes, its film with its player."""
    given: dict[str, Any] = {**row.content, "language": row.language}
    for name in ("picture", "poster"):
        picture = pictures.get(str(given.get(name, "")))
        given[name] = (
            {"address": picture_address(slug, picture), "width": picture.width, "height": picture.height}
            if picture
            else None
        )
    if row.block == Block.VIDEO:
        given["film"] = read_video(str(row.content["address"]))
    return given


def film_of(context: Mapping[str, Any]) -> Video | None:
    """The film that a page shows."""
    film = (context.get("blocks", {}).get("video") or {}).get("film")
    return film if isinstance(film, Video) else None
