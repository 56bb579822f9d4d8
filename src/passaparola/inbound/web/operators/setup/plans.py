"""What to expect of a program, the plan of work, and what comes next after its launch."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_safe

from passaparola.actions.setup.forecast import DOSE, forecast_of
from passaparola.domain.cells import csv_text
from passaparola.domain.instant import local_date
from passaparola.domain.programs.compiled import AccessMode
from passaparola.domain.programs.reader import read_document
from passaparola.domain.setup.answers import Answers, Step, chosen, read_answers
from passaparola.domain.setup.effort import launch_day, plan_of, total_hours
from passaparola.domain.setup.expectations import EXPECTATIONS
from passaparola.inbound.today import now_in
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.programs import entry_of
from passaparola.inbound.web.operators.setup.opened import opened
from passaparola.inbound.web.operators.setup.previews import minor_of
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import ProgramEntry, programs_of, version_document, version_numbers
from passaparola.store.read.setups import setup_of_program
from passaparola.store.read.snapshot import Session, reading

ORDER = "50"  # what an order comes to where nobody said it: our assumption, marked as such


@require_safe
@needs(Permit.WRITE_PROGRAMS)
def program_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """What comes next for a program: place it, connect it, ask the first people; what to expect; who does what, and when."""
    workspace = the_workspace()
    with reading() as session:
        entry, answers, text = _of_program(session, workspace, slug)
        since = _launched(session, workspace, entry.key, text)
        given = {
            "entry": entry,
            "tracking": chosen(answers, Step.TRACKING, "tracking"),
            "by_invitation": _admits(text) is AccessMode.INVITE_ONLY,
            "importing": f"passaparola events import FILE --program {slug}",
            "join": f"/join/{slug}",
            "join_address": f"{settings.PUBLIC_URL}/join/{slug}",
            **expected(text),
            **planned(answers, workspace, since),
        }
        return page(request, "setup/plan.html", session, workspace, given)


@require_safe
@needs(Permit.WRITE_PROGRAMS)
def program_plan_csv(request: HttpRequest, slug: str) -> HttpResponse:  # noqa: ARG001
    """The plan of work as a table."""
    workspace = the_workspace()
    with reading() as session:
        entry, answers, text = _of_program(session, workspace, slug)
        since = _launched(session, workspace, entry.key, text)
    return _csv(planned(answers, workspace, since))


@require_safe
@needs(Permit.WRITE_PROGRAMS)
def setup_plan_csv(request: HttpRequest, key: str) -> HttpResponse:  # noqa: ARG001
    """The same before the launch."""
    workspace = the_workspace()
    with reading() as session:
        found = opened(session, workspace, key)
    return _csv(planned(found.answers, workspace))


@require_safe
@needs(Permit.WRITE_PROGRAMS)
def program_yaml(request: HttpRequest, slug: str) -> HttpResponse:  # noqa: ARG001
    """The newest file of a program, to be kept."""
    with reading() as session:
        _, _, text = _of_program(session, the_workspace(), slug)
    return yaml_file(text, slug)


def yaml_file(text: str, name: str) -> HttpResponse:
    """A program file to be kept."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.yaml"'}
    return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)


def expected(text: str) -> dict[str, Any]:
    """What to expect of a file, with a forecast where there can be one: of the usual order that it names, else of one that is assumed."""
    document, _ = read_document(text)
    currency = document.currency if document else ""
    economics = document.economics if document else None
    told = minor_of((economics and economics.order_value) or "", currency)
    order = told or minor_of(ORDER, currency)
    seen = forecast_of(text, order) if order else None
    figures = seen.figures if seen else {}
    money = [(name, value) for name, value in figures.items() if ":" in name]
    return {
        "expectations": EXPECTATIONS,
        "forecast": seen,
        "people": DOSE.people,
        "assumed_order": None if told else order,
        "order_unit": currency,
        "lines": [{"name": name, **_span(figures[name])} for name in ("friends_came", "new_customers") if name in figures],
        "sums": [
            {"name": name.partition("_minor:")[0], "unit": name.partition(":")[2], **_span(value)}
            for name, value in money
            if name.startswith(("cost_minor", "revenue_minor"))
        ],
    }  # fmt: skip


def _span(value: Any) -> dict[str, int]:
    return {"low": round(value.low), "middle": round(value.middle), "high": round(value.high)}


def planned(answers: Answers, workspace: str, launched: date | None = None) -> dict[str, Any]:
    """The plan of work with its sum; of a program that runs it is counted from its launch."""
    today = local_date(now_in(workspace), "Etc/UTC")
    tasks = plan_of(answers, today=today, launched=launched)
    begin = launch_day(answers, today=today, launched=launched)
    return {"tasks": tasks, "hours": total_hours(tasks), "launch_day": begin, "launched": launched}


def _launched(session: Session, workspace: str, key: str, text: str) -> date | None:
    """The day on which the first version of a program went live, in the time zone of its file."""
    first = next((at for _, at in version_numbers(session, workspace, key) if at is not None), None)
    document, _ = read_document(text)
    return None if first is None else local_date(first, document.timezone if document else "Etc/UTC")


def _admits(text: str) -> AccessMode:
    """Who may become an advocate by this file."""
    document, _ = read_document(text)
    return document.access.mode if document else AccessMode.OPEN


def _csv(plan: dict[str, Any]) -> HttpResponse:
    heads = [
        gettext("Work"),
        pgettext("days", "From"),
        pgettext("days", "To"),
        gettext("Owner"),
        gettext("Hours"),
        gettext("Times"),
        gettext("Total hours"),
    ]
    rows = [
        (gettext(t.what), t.first.isoformat(), t.last.isoformat(), t.owner, float(t.hours), t.times, float(t.total))
        for t in plan["tasks"]
    ]
    rows.append((gettext("Total"), "", "", "", "", "", float(plan["hours"])))  # type: ignore[arg-type]
    headers = {"Content-Disposition": 'attachment; filename="plan.csv"'}
    return HttpResponse(
        "\ufeff" + csv_text(heads, rows), content_type="text/csv; charset=utf-8", headers=headers
    )  # fmt: skip


def _of_program(session: Session, workspace: str, slug: str) -> tuple[ProgramEntry, Answers, str]:
    entry = entry_of(programs_of(session, workspace), slug)
    row = setup_of_program(session, workspace, slug)
    found = version_document(session, workspace, entry.key, entry.live_version or entry.newest)
    if found is None:
        raise Http404
    return entry, read_answers(row.answers) if row else {}, found[0]
