"""The last step: everything at a glance, what is missing, what to expect, the plan of work; and the launch."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from passaparola.actions.programs.apply import UnableToApplyProgram
from passaparola.actions.setup.launch import Looked, launch
from passaparola.domain.design.blocks import LANGUAGES
from passaparola.domain.programs import Program, describe
from passaparola.domain.programs.reader import read_document
from passaparola.domain.programs.readiness import Missing, lacks
from passaparola.domain.setup.answers import Step, said
from passaparola.inbound.launching import facts_here
from passaparola.inbound.tongue import the_exact_tongue
from passaparola.inbound.web.operators.acting import Ways, act
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.setup.labels import STEP_WORDS
from passaparola.inbound.web.operators.setup.opened import Opened, opened
from passaparola.inbound.web.operators.setup.plans import expected, planned, yaml_file
from passaparola.inbound.web.operators.setup.previews import preview_of
from passaparola.inbound.web.operators.setup.steps import errors_of, frame, words_of
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.snapshot import reading

LACKING: dict[Missing, tuple[Any, Step | None]] = {
    Missing.TECHNOLOGY: (_("No order or sign-up has arrived yet. You can launch, and connect the shop afterwards."), Step.TRACKING),
    Missing.CHANNELS: (_("Links lead to this computer only. Whoever runs the server sets its public address."), None),
    Missing.MESSAGES: (_("No mail leaves yet: nobody hears of a friend or a reward. Whoever runs the server sets the mail server."), None),
    Missing.INCENTIVES: (_("Nothing is given: people recommend for nothing. That can be right."), Step.REWARDS),
    Missing.PRODUCTS: (_("What a customer is worth is not known, so rewards cannot be judged by it."), Step.PEOPLE),
    Missing.BUDGET: (_("Nothing bounds what may be given."), Step.LIMITS),
    Missing.TERMS: (_("People do not see whom to ask."), Step.MESSAGES),
    Missing.GOAL: (_("Nobody can say when the program has done what it is for."), Step.GOAL),
    Missing.SATISFACTION: (_("How satisfied customers are is not known: the dissatisfied tell more people."), Step.PEOPLE),
    Missing.STAFF: (_("Sales, service and support may not know the program."), Step.PROMOTION),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.WRITE_PROGRAMS)
def check(request: HttpRequest, key: str) -> HttpResponse:
    """Look at everything, and launch. What is launched is what was looked at: the revision of the answers is in the form."""
    with reading() as session:
        found = opened(session, the_workspace(), key)
    if found.row.program:
        return redirect("program-plan", slug=found.row.program)
    if request.method != "POST":
        return _page(request, found)
    draft, revision = found.draft(), request.POST.get("revision", "")
    if draft.program is None or not said(found.answers, Step.GOAL, "name") or not revision.isdecimal():
        return _page(request, found)
    language = (get_language() or "en").partition("-")[0]
    looked = Looked(draft, int(revision[:9]), language if language in LANGUAGES else "en")
    to = reverse("program-plan", kwargs={"slug": draft.program.slug})
    said_then = gettext("Your program is live. Here is what comes next.")
    try:
        ways = Ways(to, lambda: check_again(request, key))
        return act(request, lambda asked: launch(key, looked, asked=asked), to=ways, said=said_then)
    except UnableToApplyProgram:
        return _page(request, found)


def check_again(request: HttpRequest, key: str) -> HttpResponse:
    """The page as it is now."""
    with reading() as session:
        found = opened(session, the_workspace(), key)
    return _page(request, found)


@require_safe
@needs(Permit.WRITE_PROGRAMS)
def program_yaml(request: HttpRequest, key: str) -> HttpResponse:  # noqa: ARG001
    """The file as the answers make it now."""
    with reading() as session:
        found = opened(session, the_workspace(), key)
    return yaml_file(found.draft().text, "program")


def _page(request: HttpRequest, found: Opened) -> HttpResponse:
    workspace, draft = the_workspace(), found.draft()
    facts = facts_here(workspace)
    document, _findings = read_document(draft.text)
    with reading() as session:
        framed = frame(found, Step.CHECK, draft)
        urls = {one["key"]: one["url"] for one in framed["steps"]}
        taken = draft.program is not None and any(
            entry.slug == draft.program.slug for entry in programs_of(session, workspace)
        )
        wrong = errors_of(draft, found.row.id)
        named = said(found.answers, Step.GOAL, "name")
        if taken or not named:
            words = gettext("There is a program that is called so. Give this one another name.")
            words = words if named else gettext("Give the program a name.")
            wrong.append({"step": STEP_WORDS[Step.GOAL].name, "url": urls[str(Step.GOAL)], "words": words})
        given = {
            **framed,
            "draft": draft,
            "wrong": wrong,
            "warnings": [
                {"step": STEP_WORDS[p.step].name, "url": urls[str(p.step)], "words": words_of(p)}
                for p in draft.findings
                if p.finding.severity != "error"
            ],
            "lacking": [
                {"words": LACKING[lack.what][0], "url": urls.get(str(LACKING[lack.what][1]), ""), "severity": lack.severity}
                for lack in (lacks(document, facts) if document else [])
                if not (lack.what is Missing.TERMS and said(found.answers, Step.MESSAGES, "contact_email"))
            ],
            "described": _described(draft.program) if draft.program else [],
            "preview": preview_of(session, workspace, found, draft),
            **expected(draft.text),
            **planned(found.answers, workspace),
        }  # fmt: skip
        return page(request, "setup/check.html", session, workspace, given)


def _described(program: Program) -> list[dict[str, Any]]:
    """The program in words, what is promised as a list."""
    lines = describe(program, the_exact_tongue()).split("\n")[1:]
    return [{"words": line.removeprefix("- "), "promise": line.startswith("- ")} for line in lines]
