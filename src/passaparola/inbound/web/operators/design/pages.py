"""The landing page of a program: its blocks in each language, and beside them the page as a friend sees it."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passaparola.actions.acting import Asked, Performed
from passaparola.actions.design.pages import remove_block, write_block
from passaparola.actions.design.pictures import take_picture
from passaparola.actions.offers.show import OfferState, ShownOffer
from passaparola.analytics.landing import DEFINITIONS, Landing, landing_of
from passaparola.domain.design.blocks import LANGUAGES, Block
from passaparola.domain.design.blocks import pictures_of as pictures_in
from passaparola.inbound.design import picture_address
from passaparola.inbound.programs_known import programs_of as compiled_programs
from passaparola.inbound.tongue import the_tongue
from passaparola.inbound.web.friends.answers import PUBLIC_POLICY
from passaparola.inbound.web.friends.answers import page as public_page
from passaparola.inbound.web.friends.blocks import blocks_of
from passaparola.inbound.web.friends.greeting import greeting
from passaparola.inbound.web.friends.offers import said_of
from passaparola.inbound.web.friends.previews import preview_of
from passaparola.inbound.web.operators.acting import Ways, act, beside
from passaparola.inbound.web.operators.design.forms import BlockForm
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.programs import entry_of
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.design import PageTextRow, page_texts, pictures_of, workspace_slug
from passaparola.store.read.offers import SharedLink, firm_of
from passaparola.store.read.snapshot import Session, reading, snapshot

NAMES = {
    Block.HERO: (gettext_lazy("Wide picture"), gettext_lazy("Above all: what it is about, at a glance.")),
    Block.MESSAGE: (
        gettext_lazy("Your words"),
        gettext_lazy("Beneath the headline; an advocate's own take their place."),
    ),
    Block.PRODUCT: (gettext_lazy("Product"), gettext_lazy("What you sell, with a picture.")),
    Block.VIDEO: (gettext_lazy("Film"), gettext_lazy("Loaded when somebody plays it, and not before.")),
    Block.VALUES: (gettext_lazy("What you stand for"), gettext_lazy("A few sentences.")),
    Block.QUESTIONS: (gettext_lazy("Questions"), gettext_lazy("What friends ask before they try something.")),
    Block.CONTACT: (gettext_lazy("Talk to us"), gettext_lazy("How to reach you.")),
}
NOBODY = "0" * 32
Written = dict[str, dict[str, Any]]


@require_safe
@needs(Permit.DESIGN)
def blocks(request: HttpRequest, slug: str) -> HttpResponse:
    """All blocks in one language: `?language=pl`."""
    return _page(request, slug, _language(request.GET.get("language", "")), None)


@require_POST
@needs(Permit.DESIGN)
def write(request: HttpRequest, slug: str, language: str, block: str) -> HttpResponse:
    """Save a block, or take it away."""
    if language not in LANGUAGES or block not in list(Block):
        raise Http404
    to = f"{reverse('program-page', kwargs={'slug': slug})}?language={language}#{block}"
    if "remove" in request.POST:
        said = gettext("The block is taken away.")
        return act(request, lambda asked: remove_block(slug, language, block, asked=asked), to=to, said=said)
    content = _written(_texts(slug), language).get(block, {})
    form = BlockForm(Block(block), content, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, slug, language, form)
    ways = Ways(to, lambda: _page(request, slug, language, form))
    return act(request, lambda asked: _write(slug, language, form, asked), to=ways, said=gettext("Saved."))


def _write(slug: str, language: str, form: BlockForm, asked: Asked) -> Performed[PageTextRow]:
    for number, picture in enumerate(form.pictures):
        taken = take_picture(picture, asked=beside(asked, number))
        if taken.refusal is not None:
            return Performed(refusal=taken.refusal)
    return write_block(slug, language, str(form.block), form.read, asked=asked)


def _texts(slug: str) -> list[PageTextRow]:
    with reading() as session:
        return page_texts(session, the_workspace(), slug)


def _language(asked: str) -> str:
    here = (translation.get_language() or "en").partition("-")[0]
    return asked if asked in LANGUAGES else here if here in LANGUAGES else "en"


def _written(rows: Sequence[PageTextRow], language: str) -> Written:
    return {row.block: dict(row.content) for row in rows if row.language == language}


def _page(request: HttpRequest, slug: str, language: str, bound: BlockForm | None) -> HttpResponse:
    workspace = the_workspace()
    with snapshot() as session:
        entries = programs_of(session, workspace)
        entry = entry_of(entries, slug)
        rows = page_texts(session, workspace, slug)
        written, elsewhere = _written(rows, language), {row.block for row in rows}
        pictures = _pictures(session, workspace, written)
        shown = []
        for block, (name, words) in NAMES.items():
            mine = bound is not None and bound.block == block
            form = bound if bound is not None and mine else BlockForm(block, written.get(str(block), {}))
            shown.append(
                {
                    "key": str(block),
                    "name": name,
                    "words": words,
                    "form": form,
                    "fields": [(field, pictures.get(form.present(field.name), "")) for field in form],
                    "written": str(block) in written,
                    "elsewhere": str(block) in elsewhere,
                    "open": mine,
                }
            )
        names = dict(settings.LANGUAGES)
        given = {
            "here": reverse("program-page", kwargs={"slug": slug}),
            "entry": entry,
            "entries": entries,
            "blocks": shown,
            "language": language,
            "languages": [(code, names[code]) for code in LANGUAGES],
            "tiles": _tiles(landing_of(session, workspace, entry.key, slug)),
        }
        return page(request, "design/page.html", session, workspace, given)


def _tiles(came: Landing) -> list[dict[str, Any]]:
    """From view to offer: what came of the page."""
    rate = {"percent": the_tongue().percent(round(came.rate * 100) * 100)} if came.rate is not None else None
    notes = {"taken": gettext("%(percent)s of the visits") % rate if rate else ""}
    labels = {"opened": gettext("Visits"), "taken": gettext("Took the offer"), "plays": gettext("Played the film")}
    return [
        {"label": labels[name], "value": count, "definition": gettext(DEFINITIONS[name]), "note": notes.get(name, "")}
        for name, count in came._asdict().items()
    ]


def _pictures(session: Session, workspace: str, written: Written) -> dict[str, str]:
    """Digest → address of the pictures that the blocks show."""
    wanted = [digest for block, content in written.items() for digest in pictures_in(Block(block), content)]
    slug = workspace_slug(session, workspace)
    return {digest: picture_address(slug, row) for digest, row in pictures_of(session, workspace, wanted).items()}


@require_http_methods(["GET", "HEAD"])
@xframe_options_sameorigin
@needs(Permit.DESIGN)
def looked_at(request: HttpRequest, slug: str) -> HttpResponse:
    """The landing page as a friend of "Ada" sees it, in a frame of ours. Nothing on it does anything."""
    language = _language(request.GET.get("language", ""))
    workspace = the_workspace()
    live = next((p.live for p in compiled_programs(workspace).values() if p.live.slug == slug), None)
    if live is None:
        raise Http404
    with reading() as session:
        firm = firm_of(session, workspace)
    link = SharedLink(workspace, NOBODY, live.key, NOBODY, "preview", "PREVIEW", True, "Ada", "active")
    shown = ShownOffer(OfferState.OPEN, link, firm, live)
    with translation.override(language):
        context = {
            **said_of(shown),
            **blocks_of(shown),
            "preview": preview_of(shown),
            "greeting": greeting(firm.look.tone),
        }
        answer = public_page("friend/landing.html", {**context, "sample": True})
    policy = PUBLIC_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'").replace(
        "form-action 'self'", "form-action 'none'"
    )
    answer.headers["Content-Security-Policy"] = f"{policy}; sandbox"
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer
