"""One person, as support needs them: what happened, why it is so, and what can be done; in one page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from passaparola.actions.advocates.standing import resume, suspend
from passaparola.actions.links.switch import switch_link
from passaparola.actions.rewards.operate import possible_steps
from passaparola.inbound.today import now_in
from passaparola.inbound.web.operators import words
from passaparola.inbound.web.operators.acting import act, note_of
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.inbound.web.operators.stories import explained, stories, timeline
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.checkout import balance
from passaparola.store.read.explanations import labels
from passaparola.store.read.gather import rewards_by_id
from passaparola.store.read.leaders import naming_of
from passaparola.store.read.mails import MAILS
from passaparola.store.read.pages import (
    ADVOCATES,
    EVENTS,
    IDENTITIES,
    LINKS,
    PEOPLE,
    REFERRALS,
    REWARDS,
    Record,
    one_person,
    page_of,
    record_of,
    records_of,
)
from passaparola.store.read.snapshot import Session, reading

SHOWN = 25
STANDINGS = {
    "suspend": (suspend, _("The advocate is suspended: nobody new is bound to them. Resume ends it.")),
    "resume": (resume, _("The advocate may recommend again.")),
}
SWITCHES = {
    "off": (False, _("The link is switched off and brings nobody. Switch it on again when you like.")),
    "on": (True, _("The link works again.")),
}


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


@require_POST
@needs(Permit.SUPPORT)
def standing(request: HttpRequest, key: str, advocate: str, verb: str) -> HttpResponse:
    """Suspend an advocate, or end that. `key` is the person whose page it is done from."""
    if verb not in STANDINGS:
        raise Http404
    (do, said), note = STANDINGS[verb], note_of(request)
    with reading() as session:
        _require_part(session, ADVOCATES, key, advocate)
    to = reverse("person", kwargs={"key": key})
    return act(request, lambda asked: do(advocate, asked=asked, note=note), to=to, said=str(said))


@require_POST
@needs(Permit.SUPPORT)
def switch(request: HttpRequest, key: str, link: str, verb: str) -> HttpResponse:
    """Switch a link of this person off, or on."""
    if verb not in SWITCHES:
        raise Http404
    active, said = SWITCHES[verb]
    with reading() as session:
        _require_part(session, LINKS, key, link)
    to = reverse("person", kwargs={"key": key})
    return act(request, lambda asked: switch_link(link, active=active, asked=asked), to=to, said=str(said))


def _require_part(session: Session, listing: Any, person_key: str, key: str) -> None:
    """It is there, and this person's. Raises Http404."""
    workspace = the_workspace()
    row = record_of(session, listing, workspace, key)
    if row is None or row["person_id"] not in one_person(session, workspace, person_key):
        raise Http404


def _known(session: Session, workspace: str, key: str) -> dict[str, Any]:
    group = one_person(session, workspace, key)
    people = {"people": group}

    def newest(listing: Any, given: dict[str, Any]) -> Any:
        return page_of(session, listing, workspace, given=given, before=None, limit=SHOWN)

    friend_of = [r for r in newest(REFERRALS, {"friends": group}) if r["status"] != "merged"]
    brought = [r for r in newest(REFERRALS, {"advocates": group}) if r["status"] != "merged"]
    everybody = {key, *(r["advocate_person_id"] for r in friend_of), *(r["friend_id"] for r in brought)}
    entries = programs_of(session, workspace)
    found = explained(session, workspace, f"per_{key}")
    rewards, waiting = newest(REWARDS, people), newest(REWARDS, {**people, "state": "pending"})
    happened = timeline(newest(EVENTS, people), found.rewards) + [
        {"at": mail["created_at"], "mail": mail} for mail in newest(MAILS, people)
    ]
    return {
        "merged": len(group) - 1,
        "naming": naming_of(session, workspace, group),
        "identities": records_of(session, IDENTITIES, workspace, given=people),
        "parts": _parts(session, workspace, people),
        "answers": _answers(friend_of, dict(zip((d.referral for d in found.decisions), stories(found), strict=True))),
        "brought": brought,
        "rewards": rewards,
        "decisions": _to_decide(session, workspace, waiting),
        "shown": SHOWN,
        "timeline": sorted(happened, key=lambda told: told["at"], reverse=True),
        "labels": labels(session, workspace, {p for p in everybody if p}),
        "programs": {entry.key: entry for entry in entries},
        "entries": entries,
    }


def _parts(session: Session, workspace: str, people: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What the person is in each program, with their links."""
    parts = {a["program_id"]: {**a, "links": []} for a in records_of(session, ADVOCATES, workspace, given=people)}
    for link in records_of(session, LINKS, workspace, given=people):
        parts.setdefault(link["program_id"], {"status": "", "joined_at": None, "links": []})["links"].append(link)
    return parts


def _answers(friend_of: list[Record], told: dict[str | None, Any]) -> list[dict[str, Any]]:
    """For each program that the person came to as a friend: how it stands, and why."""
    answers = [{"referral": referral, "story": told.get(referral["id"])} for referral in friend_of]
    return sorted(answers, key=lambda answer: answer["referral"]["status"] == "open")


def _to_decide(session: Session, workspace: str, rewards: list[Record]) -> list[dict[str, Any]]:
    """Rewards that wait, with what a person may do about each."""
    waiting = [row["id"] for row in rewards]
    known = {reward.id: reward for reward in rewards_by_id(session, workspace, waiting)} if waiting else {}
    return [
        {
            "row": row,
            "steps": [
                (verb, words.VERBS[verb][0], words.VERBS[verb][2])
                for verb in possible_steps(known[row["id"]], approved=False)
            ],
        }
        for row in rewards
        if row["id"] in known
    ]
