"""What is given away: a link, a code to say, a picture of it, and buttons that hand a message to a channel and record which."""

from io import BytesIO
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from passaparola.actions.joining.share import Shared, record_share
from passaparola.domain.programs.compiled import Program
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_in
from passaparola.inbound.web.advocates.answers import HEADERS, QUIET, missing
from passaparola.inbound.web.advocates.channels import CHANNELS, QR, SYSTEM, Message
from passaparola.inbound.web.advocates.words import share_words
from passaparola.store.read.joining import ShownLink

LONGEST_WORDS = 600
PICTURES = {"svg": "image/svg+xml", "png": "image/png"}


def address_of(slug: str, channel: str = "") -> str:
    """Where a link leads, with the channel that it was given away by. Begins with the configured origin, whatever the request said."""
    return f"{settings.PUBLIC_URL}/r/{slug}" + (f"?c={channel}" if channel else "")


def shown_link(link: ShownLink, program: Program, firm: str, *, base: str) -> dict[str, Any]:
    """What a page needs to show of a link. `base` is where its picture and buttons are: /me or /join."""
    return {
        "id": link.id,
        "label": link.label,
        "address": address_of(link.slug),
        "plain": address_of(link.slug).partition("://")[2],
        "by_system": address_of(link.slug, SYSTEM),
        "code": link.code,
        "picture": f"{base}/qr/{link.id}",
        "share": f"{base}/share/{link.id}",
        "words": share_words(program, firm),
        "channels": [{"key": channel.key, "name": channel.name} for channel in CHANNELS.values()],
        "longest": LONGEST_WORDS,
    }


def picture(link: ShownLink, kind: str) -> HttpResponse:
    """The QR code of a link, served as a picture: scalable, or in points for a print shop."""
    out = BytesIO()
    code = segno.make(address_of(link.slug, QR), error="m", micro=False)
    if kind == "svg":
        code.save(out, kind="svg", xmldecl=False, omitsize=True, border=2, dark="#000", light="#fff")
    else:
        code.save(out, kind="png", scale=16, border=4)
    answer = HttpResponse(out.getvalue(), content_type=PICTURES[kind], headers={**HEADERS, **QUIET})
    answer.headers["Content-Security-Policy"] = "default-src 'none'"
    return answer


def share(request: HttpRequest, link: ShownLink, program: Program, *, workspace: str, channel: str) -> HttpResponse:
    """Record that a link was shared and hand the message to its channel. 204 where the system's share sheet has it already."""
    if channel not in CHANNELS and channel != SYSTEM:
        return missing(request)
    at, shared = now_in(workspace), Shared(link.id, link.code, channel)
    the_writer().run(lambda: record_share(shared, workspace=workspace, now=at))
    if channel == SYSTEM:
        return HttpResponse(status=204, headers=HEADERS)
    words = " ".join(request.POST.get("words", "").replace("\x00", "").split(" "))[:LONGEST_WORDS].strip()
    address = CHANNELS[channel].address(Message(words, address_of(link.slug, channel), program.name))
    return HttpResponse(status=303, headers={**HEADERS, **QUIET, "Location": address})
