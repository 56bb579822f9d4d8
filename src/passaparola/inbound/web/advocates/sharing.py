"""What is given away: a link, a code to say, a picture of it, and buttons that hand a message to a channel and record which."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from passaparola.actions.joining.share import Shared, record_share
from passaparola.domain.programs.compiled import Program
from passaparola.domain.sharing.texts import LONGEST, ShareText, TextChannel, hidden_buttons
from passaparola.inbound.running import the_writer
from passaparola.inbound.sharing import headline, link_address, nameless, prepared, qr_code
from passaparola.inbound.today import now_in
from passaparola.inbound.web.advocates.answers import HEADERS, QUIET, missing, page
from passaparola.inbound.web.advocates.channels import CHANNELS, COPY, QR, SYSTEM, TOLD_BY_SCRIPT, Channel, Message
from passaparola.inbound.web.advocates.words import share_words
from passaparola.store.read.joining import ShownLink
from passaparola.store.read.offers import firm_of
from passaparola.store.read.snapshot import reading

MAIN = "main"  # the workspace that addresses need not name
PICTURES = {"svg": "image/svg+xml", "png": "image/png"}


@dataclass(frozen=True, slots=True)
class Giving:
    """What an advocate gives away in a program: for whom, under which name, with what the firm wrote for it."""

    program: Program
    workspace: str
    firm: str
    name: str | None
    texts: Sequence[ShareText]

    @property
    def channels(self) -> list[Channel]:
        """Those that have a button."""
        hidden = hidden_buttons(self.texts)
        return [channel for channel in CHANNELS.values() if channel.key not in hidden]

    def message(self, link: ShownLink, channel: str, address: str) -> tuple[str, str]:
        """(words, subject) that stand ready for a channel: the firm's, else ours."""
        if self.texts:
            values = {
                "name": self.name or nameless(),
                "firm": self.firm,
                "headline": headline(self.program, self.workspace, self.name, self.firm),
                "code": link.code,
                "link": address,
            }
            if written := prepared(self.texts, channel, values):
                return written[0], written[1] or self.program.name
        return share_words(self.program, self.firm), self.program.name


def shown_link(link: ShownLink, giving: Giving, *, base: str) -> dict[str, Any]:
    """What a page needs to show of a link. `base` is where its picture and buttons are: /me or /join."""
    return {
        "id": link.id,
        "label": link.label,
        "address": link_address(link.slug),
        "plain": link_address(link.slug).partition("://")[2],
        "by_system": link_address(link.slug, SYSTEM),
        "by_copy": link_address(link.slug, COPY),
        "seen_by_friends": f"/l/{link.slug}",
        "cards": f"{base}/cards/{link.id}.pdf" if base == "/me" else "",
        "code": link.code,
        "picture": f"{base}/qr/{link.id}",
        "share": f"{base}/share/{link.id}",
        "several": f"{base}/several/{link.id}"
        if base == "/me" and "email" in {channel.key for channel in giving.channels}
        else "",
        "words": ready(link, giving),
        "apart": any(text.words and text.channel != TextChannel.ANY for text in giving.texts),
        "channels": [{"key": channel.key, "name": channel.name} for channel in giving.channels],
        "longest": LONGEST + 200,  # what fills the places may be longer than it was where it was measured
    }


def ready(link: ShownLink, giving: Giving) -> str:
    """The message that stands in the form."""
    return giving.message(link, TextChannel.ANY, link_address(link.slug))[0]


def picture(link: ShownLink, kind: str) -> HttpResponse:
    """The QR code of a link, served as a picture: scalable, or in points for a print shop."""
    drawn = qr_code(link_address(link.slug, QR), kind)
    answer = HttpResponse(drawn, content_type=PICTURES[kind], headers={**HEADERS, **QUIET})
    answer.headers["Content-Security-Policy"] = "default-src 'none'"
    return answer


def share(request: HttpRequest, link: ShownLink, giving: Giving, *, channel: str) -> HttpResponse:
    """Record that a link was shared and hand the message to its channel. 204 where a script has handed it over already.

    Where there is no channel to hand it to, the message is shown with its own link, to be copied.
    """
    if channel not in TOLD_BY_SCRIPT and channel not in {known.key for known in giving.channels}:
        return missing(request)
    at, shared = now_in(giving.workspace), Shared(link.id, link.code, channel)
    the_writer().run(lambda: record_share(shared, workspace=giving.workspace, now=at))
    if channel in TOLD_BY_SCRIPT:
        return HttpResponse(status=204, headers=HEADERS)
    address = link_address(link.slug, channel)
    words, subject = _words(request, link, giving, channel)
    message, hand_to = Message(words, address, subject), CHANNELS[channel].address
    if hand_to is None:
        return _to_copy(request, giving, message)
    location = hand_to(message)
    return HttpResponse(status=303, headers={**HEADERS, **QUIET, "Location": location})


def _to_copy(request: HttpRequest, giving: Giving, message: Message) -> HttpResponse:
    with reading() as session:
        firm = firm_of(session, giving.workspace)
    joining = f"/join/{'' if firm.slug == MAIN else f'{firm.slug}/'}{giving.program.slug}"
    back = "/me/" if request.path.startswith("/me/") else joining
    return page(request, "advocate/copy.html", {"firm": firm, "message": message.whole, "back": back})


def _words(request: HttpRequest, link: ShownLink, giving: Giving, channel: str) -> tuple[str, str]:
    """What the advocate wrote; where they changed nothing, what stands ready for this very channel."""
    given = request.POST.get("words", "").replace("\x00", "").replace("\r\n", "\n")[: LONGEST + 200].strip()
    address = link_address(link.slug, channel)
    words, subject = giving.message(link, channel, address)
    if given == ready(link, giving).strip():
        return words, subject
    plain = re.escape(link_address(link.slug))
    return re.sub(rf"{plain}(?:\?c=[a-z]+)?", lambda _: address, given), subject
