"""One person: how they are known, whom they brought, who brought them, what they got."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from passaparola.inbound.today import now_in
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.checkout import balance
from passaparola.store.read.explanations import labels
from passaparola.store.read.pages import (
    ADVOCATES,
    EVENTS,
    IDENTITIES,
    LINKS,
    PEOPLE,
    REFERRALS,
    REWARDS,
    one_person,
    page_of,
    record_of,
    records_of,
)
from passaparola.store.read.snapshot import Session, reading

SHOWN = 25


@require_safe
@needs(Permit.VIEW)
def person(request: HttpRequest, key: str) -> HttpResponse:
    """Everything about one person. A merged record leads to the one that stands for it."""
    workspace = the_workspace()
    with reading() as session:
        row = record_of(session, PEOPLE, workspace, key)
        if row is None:
            raise Http404
        if row["alias_of_id"]:
            return redirect("person", key=row["alias_of_id"])
        given = _known(session, workspace, key)
        given |= {"person": row, "key": key, "balances": balance(workspace, key, now=now_in(workspace)) or {}}
        return page(request, "person.html", session, workspace, given)


def _known(session: Session, workspace: str, key: str) -> dict[str, Any]:
    group = one_person(session, workspace, key)
    people = {"people": group}

    def newest(listing: Any, given: dict[str, Any]) -> Any:
        return page_of(session, listing, workspace, given=given, before=None, limit=SHOWN)

    friend_of, brought = newest(REFERRALS, {"friends": group}), newest(REFERRALS, {"advocates": group})
    everybody = {key, *(r["advocate_person_id"] for r in friend_of), *(r["friend_id"] for r in brought)}
    entries = programs_of(session, workspace)
    parts = {a["program_id"]: {**a, "links": []} for a in records_of(session, ADVOCATES, workspace, given=people)}
    for link in records_of(session, LINKS, workspace, given=people):
        parts.setdefault(link["program_id"], {"status": "", "joined_at": None, "links": []})["links"].append(link)
    return {
        "merged": len(group) - 1,
        "identities": records_of(session, IDENTITIES, workspace, given=people),
        "parts": parts,
        "friend_of": [r for r in friend_of if r["status"] != "merged"],
        "brought": [r for r in brought if r["status"] != "merged"],
        "rewards": newest(REWARDS, people),
        "events": newest(EVENTS, people),
        "labels": labels(session, workspace, {p for p in everybody if p}),
        "programs": {entry.key: entry for entry in entries},
        "entries": entries,
    }
