"""What a landing page says first: to whoever is here for the first time, and to whoever was here before."""

from typing import Any

from babel.dates import format_date
from django.utils.translation import get_language, gettext, gettext_noop

from passaparola.actions.offers.show import ShownOffer
from passaparola.domain.design.choices import Tone
from passaparola.domain.instant import SECOND, local_date
from passaparola.domain.tokens import Clicked
from passaparola.inbound.today import now_in
from passaparola.inbound.tongue import locale_of
from passaparola.store.read.offers import acceptance_of_visit
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
        day = local_date(taken.created_at, shown.program.timezone)
        said = format_date(day, format="long", locale=locale_of(get_language() or "en"))
        return {"address": f"/l/{shown.link.slug}/accept?v={token}", "day": said}
    if now_in(shown.link.workspace) - clicked.at > A_WHILE:
        return {"address": "", "day": ""}
    return None
