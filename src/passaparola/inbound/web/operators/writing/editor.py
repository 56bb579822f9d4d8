"""The file of a program in a page: checked as a whole, its effect shown before it is published, and every version kept."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from passaparola.actions.acting import Asked, done
from passaparola.actions.programs.apply import Applied, Ground, UnableToApplyProgram, apply_file
from passaparola.actions.programs.launching import LONGEST_REASON
from passaparola.actions.programs.plans import plan_id
from passaparola.actions.programs.rollback import UnableToRollBack, roll_back
from passaparola.actions.rehearsal.plan import Proposal, propose, record
from passaparola.analytics.pace import with_pace
from passaparola.domain.programs import describe, read_program
from passaparola.domain.programs.compiled import ProgramStatus
from passaparola.domain.programs.findings import Finding
from passaparola.domain.programs.readiness import GOAL_EXAMPLE
from passaparola.inbound.gallery import Shipped
from passaparola.inbound.plans import plan_json
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now
from passaparola.inbound.tongue import the_exact_tongue
from passaparola.inbound.web.operators.acting import NOT_DONE, Ways, act, actor_of, why_not_done
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.programs import entry_of, in_parts
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import NoSuchProgram, ProgramEntry, programs_of, version_document
from passaparola.store.read.pages import VERSIONS, page_of
from passaparola.store.read.snapshot import reading

DAYS = 90  # of history on which a plan tries the file
LONGEST = 200_000
VERSIONS_SHOWN = 50


@dataclass(slots=True)
class Draft:
    """What stands in the page: the text, where it comes from, and what is known of it so far."""

    text: str
    entry: ProgramEntry | None = None
    template: Shipped | None = None
    findings: list[Finding] = field(default_factory=list)
    described: str = ""
    plan: dict[str, Any] | None = None
    wrong: str = ""
    goes_without: bool = False  # it goes live without a goal
    without_goal: str = ""  # why


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.WRITE_PROGRAMS)
def program_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest version of a program, to be changed."""
    workspace = the_workspace()
    with reading() as session:
        entry = entry_of(programs_of(session, workspace), slug)
        found = version_document(session, workspace, entry.key, entry.newest)
    if found is None:
        raise Http404
    return edited(request, Draft(found[0], entry=entry))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.WRITE_PROGRAMS)
