"""The same step for many rewards: first a page that says how many and how much, then each by itself, with its own outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from passaparola.actions.acting import NotFound
from passaparola.actions.rewards import operate
from passaparola.analytics.overview import forget_overviews
from passaparola.domain.rewards.change import Reward, RewardState
from passaparola.inbound.running import the_writer
from passaparola.inbound.web.operators.acting import NOT_DONE, asked_by, beside, note_of, why_not_done, why_refused
from passaparola.inbound.web.operators.entry import needs, permits_here, the_workspace
from passaparola.inbound.web.operators.lists import HEX
from passaparola.inbound.web.operators.numbers.filters import KINDS, Question, wanted_of
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.inbound.web.operators.words import VERBS
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.explanations import labels
from passaparola.store.read.filtered import count_of
from passaparola.store.read.gather import rewards_by_id
from passaparola.store.read.pages import page_of
from passaparola.store.read.snapshot import Session, reading

MOST = 100
LONGEST_FILTERS = 10_000  # what is cut off would be a wider list than was shown
STEPS = {"approve": operate.approve, "deny": operate.deny, "cancel": operate.cancel, "undo": operate.undo}
_PENDING, _ISSUED = RewardState.PENDING, RewardState.ISSUED
FITTING: dict[str, frozenset[RewardState]] = {
    "approve": frozenset({_PENDING}),
    "deny": frozenset({_PENDING}),
    "cancel": frozenset({_PENDING, _ISSUED}),
    "undo": frozenset({_ISSUED, RewardState.DENIED, RewardState.CANCELLED}),
}
UNDOABLE = frozenset({"approve", "deny", "cancel"})
QUESTIONS: dict[str, Any] = {
    "approve": gettext_lazy("Approve these rewards?"),
    "deny": gettext_lazy("Deny these rewards?"),
    "cancel": gettext_lazy("Cancel these rewards?"),
    "undo": gettext_lazy("Undo the last step of these rewards?"),
}
WHAT: dict[str, Any] = {
    "approve": gettext_lazy("They are issued at once: people can use them, and are told."),
    "deny": gettext_lazy("They are not given. What they took of caps and budgets is free again."),
    "cancel": gettext_lazy("They are withdrawn. What was used of one stays, and that one is not cancelled."),
    "undo": gettext_lazy("They wait for a decision again, where nothing has been used yet."),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rewards it is about; of a whole list also how many are in no state for it, and how many come after the first `MOST`."""

    keys: list[str]
    others: int = 0
    later: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one reward; `why` empty: it was done."""

    reward: Reward
    why: str


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.DECIDE_REWARDS)
def together(request: HttpRequest, verb: str) -> HttpResponse:
    """Ask; and with `confirmed`, do each and say what came of it. Sent again under its token, nothing is done twice."""
    if verb not in STEPS:
        raise Http404
    if request.method != "POST":  # reloaded without its form
        return redirect("all-rewards")
    workspace = the_workspace()
    with reading() as session:
        chosen = _chosen(session, request, verb)
        found = sorted(rewards_by_id(session, workspace, chosen.keys), key=lambda reward: reward.id, reverse=True)
    if request.POST.get("confirmed") and found:
        return _done(request, verb, [_one(request, verb, reward) for reward in found])
    fitting = [reward for reward in found if reward.state in FITTING[verb]]
    worth: dict[str, int] = {}
    for reward in fitting:
        worth[reward.unit] = worth.get(reward.unit, 0) + reward.amount - reward.reversed
    given = {
        "verb": verb,
        "question": QUESTIONS[verb],
        "what": WHAT[verb],
        "button": VERBS[verb][0],
        "look": VERBS[verb][2],
        "rewards": fitting,
        "others": len(found) - len(fitting) + chosen.others,
        "asked_all": bool(request.POST.get("all")),
        "worth": sorted(worth.items()),
        "most": MOST,
        "later": chosen.later,
    }
    return _shown(request, "numbers/together.html", fitting, given)


def _chosen(session: Session, request: HttpRequest, verb: str) -> Chosen:
    """The rewards that were ticked, or with `all` those of the filtered list whose state allows it, the newest first; at most `MOST`."""
    workspace, sent = the_workspace(), request.POST
    if not sent.get("all"):
        ticked = dict.fromkeys(key for key in sent.getlist("reward") if len(key) == 32 and set(key) <= HEX)
        return Chosen(list(ticked)[:MOST])
    asked = QueryDict(sent.get("filters", "")[:LONGEST_FILTERS])
    entry = next((e for e in programs_of(session, workspace) if e.slug == asked.get("program")), None)
    question = Question(asked, entry, Permit.SUPPORT in permits_here(request))
    wanted = wanted_of(session, workspace, KINDS["rewards"], question)
    given = {**wanted.given, "states": sorted(str(state) for state in FITTING[verb])}
    listing = KINDS["rewards"].listing
    keys = [row["id"] for row in page_of(session, listing, workspace, given=given, before=None, limit=MOST)]
    fitting = count_of(session, listing, workspace, given) if len(keys) == MOST else len(keys)
    return Chosen(keys, count_of(session, listing, workspace, wanted.given) - fitting, fitting - len(keys))


def _one(request: HttpRequest, verb: str, reward: Reward) -> Outcome:
    """Under the token and the id of the reward: sent again, it is the same act, in whatever order they come."""
    asked, note, step = beside(asked_by(request), reward.id), note_of(request), STEPS[verb]
    try:
        performed = the_writer().run(lambda: step(reward.id, asked=asked, note=note))
    except NotFound:
        return Outcome(reward, gettext("It is not there any more."))
    except NOT_DONE as problem:
        return Outcome(reward, why_not_done(problem))
    return Outcome(reward, why_refused(performed))


def _done(request: HttpRequest, verb: str, outcomes: Sequence[Outcome]) -> HttpResponse:
    forget_overviews()
    done = [outcome for outcome in outcomes if not outcome.why]
    given = {
        "verb": verb,
        "outcomes": outcomes,
        "done": done,
        "said": ngettext("%(n)d reward: done", "%(n)d rewards: done", len(done)) % {"n": len(done)},
        "undoable": verb in UNDOABLE,
    }
    return _shown(request, "numbers/outcomes.html", [outcome.reward for outcome in outcomes], given)


def _shown(request: HttpRequest, template: str, rewards: Sequence[Reward], given: dict[str, Any]) -> HttpResponse:
    workspace = the_workspace()
    with reading() as session:
        given["labels"] = labels(session, workspace, {reward.beneficiary for reward in rewards})
        return page(request, template, session, workspace, given)
