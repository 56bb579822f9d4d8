"""The log: what people, keys and the clock did, the newest first. Rows that only grow; nothing here changes any."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from passaparola.inbound.acts_shown import act_documents
from passaparola.inbound.templatetags.desk import when
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.lists import PAGE, cursor_of
from passaparola.inbound.web.operators.office.acts import ACT_WORDS, act_choices, act_words
from passaparola.inbound.web.operators.office.given import given_words
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.acts import ACTS
from passaparola.store.read.pages import page_of
from passaparola.store.read.snapshot import reading

LONGEST_ACTOR = 128
LONGEST_GIVEN = 80
FIELDS = "fields"  # of what is said of the firm: which of it was changed
FIRST_INSTANT = 10**15  # in 2001: no count of anything is as large


@require_safe
@needs(Permit.PRIVACY)
def log(request: HttpRequest) -> HttpResponse:
    """Acts of one person or key or of all, of one kind or of every."""
    actor = "".join(c for c in request.GET.get("actor", "") if c.isprintable()).strip()[:LONGEST_ACTOR]
    verb, workspace = request.GET.get("act", ""), the_workspace()
    given: dict[str, Any] = {"actor": actor} if actor else {}
    if verb in ACT_WORDS:
        given["verb"] = verb
    with reading() as session:
        rows = page_of(session, ACTS, workspace, given=given, before=cursor_of(request), limit=PAGE + 1)
        acts = [
            {
                **told,
                "at": row["at"],
                "words": act_words(row["verb"]),
                "given": {given_words(name): said_of(name, what) for name, what in told["given"].items()},
            }
            for row, told in zip(rows[:PAGE], act_documents(session, workspace, rows[:PAGE]), strict=True)
        ]
        shown = {
            "rows": acts,
            "actor": actor,
            "act": given.get("verb", ""),
            "acts": act_choices(),
            "next": rows[PAGE - 1]["id"] if len(rows) > PAGE else None,
        }
        return page(request, "office/log.html", session, workspace, shown)


def said_of(name: str, what: Any) -> str:
    """What is given under a name; of names themselves, as people say them."""
    return readable([given_words(one) for one in what] if name == FIELDS else what)


def readable(what: Any) -> str:
    """What an act was given, as people write it: lists and pairs with commas, moments as moments, yes and no."""
    if isinstance(what, bool):
        return gettext("yes") if what else gettext("no")
    if what in (None, "", [], {}):
        return "–"
    if isinstance(what, list | tuple):
        return _cut(", ".join(map(str, what)))
    if isinstance(what, Mapping):
        return _cut(", ".join(f"{name}: {value}" for name, value in what.items()))
    if isinstance(what, int) and what >= FIRST_INSTANT:
        return when(what)
    return _cut(str(what))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_GIVEN else f"{text[: LONGEST_GIVEN - 1]}…"
