"""Orders that only a browser told of: nobody is paid for them until the shop tells of them, or a person here says that they are so."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from passaparola.actions.events.confirm import confirm_order
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.web.operators.acting import act
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.explanations import labels
from passaparola.store.read.reported import reported_orders
from passaparola.store.read.snapshot import reading

MOST = 100


@require_safe
@needs(Permit.VIEW)
def reported(request: HttpRequest) -> HttpResponse:
    """The latest first: those that wait, or all."""
    workspace, everything = the_workspace(), request.GET.get("state") == "all"
    with reading() as session:
        rows = reported_orders(session, workspace, waiting=not everything, limit=MOST)
        people = {row.person for row in rows if row.person}
        given = {"rows": rows, "labels": labels(session, workspace, people), "everything": everything}
        return page(request, "connect/orders.html", session, workspace, given)


@require_POST
@needs(Permit.DECIDE_REWARDS)
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Say that there is such an order: it counts as any other from now on."""
    said = gettext("The order is confirmed. It counts now as if your shop had told of it.")
    keys = the_keyring()
    return act(
        request, lambda asked: confirm_order(key, asked=asked, keys=keys), to=reverse("connect-orders"), said=said
    )
