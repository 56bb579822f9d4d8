"""One reward: why it is, what became of it, and what a person may do about it now."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from passaparola.actions.payables.hand_over import take_back
from passaparola.actions.rewards import operate
from passaparola.domain.rewards.kinds import KINDS, PAYABLES
from passaparola.domain.rewards.payables import owed_of
from passaparola.inbound.web.operators import words
from passaparola.inbound.web.operators.acting import Ways, act, note_of
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.inbound.web.operators.stories import events_of, explained, stories, timeline
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.desk import ledger_lines
from passaparola.store.read.explanations import labels
from passaparola.store.read.gather import rewards_by_id
from passaparola.store.read.pages import REFERRALS, VOUCHERS, record_of, records_of
from passaparola.store.read.snapshot import reading
from passaparola.store.read.transitions import approved_by_person

_VERBS = {**words.VERBS, words.RETURN: words.RETURNED}
_STEPS = {
    "approve": operate.approve,
    "deny": operate.deny,
    "cancel": operate.cancel,
    "undo": operate.undo,
    words.RETURN: take_back,
}


@require_safe
@needs(Permit.VIEW)
def reward(request: HttpRequest, key: str) -> HttpResponse:
    """The decision in words, the steps of its life, the lines of the ledger, and the buttons that are legal now."""
    return _page(request, key)


def _page(request: HttpRequest, key: str, note: str = "") -> HttpResponse:
    workspace = the_workspace()
    with reading() as session:
        known = rewards_by_id(session, workspace, [key])
        if not known:
            raise Http404
        row, entries = known[0], programs_of(session, workspace)
        found = explained(session, workspace, f"rwd_{key}")
        referral = record_of(session, REFERRALS, workspace, row.referral) if row.referral else None
        events = events_of(session, workspace, referral["friend_id"]) if referral else []
        people = {row.beneficiary, *((referral["friend_id"], referral["advocate_person_id"]) if referral else ())}
        steps = operate.possible_steps(row, approved=approved_by_person(session, workspace, key))
        payable = row.kind in PAYABLES
        steps += (words.RETURN,) if payable and row.redeemed else ()
        given = {
            "reward": row,
            "referral": referral,
            "entry": next(e for e in entries if e.key == row.program),
            "stories": stories(found),
            "timeline": timeline(events, found.rewards, only=key),
            "vouchers": records_of(session, VOUCHERS, workspace, given={"reward": key}),
            "ledger": ledger_lines(session, workspace, key),
            "steps": [(verb, _VERBS[verb][0], _VERBS[verb][2]) for verb in steps],
            "way": KINDS[row.kind].handover if payable and owed_of(row) else None,
            "labels": labels(session, workspace, {p for p in people if p}),
            "entries": entries,
            "note": note,
            "here": reverse("reward", kwargs={"key": key}),
        }
        return page(request, "reward.html", session, workspace, given)


@require_POST
@needs(Permit.DECIDE_REWARDS)
def decide(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    """Approve, deny, cancel, undo, or say that what was handed over came back, with a note, which is still there where it was not done."""
    if verb not in _STEPS:
        raise Http404
    step, note = _STEPS[verb], note_of(request)
    there = reverse("reward", kwargs={"key": key})
    to = Ways(there, lambda: _page(request, key, note)) if note else there
    return act(request, lambda asked: step(key, asked=asked, note=note), to=to, said=gettext(_VERBS[verb][1]))
