"""What the firm gives advocates to share beside their words: pictures, texts, films, stories, each with the advocate's own link."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from passaparola.actions.joining.show import programs_shown
from passaparola.domain.people.public_name import public_name
from passaparola.domain.programs.compiled import Program, ProgramStatus
from passaparola.domain.sharing.materials import MaterialKind
from passaparola.domain.sharing.texts import filled, with_link
from passaparola.inbound.design import picture_address
from passaparola.inbound.sharing import headline, here, link_address, nameless
from passaparola.inbound.web.advocates.answers import HEADERS, missing, page
from passaparola.inbound.web.advocates.sessions import Visitor, portal_page
from passaparola.inbound.web.design.cards import Card, drawn_card
from passaparola.store.read.design import PictureRow, picture_content, pictures_of
from passaparola.store.read.joining import ShownLink
from passaparola.store.read.offers import Firm, firm_of
from passaparola.store.read.portal import links_of, parts_of
from passaparola.store.read.sharing import MaterialRow, material_by_id, materials_of
from passaparola.store.read.snapshot import Session, reading

CHANNEL = "material"  # recorded with every visit that comes of one
NAMES = {
    MaterialKind.PICTURE: gettext_lazy("Picture"),
    MaterialKind.TEXT: gettext_lazy("Text"),
    MaterialKind.FILM: gettext_lazy("Film"),
    MaterialKind.STORY: gettext_lazy("Story"),
    MaterialKind.TIPS: gettext_lazy("Tips"),
    MaterialKind.ARTICLE: gettext_lazy("Article"),
}
TYPES = {"png": "image/png", "pdf": "application/pdf", "txt": "text/plain; charset=utf-8"}
RUNS = (ProgramStatus.ACTIVE, ProgramStatus.PAUSED)
Shares = dict[str, tuple[Program, ShownLink]]


@require_safe
@portal_page
def materials(request: HttpRequest, who: Visitor) -> HttpResponse:
    """Everything there is for the programs in which they take part."""
    programs = programs_shown(who.workspace)
    with reading() as session:
        firm, shares = firm_of(session, who.workspace), _shares(session, who, programs)
        rows = [
            row for row in materials_of(session, who.workspace, list(shares)) if row.material.language in ("", here())
        ]
        pictures = pictures_of(session, who.workspace, [row.material.picture for row in rows if row.material.picture])
    tags = {slug: _tags(*share, who, firm) for slug, share in shares.items()}
    context = {
        "firm": firm,
        "here": "materials",
        "materials": [_shown(row, shares[row.program][0], tags[row.program], firm, pictures) for row in rows],
        "several": len(shares) > 1,
    }
    return page(request, "advocate/materials.html", context)


@require_safe
@portal_page
def material(request: HttpRequest, who: Visitor, key: str, form: str) -> HttpResponse:
    """One of them to keep: a picture with their link as `png` or `pdf`, anything else as `txt`."""
    programs = programs_shown(who.workspace)
    with reading() as session:
        row = material_by_id(session, who.workspace, key)
        shares, firm = _shares(session, who, programs), firm_of(session, who.workspace)
        found = picture_content(session, who.workspace, row.material.picture) if row and row.material.picture else None
    if row is None or row.program not in shares or (form == "txt") == (found is not None):
        return missing(request)
    program, link = shares[row.program]
    address = link_address(link.slug, CHANNEL)
    if found is not None:
        content = drawn_card(Card(found[1], address, link_address(link.slug).partition("://")[2], link.code), form)
    else:
        content = f"{row.material.title}\n\n{_words(row, _tags(program, link, who, firm))}\n".encode()
    answer = HttpResponse(content, content_type=TYPES[form], headers=HEADERS)
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.material.kind}-{key[-6:]}.{form}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'"
    return answer


def _shares(session: Session, who: Visitor, programs: dict[str, Program]) -> Shares:
    """The programs (by slug) in which they may share, with the first link that they have there."""
    standing = {part.program: part.status for part in parts_of(session, who.workspace, who.group)}
    found: Shares = {}
    for link in links_of(session, who.workspace, who.group):
        program = programs.get(link.program)
        if program is not None and program.status in RUNS and standing.get(link.program) not in (None, "suspended"):
            found.setdefault(program.slug, (program, link))
    return found


def _shown(
    row: MaterialRow, program: Program, tags: dict[str, str], firm: Firm, pictures: dict[str, PictureRow]
) -> dict[str, Any]:
    picture = pictures.get(row.material.picture)
    return {
        "id": row.id,
        "kind": row.material.kind,
        "name": NAMES[MaterialKind(row.material.kind)],
        "title": row.material.title,
        "program": program.name,
        "language": row.material.language,
        "picture": {"address": picture_address(firm.slug, picture), "width": picture.width, "height": picture.height}
        if picture
        else None,
        "address": row.material.address,
        "words": _words(row, tags),
    }


def _tags(program: Program, link: ShownLink, who: Visitor, firm: Firm) -> dict[str, str]:
    """What fills the places of a program's materials."""
    name = public_name(who.name) if who.name else None
    return {
        "name": name or nameless(),
        "firm": firm.name,
        "headline": headline(program, who.workspace, name, firm.name),
        "code": link.code,
        "link": link_address(link.slug, CHANNEL),
    }


def _words(row: MaterialRow, tags: dict[str, str]) -> str:
    """What is sent with it: its words with their places filled, its address, the link."""
    own = "\n".join(part for part in (filled(row.material.words, tags), row.material.address) if part)
    return with_link(own, tags["link"])
