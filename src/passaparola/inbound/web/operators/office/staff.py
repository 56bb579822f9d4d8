"""Who of staff signs in here, and what they may do. Accounts are made by the command line; roles and access are changed here, too."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from passaparola.actions.acting import Asked, Performed
from passaparola.actions.operators import UnableToChangeOperator, give_role, list_operators, set_active
from passaparola.domain.staff import Role
from passaparola.inbound.web.operators.acting import act
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import PERMITS, Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.snapshot import reading

ROLES: dict[Role, Any] = {
    Role.ADMINISTRATOR: _("administrator"),
    Role.MARKETING: _("marketing"),
    Role.SALES: _("sales"),
    Role.SUCCESS: _("customer success"),
    Role.SUPPORT: _("support"),
}
MAY: dict[Permit, Any] = {
    Permit.VIEW: _("see programs, people, rewards and numbers"),
    Permit.SUPPORT: _("look after people: findings, missing referrals, links"),
    Permit.DECIDE_REWARDS: _("approve, deny, cancel and give rewards"),
    Permit.WRITE_PROGRAMS: _("write, publish, pause and end programs"),
    Permit.DESIGN: _("change branding, pictures and the words of pages"),
    Permit.SHARE: _("change texts to share, placements and invitations"),
    Permit.FIRM: _("change the firm's name and addresses, and how late an event may come"),
    Permit.STAFF: _("say who of staff may do what"),
    Permit.KEYS: _("make API keys and webhooks"),
    Permit.PRIVACY: _("read the log and answer requests about data"),
}


@require_safe
@needs(Permit.STAFF)
def staff(request: HttpRequest) -> HttpResponse:
    """Every account, and the table of what each role may do."""
    matrix = [(words, [(ROLES[role], permit in PERMITS[role]) for role in ROLES]) for permit, words in MAY.items()]
    with reading() as session:
        shown = {"rows": list_operators(), "roles": ROLES, "role_names": list(ROLES.values()), "matrix": matrix}
        return page(request, "office/staff.html", session, the_workspace(), shown)


@require_POST
@needs(Permit.STAFF)
def change_staff(request: HttpRequest) -> HttpResponse:
    """Another role, or access taken away and given again; in force with the person's next request."""
    name, verb = request.POST.get("name", ""), request.POST.get("verb", "")
    acts: dict[str, Callable[[Asked], Performed[Any]]] = {
        "role": lambda asked: give_role(name, role=request.POST.get("role", ""), asked=asked),
        "admit": lambda asked: set_active(name, active=True, asked=asked),
        "shut_out": lambda asked: set_active(name, active=False, asked=asked),
    }
    if verb not in acts:
        raise Http404
    try:
        return act(request, acts[verb], to=reverse("staff"), said=gettext("That holds from their next request on."))
    except UnableToChangeOperator as problem:
        why = gettext(problem.sentence) % problem.said
        messages.error(request, gettext("Not done: %(why)s. Nothing was changed.") % {"why": why})
    return redirect("staff")