def take_back(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The text of an earlier version becomes the next one; what was promised under any version is kept. A page that asks, and the doing."""
    if request.method != "POST":
        return _asked_back(request, slug, number)
    to, said = reverse("program-file", kwargs={"slug": slug}), gettext("The text of the earlier version is live again.")
    try:
        return act(request, lambda asked: roll_back(slug, to=number, asked=asked), to=to, said=said)
    except NoSuchProgram:
        raise Http404 from None
    except (UnableToRollBack, UnableToApplyProgram) as problem:
        messages.error(request, gettext("Not done: %(why)s. Nothing was changed.") % {"why": str(problem).rstrip(".")})
        return redirect(to)


def _asked_back(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    workspace = the_workspace()
    with reading() as session:
        entry = entry_of(programs_of(session, workspace), slug)
        found = version_document(session, workspace, entry.key, number)
        if found is None:
            raise Http404
        program, _ = read_program(found[0], key=entry.key, version=number, effective_from=found[1] or 0)
        given = {
            "question": gettext("Return to version %(n)s?") % {"n": number},
            "words": gettext(
                "Its text becomes the next version and holds for friends who come from then on. What was promised before is kept."
            ),
            "rule": in_parts(describe(program, the_exact_tongue())) if program else {},
            "button": gettext("Return to %(n)s") % {"n": number},
            "back": reverse("program-file", kwargs={"slug": slug}),
        }
        return page(request, "writing/return.html", session, workspace, given)


def edited(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Show the draft, or do what the button says: check it, show what it would change, publish it. Nothing that was typed is lost."""
    if request.method == "POST":
        draft.text = request.POST.get("text", "").replace("\r\n", "\n")[: LONGEST + 1]
        draft.without_goal = request.POST.get("without_goal", "").strip()[:LONGEST_REASON]
        if _readable(draft):
            match request.POST.get("do"):
                case "plan":
                    _plan(request, draft)
                case "publish":
                    return _publish(request, draft)
    return _page(request, draft)


def _readable(draft: Draft) -> bool:
    """Everything that is wrong with the text at once; its rule in words where it is right."""
    program, findings = read_program(draft.text, key="0" * 32, version=1, effective_from=now())
    draft.findings = with_pace(draft.text, program, findings, workspace=the_workspace(), now=now())
    if program is None:
        return False
    draft.goes_without = program.goal is None and program.status is not ProgramStatus.DRAFT
    draft.described = describe(program, the_exact_tongue())
    if draft.entry is None and _is_taken(program.slug):
        draft.wrong = gettext("There is a program that is called so. Give this one another name.")
        return False
    if draft.entry is not None and program.slug != draft.entry.slug:
        draft.wrong = gettext(
            "This file is of the program %(other)s. To begin another program, start from the gallery."
        ) % {"other": program.slug}
        return False
    return True


def _is_taken(slug: str) -> bool:
    """Whether a program goes by this: one that begins anew must not become its next version unseen."""
    with reading() as session:
        return any(entry.slug == slug for entry in programs_of(session, the_workspace()))


def _plan(request: HttpRequest, draft: Draft) -> None:
    workspace, at = the_workspace(), now()
    proposal: Proposal = propose(draft.text, workspace=workspace, now=at, days=DAYS)
    asked = Asked(workspace, at, actor_of(request))
    try:
        key = the_writer().run(lambda: done(record(proposal, draft.text, asked=asked)))
    except NOT_DONE as problem:
        draft.wrong = why_not_done(problem)
    else:
        draft.findings = list(proposal.findings)
        draft.plan = plan_json(proposal, key)


def _publish(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Only what was planned, and while the live version is the one it was planned for."""
    program, _ = read_program(draft.text, key="0" * 32, version=1, effective_from=now())
    slug = program.slug if program else ""
    workspace, plan = the_workspace(), request.POST.get("plan", "")
    with reading() as session:
        live = next((e.live_version for e in programs_of(session, workspace) if e.slug == slug), None)
    if plan != plan_id(workspace, slug, live, draft.text):
        _plan(request, draft)
        draft.wrong = draft.wrong or gettext(
            "The text or the live version has changed since you looked. This is what it would change now."
        )
        return _page(request, draft)
    ground = Ground(plan=plan, without_goal=draft.without_goal)
    return act(
        request,
        lambda asked: apply_file(draft.text, asked=asked, ground=ground),
        to=Ways(reverse("program", kwargs={"slug": slug}), lambda: _page(request, draft)),
        said=_what_came,
    )


def _what_came(applied: Applied | None) -> str:
    """A draft holds for nobody, and the same text again is no new version."""
    if applied is not None and not applied.changed:
        return gettext("This text stands there already. Nothing was changed.")
    if applied is not None and not applied.live:
        return gettext("Saved as a draft. It holds for nobody before its text goes live.")
    return gettext("Published. It holds for friends who come from now on; what was promised before is kept.")


def _page(request: HttpRequest, draft: Draft) -> HttpResponse:
    workspace, entry = the_workspace(), draft.entry
    with reading() as session:
        versions = (
            page_of(session, VERSIONS, workspace, given={"program": entry.key}, before=None, limit=VERSIONS_SHOWN)
            if entry
            else []
        )
        shown = {
            "draft": draft,
            "rule": in_parts(draft.described) if draft.described else {},
            "entry": entry,
            "versions": versions,
            "errors": [f for f in draft.findings if f.severity == "error"],
            "warnings": [f for f in draft.findings if f.severity != "error"],
            "checked": request.method == "POST",
            "days": DAYS,
            "goal_example": GOAL_EXAMPLE,
            "longest_reason": LONGEST_REASON,
        }
        return page(request, f"writing/{'file' if entry else 'new'}.html", session, workspace, shown)
