"""Style sheets and pictures of a workspace, at addresses that change with what they give."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from passaparola.actions.design.branding import look_of
from passaparola.domain.design.theme import theme_css, theme_revision
from passaparola.inbound.programs_known import programs_of
from passaparola.inbound.web.design.drawing import Sketch, drawn
from passaparola.inbound.web.friends.previews import sketch_digest, sketch_of
from passaparola.store.read.catalogue import default_workspace
from passaparola.store.read.design import branding_of, picture_content
from passaparola.store.read.offers import firm_of
from passaparola.store.read.snapshot import reading

FOREVER = "public, max-age=31536000, immutable"
SEALED = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",  # mails, previews and the widget show them elsewhere
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def kept(content: bytes, content_type: str) -> HttpResponse:
    """What never changes at its address."""
    return HttpResponse(content, content_type=content_type, headers={**SEALED, "Cache-Control": FOREVER})


def nothing() -> HttpResponse:
    return HttpResponse(
        "There is no such thing here.\n", status=404, content_type="text/plain; charset=utf-8", headers=SEALED
    )


@require_safe
def theme(_: HttpRequest, workspace: str, revision: str) -> HttpResponse:
    """The style sheet as it is now. Under an older name it is given all the same, but not to be kept."""
    with reading() as session:
        key = default_workspace(session, workspace)
        row = branding_of(session, key) if key else None
    if key is None:
        return nothing()
    look = look_of(row)
    answer = kept(theme_css(look).encode(), "text/css; charset=utf-8")
    if theme_revision(look) != revision:
        answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def media(_: HttpRequest, workspace: str, digest: str, extension: str) -> HttpResponse:
    """A picture of the workspace, by the digest of its bytes."""
    with reading() as session:
        key = default_workspace(session, workspace)
        found = picture_content(session, key, digest) if key else None
    if found is None or not found[0].endswith(f"/{extension}"):
        return nothing()
    return kept(found[1], found[0])


@require_safe
def preview(_: HttpRequest, workspace: str, program: str, language: str, digest: str) -> HttpResponse:
    """The picture of a program's link in one language. Only the one that its page names now is drawn: nobody can ask for others."""
    with reading() as session:
        key = default_workspace(session, workspace)
        firm = firm_of(session, key) if key else None
    live = next((p for p in programs_of(key).values() if p.live.slug == program), None) if key else None
    if key is None or firm is None or live is None:
        return nothing()
    with translation.override(language):
        sketch = sketch_of(live.live, firm, key)
    if sketch_digest(sketch) != digest:
        return nothing()
    return kept(_drawn(sketch), "image/png")


@lru_cache(maxsize=32)
def _drawn(sketch: Sketch) -> bytes:
    return drawn(sketch)
