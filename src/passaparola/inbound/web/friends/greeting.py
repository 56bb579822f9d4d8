"""What a landing page says first: to whoever is here for the first time, and to whoever was here before."""

from typing import Any

from babel.dates import format_date
from django.utils.translation import get_language, gettext, gettext_noop

from passaparola.actions.offers.show import ShownOffer
from passaparola.domain.design.choices import Tone
from passaparola.domain.instant import SECOND, Instant, local_date
from passaparola.domain.tokens import Clicked
from passaparola.inbound.today import now_in
from passaparola.inbound.tongue import locale_of
from passaparola.store.read.offers import AcceptanceRow, acceptance_of_visit
from passaparola.store.read.snapshot import reading

A_WHILE = 30 * 60 * SECOND  # who reads for so long has been away
_GREETINGS = {
    Tone.WARM: gettext_noop("Lovely that you are here. Take a look: it takes less than a minute."),
    Tone.PLAIN: gettext_noop("Take a look: it takes less than a minute."),
    Tone.FORMAL: gettext_noop("Welcome. On this page you find the offer and its conditions."),
}


def greeting(tone: Tone) -> str:
    """Our own words where the firm wrote none, in its tone."""
    return gettext(_GREETINGS[tone])


def returned(shown: ShownOffer, clicked: Clicked, token: str) -> dict[str, Any] | None:
    """Whether the same visit comes again, which its token in the address says; and what it took. No cookie is needed."""
    with reading() as session:
        taken = acceptance_of_visit(session, shown.link.workspace, clicked.visit)
    if taken is not None and shown.program is not None:
        return {
            "address": f"/l/{shown.link.slug}/accept?v={token}",
            "day": day_said(taken.created_at, shown.program.timezone),
        }
    if now_in(shown.link.workspace) - clicked.at > A_WHILE:
        return {"address": "", "day": ""}
    return None


def day_said(at: Instant, timezone: str) -> str:
    """The day of a moment in the program's time zone, as the reader's language writes it."""
    return format_date(local_date(at, timezone), format="long", locale=locale_of(get_language() or "en"))


def way_of(taken: AcceptanceRow, timezone: str, *, given: bool) -> list[dict[str, Any]]:
    """How far a friend is, step by step: what was done, on which day, and what comes next."""
    steps: list[dict[str, Any]] = [
        {"words": gettext("You took the offer"), "day": day_said(taken.created_at, timezone), "done": True}
    ]
    if taken.address_mac:
        confirmed = taken.confirmed_at
        day = day_said(confirmed, timezone) if confirmed else ""
        steps.append({"words": gettext("Your address is confirmed"), "day": day, "done": confirmed is not None})
    steps.append({"words": gettext("What you get is yours"), "day": "", "done": given})
    return steps
