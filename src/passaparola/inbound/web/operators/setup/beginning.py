"""Begin a set-up, go on with one that somebody left, or throw it away."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from passaparola.actions.setup.answer import begin_setup, throw_away
from passaparola.domain.setup.answers import SMALL_BUSINESS, Answers, Step
from passaparola.inbound.web.operators.acting import Ways, act
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.setup.opened import beginning_text, following, opened
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.setups import SetupRow, open_setups
from passaparola.store.read.snapshot import reading


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.WRITE_PROGRAMS)
def begin(request: HttpRequest) -> HttpResponse:
    """What awaits one, and the sets-up that are not finished. POST begins; `beginning` may say from what."""
    if request.method != "POST":
        return _page(request)
    name = request.POST.get("beginning", "")
    known: Answers = {}
    if name == SMALL_BUSINESS or beginning_text(name) is not None:
        known = {**following(name), Step.BEGINNING: {"beginning": name}}
    made: list[SetupRow] = []
    done = act(
        request,
        lambda asked: begin_setup(known, asked=asked),
        to=Ways(reverse("setup"), lambda: _page(request)),
        said=gettext("Begun. Every step is saved when you go on; you or a colleague can return at any time."),
        shown=made.append,
    )
    return redirect("setup-step", key=made[0].id, step=str(Step.GOAL)) if made else done


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.WRITE_PROGRAMS)
def remove(request: HttpRequest, key: str) -> HttpResponse:
    """A page that asks, and the doing."""
    workspace = the_workspace()
    with reading() as session:
        found = opened(session, workspace, key)
        if found.row.program:
            return redirect("program-plan", slug=found.row.program)
        if request.method != "POST":
            given = {
                "question": gettext("Throw this set-up away?"),
                "words": gettext("What was answered is gone for good. No program has come of it, so nobody loses anything."),
                "button": gettext("Throw away"),
                "tone": "danger",
                "back": reverse("setup-go-on", kwargs={"key": key}),
            }  # fmt: skip
            return page(request, "confirm.html", session, workspace, given)
    said = gettext("The set-up is thrown away.")
    return act(request, lambda asked: throw_away(key, asked=asked), to=reverse("setup"), said=said)


def _page(request: HttpRequest) -> HttpResponse:
    workspace = the_workspace()
    with reading() as session:
        given = {"rows": open_setups(session, workspace), "small_business": SMALL_BUSINESS}
        return page(request, "setup/begin.html", session, workspace, given)
