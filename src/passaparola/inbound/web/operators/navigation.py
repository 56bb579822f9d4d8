"""The side bar and the tabs of a program, each one tuple: a page of a new area is one line here.

An entry is shown to whoever has its permit, and is marked where the address of the page begins with its own (the longest that fits).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from passaparola.inbound.web.operators.permits import Permit


@dataclass(frozen=True, slots=True)
class Entry:
    """`name` is the name of the address, `icon` one of docs/vendored.py: ICONS, `counted` the name of a count in the page's context.

    `also` is the beginning of other addresses that belong to it.
    """

    key: str
    name: str
    label: Any
    icon: str
    permit: Permit = Permit.VIEW
    counted: str = ""
    also: str = ""


NAVIGATION: tuple[Entry, ...] = (
    Entry("programs", "home", _("Programs"), "layout-grid"),
    Entry("dashboard", "dashboard", _("Dashboard"), "chart-line", also="/arrivals/"),
    Entry("all-referrals", "all-referrals", _("Referrals"), "users"),
    Entry("all-rewards", "all-rewards", _("Rewards"), "gift"),
    Entry("payouts", "payouts", _("Payouts"), "cash", Permit.DECIDE_REWARDS),
    Entry("support", "find", _("Support"), "search", Permit.SUPPORT, also="/people/"),
    Entry("findings", "findings", _("Findings"), "bulb", counted="open_findings"),
    Entry("requests", "requests", _("Requests"), "headset", Permit.SUPPORT, counted="open_requests"),
    Entry("quotes", "quotes", _("Quotes"), "message", Permit.SHARE, counted="proposed_quotes"),
    Entry("competitors", "competitors", _("Competitors"), "scale", Permit.WRITE_PROGRAMS),
    Entry("design", "design", _("Design"), "palette", Permit.DESIGN),
    Entry("firm", "firm", _("Firm"), "settings", Permit.FIRM),
    Entry("connect", "connect", _("Connect"), "world", Permit.KEYS),
    Entry("keys", "settings", _("API keys"), "key", Permit.KEYS),
    Entry("webhooks", "webhooks", _("Webhooks"), "webhook", Permit.KEYS),
    Entry("staff", "staff", _("Staff"), "user-check", Permit.STAFF),
    Entry("log", "log", _("Log"), "history", Permit.PRIVACY),
)
PROGRAM_TABS: tuple[Entry, ...] = (
    Entry("overview", "program", _("Overview"), "chart-bar"),
    Entry("numbers", "program-numbers", _("Numbers"), "chart-line"),
    Entry("referrals", "program-referrals", _("Referrals"), "users"),
    Entry("rewards", "program-rewards", _("Rewards"), "gift"),
    Entry("file", "program-file", _("File"), "file-text", Permit.WRITE_PROGRAMS),
    Entry("page", "program-page", _("Page"), "brush", Permit.DESIGN),
    Entry("plan", "program-plan", _("Plan"), "clipboard", Permit.WRITE_PROGRAMS),
    Entry("sharing", "program-places", _("Sharing"), "share", Permit.SHARE),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as the page writes it."""

    key: str
    label: Any
    icon: str
    url: str
    current: bool
    counted: str


def shown(entries: Sequence[Entry], path: str, permits: Iterable[Permit], **where: Any) -> list[Shown]:
    """The entries that are permitted; `where` is what their addresses need, such as a program's slug."""
    allowed = set(permits)
    addressed = [(entry, reverse(entry.name, kwargs=where or None)) for entry in entries if entry.permit in allowed]
    begins = (at for entry, url in addressed for at in (url, entry.also) if at and path.startswith(at))
    fitting = max(begins, key=len, default="-")
    return [Shown(e.key, e.label, e.icon, url, fitting in (url, e.also), e.counted) for e, url in addressed]
