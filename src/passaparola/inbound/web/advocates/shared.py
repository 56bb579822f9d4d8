"""What came of sharing: by channel how often, when last, and how often the link was opened from there."""

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from passaparola.inbound.web.advocates.answers import page
from passaparola.inbound.web.advocates.channels import CHANNELS, COPY, QR, SYSTEM
from passaparola.inbound.web.advocates.keeping import CARD_CHANNEL
from passaparola.inbound.web.advocates.materials import CHANNEL as MATERIAL
from passaparola.inbound.web.advocates.sessions import Visitor, portal_page
from passaparola.inbound.web.advocates.words import day_text
from passaparola.store.read.offers import firm_of
from passaparola.store.read.portal import links_of, shares_by_channel, visits_by_channel
from passaparola.store.read.snapshot import reading

_NAMES: dict[str, str | Promise] = {
    **{key: channel.name for key, channel in CHANNELS.items()},
    SYSTEM: _("Your phone's own list"),
    COPY: _("The copied link"),
    QR: _("The QR code"),
    CARD_CHANNEL: _("The printed cards"),
    MATERIAL: _("Pictures and texts"),
    "invitation": _("Invitations by mail"),
    "": _("The link without a channel"),
}
OTHER = "other"


@require_safe
@portal_page
def shares(request: HttpRequest, who: Visitor) -> HttpResponse:
    """A line for each channel that was used or that somebody came by, the most used first. Words that are no channel of ours, which anybody
    may write behind a link, are one line."""
    with reading() as session:
        firm = firm_of(session, who.workspace)
        links = [link.id for link in links_of(session, who.workspace, who.group)]
        shared = shares_by_channel(session, who.workspace, who.group)
        opened: Counter[str] = Counter()
        for channel, times in visits_by_channel(session, who.workspace, links).items():
            opened[channel if channel in _NAMES else OTHER] += times
    rows = [_row(key, shared.get(key), opened.get(key, 0)) for key in {*shared, *opened}]
    rows.sort(key=lambda row: (-row["shared"], -row["opened"], row["name"]))
    return page(request, "advocate/shares.html", {"firm": firm, "here": "home", "rows": rows})


def _row(channel: str, shared: tuple[int, int] | None, opened: int) -> dict[str, Any]:
    times, last = shared or (0, 0)
    return {
        "name": str(_NAMES.get(channel, channel)),
        "shared": times,
        "last": day_text(last) if last else "",
        "opened": opened,
    }
