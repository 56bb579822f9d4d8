"""One step of a set-up: its questions, saved as one goes on, with what comes of the answers beside them."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passaparola.actions.setup.answer import digest, save_step
from passaparola.domain.programs.gallery import GALLERY
from passaparola.domain.programs.goals import GoalKind
from passaparola.domain.programs.recommend import Recommendation, recommended
from passaparola.domain.setup.answers import SCRATCH, SMALL_BUSINESS, STEPS, Step, begun_with, said, with_step
from passaparola.domain.setup.document import keeps
from passaparola.domain.setup.places import Draft, Placed
from passaparola.inbound.gallery import shipped
from passaparola.inbound.web.operators.acting import Ways, act
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.setup.forms import StepForm
from passaparola.inbound.web.operators.setup.labels import FINDINGS, STEP_WORDS
from passaparola.inbound.web.operators.setup.opened import Opened, beginning_text, following, opened
from passaparola.inbound.web.operators.setup.previews import preview_of
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.snapshot import reading

QUESTIONED = STEPS[:-1]


@require_safe
@needs(Permit.WRITE_PROGRAMS)
def go_on(request: HttpRequest, key: str) -> HttpResponse:  # noqa: ARG001
    """To the step at which one stopped; to the program, where one came of it."""
    with reading() as session:
        found = opened(session, the_workspace(), key)
    if found.row.program:
        return redirect("program-plan", slug=found.row.program)
    return redirect("setup-step", key=key, step=found.row.step)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.WRITE_PROGRAMS)
def step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """The questions of a step; `do=preview` shows what would come of what is typed, anything else saves it."""
    if step not in QUESTIONED:
        raise Http404
    this = Step(step)
    with reading() as session:
        found = opened(session, the_workspace(), key)
    if found.row.program:
        return redirect("program-plan", slug=found.row.program)
    if request.method != "POST":
        return shown(request, _suggested(found) if this is Step.BEGINNING else found, this, _form(found, this))
    form = StepForm(this, found.answers, found.base, request.POST)
    if not form.is_valid():
        return shown(request, found, this, form)
    typed = _with(found, this, form)
    if request.POST.get("do") == "preview":
        return shown(request, typed, this, form)
    return _save(request, found, typed, form)


@require_POST
@needs(Permit.WRITE_PROGRAMS)
def preview(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """What would come of what is typed, as a part of the page. Nothing is saved."""
    if step not in QUESTIONED:
        raise Http404
    workspace = the_workspace()
    with reading() as session:
        found = opened(session, workspace, key)
        form = StepForm(Step(step), found.answers, found.base, request.POST)
        typed = _with(found, Step(step), form) if form.is_valid() else found
        draft = typed.draft()
        seen = {"preview": preview_of(session, workspace, typed, draft), "wrong": errors_of(draft, key)}
    return render(request, "operator/setup/preview.html", seen)


def _suggested(found: Opened) -> Opened:
    """Before anybody has chosen a beginning: what would come of the one that suits the goal."""
    if Step.BEGINNING in found.answers:
        return found
    name = _best(found).template
    return Opened(found.row, begun_with(with_step(found.answers, Step.BEGINNING, {"beginning": name}), following(name)))


def _with(found: Opened, this: Step, form: StepForm) -> Opened:
    typed = with_step(found.answers, this, form.given)
    name = said(typed, Step.BEGINNING, "beginning")
    if this is Step.BEGINNING and name != said(found.answers, Step.BEGINNING, "beginning"):
        typed = begun_with(typed, following(name))
    return Opened(found.row, typed)


def _form(found: Opened, this: Step) -> StepForm:
    """The form with what is saved, so that what is wrong can stand beside it."""
    empty = StepForm(this, found.answers, found.base)
    if this not in found.answers:
        return empty
    return StepForm(this, found.answers, found.base, {name: empty.initial[name] for name in empty.fields})


def _save(request: HttpRequest, found: Opened, typed: Opened, form: StepForm) -> HttpResponse:
    key, this = found.row.id, form.step
    begun = said(typed.answers, Step.BEGINNING, "beginning")
    wrong = [placed for placed in typed.draft().errors if placed.step is this] if this is not Step.BEGINNING else []
    then = this if wrong else STEPS[STEPS.index(this) + 1]
    to = reverse("setup-step" if then in QUESTIONED else "setup-check", kwargs=_where(key, then))

    def again() -> HttpResponse:
        with reading() as session:
            return shown(request, opened(session, the_workspace(), key), this, form)

    def do(asked: Any) -> Any:
        more = following(begun) if this is Step.BEGINNING else {}
        return save_step(key, this, form.given, seen=request.POST.get("seen", ""), following=more, asked=asked)

    words = gettext("Saved. Something is to be mended here before the launch.") if wrong else gettext("Saved.")
    return act(request, do, to=Ways(to, again), said=words)


def _where(key: str, step: Step) -> dict[str, str]:
    return {"key": key, "step": str(step)} if step in QUESTIONED else {"key": key}


def shown(request: HttpRequest, found: Opened, this: Step, form: StepForm) -> HttpResponse:
    """The page of a step."""
    workspace, draft = the_workspace(), found.draft()
    with reading() as session:
        saved = opened(session, workspace, found.row.id)
        notes = _notes(draft.of(this), form, asked=this in saved.answers or request.method == "POST")
        given = {
            **frame(saved, this, draft),
            "form": form,
            "questions": [{"field": form[name], "notes": notes.get(name, [])} for name in form.fields],
            "seen": digest(saved.answers, this),
            "design_url": reverse("design"),
            "preview": preview_of(session, workspace, found, draft),
            "wrong": errors_of(draft, found.row.id),
            "kept": this is Step.STRUCTURE and keeps(found.answers, found.base),
            "rewards_url": reverse("setup-step", kwargs=_where(found.row.id, Step.REWARDS)),
            **(_beginnings(found, request) if this is Step.BEGINNING else {}),
        }
        return page(request, "setup/step.html", session, workspace, given)


def frame(found: Opened, this: Step, draft: Draft) -> dict[str, Any]:
    """What every page of a set-up has: its steps, how far one is, and the way back."""
    place, furthest = STEPS.index(this), STEPS.index(Step(found.row.step))
    wrong = {placed.step for placed in draft.errors}
    steps = [
        {
            "key": str(s),
            "words": STEP_WORDS[s].name,
            "url": reverse("setup-step" if s in QUESTIONED else "setup-check", kwargs=_where(found.row.id, s)),
            "reached": i <= furthest,
            "current": s is this,
            "wrong": s in wrong and i < furthest,
            "done": i < furthest and s not in wrong,
        }
        for i, s in enumerate(STEPS)
    ]
    return {
        "setup": found.row,
        "this": str(this),
        "words": STEP_WORDS[this],
        "steps": steps,
        "number": place + 1,
        "of": len(STEPS),
        "back": steps[place - 1]["url"] if place else reverse("setup"),
    }


def _notes(placed: list[Placed], form: StepForm, *, asked: bool) -> dict[str, list[Any]]:
    """Errors go to their fields; warnings stand below them, by question."""
    notes: dict[str, list[Any]] = {}
    for one in placed if asked else ():
        name = one.question if one.question in form.fields else next(iter(form.fields))
        if one.finding.severity == "error":
            form.add_error(name, words_of(one))
        else:
            notes.setdefault(name, []).append(words_of(one))
    return notes


def errors_of(draft: Draft, key: str) -> list[dict[str, Any]]:
    """What keeps the answers from being a program: the step, where it is, what is to be done."""
    return [
        {
            "step": STEP_WORDS[placed.step].name,
            "url": reverse("setup-step", kwargs=_where(key, placed.step)),
            "words": words_of(placed),
        }
        for placed in draft.errors
    ]


def words_of(placed: Placed) -> str:
    """What the check found, in the words of whoever is asked; else as the check itself has it."""
    known = FINDINGS.get(placed.finding.reason)
    return str(known) if known else f"{placed.finding.expected}; {placed.finding.remedy}"


def _best(found: Opened) -> Recommendation:
    """The program to begin with for the goal."""
    goal = said(found.answers, Step.GOAL, "goal")
    return recommended(GoalKind(goal) if goal in frozenset(GoalKind) else GoalKind.NEW_CUSTOMERS)


def _beginnings(found: Opened, request: HttpRequest) -> dict[str, Any]:
    """The choices of the second step: what suits the goal, the preset, nothing, and all the others."""
    best = _best(found)
    every = {one.template.name: one for one in shipped()}
    chosen = request.POST.get("beginning") or said(found.answers, Step.BEGINNING, "beginning")
    if chosen != SCRATCH and beginning_text(chosen) is None:
        chosen = SCRATCH
    return {
        "chosen": chosen,
        "best": every[best.template],
        "best_reason": best.reason,
        "small_business": SMALL_BUSINESS,
        "scratch": SCRATCH,
        "others": [every[t.name] for t in GALLERY if t.name in every and t.name != best.template],
    }
