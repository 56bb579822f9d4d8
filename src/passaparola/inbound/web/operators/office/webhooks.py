"""Webhooks: which addresses hear of what happens, what was sent to them and what they answered, and sending it again."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passaparola.actions.acting import Asked, Performed
from passaparola.actions.webhooks import endpoints
from passaparola.actions.webhooks.replay import replay
from passaparola.domain.instant import SECOND
from passaparola.domain.notices import TOPICS
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.web.operators.acting import Ways, act
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.lists import PAGE, cursor_of
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.pages import Record, page_of, record_of, records_of
from passaparola.store.read.snapshot import Session, reading
from passaparola.store.read.webhooks import ATTEMPTS, DELIVERIES, ENDPOINTS

STATES: dict[str, str | Promise] = {
    "waiting": _("waits"), "delivered": _("taken"), "failed": _("given up"), "dropped": _("dropped")
}  # fmt: skip
Do = Callable[[Asked], Performed[Any]]


class EndpointForm(forms.Form):
    """An address that shall hear of us."""

    url = forms.CharField(
        label=_("Address"),
        help_text=_(
            "HTTPS, and reachable from here. We send to it by POST; docs/webhooks.md says how to check the signature."
        ),
        max_length=2048,
        widget=forms.URLInput(attrs={"dir": "ltr", "placeholder": "https://shop.example.com/hooks/referrals"}),
    )
    description = forms.CharField(label=_("What it is for"), max_length=200, required=False)
    topics = forms.MultipleChoiceField(
        label=_("What it hears of"),
        help_text=_("None chosen: everything."),
        choices=[(topic, format_lazy("{}: {}", topic, _(words))) for topic, words in TOPICS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class SinceForm(forms.Form):
    """From when on everything is sent again."""

    since = forms.DateTimeField(
        label=_("Since (UTC)"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M"],
    )


@require_safe
@needs(Permit.KEYS)
def webhooks(request: HttpRequest) -> HttpResponse:
    """Every address, the newest first, without its secret."""
    return _list(request, EndpointForm())


@require_POST
@needs(Permit.KEYS)
def make_webhook(request: HttpRequest) -> HttpResponse:
    """A new address, with its secret in this answer only."""
    form = EndpointForm(request.POST)
    if not form.is_valid():
        return _list(request, form)
    given, made = form.cleaned_data, list[endpoints.Endpoint]()
    wanted = endpoints.Wanted(given["url"], given["description"], tuple(given["topics"]))
    answer = act(
        request,
        lambda asked: endpoints.add_endpoint(
            wanted, asked=asked, keys=the_keyring(), networks=settings.WEBHOOK_NETWORKS
        ),
        to=Ways(reverse("webhooks"), lambda: _list(request, form)),
        said=gettext("The address hears of what happens from now on."),
        shown=made.append,
    )
    return _list(request, EndpointForm(), made[0]) if made else answer


@require_safe
@needs(Permit.KEYS)
def webhook(request: HttpRequest, key: str) -> HttpResponse:
    """One address and what was sent to it."""
    return _one(request, key, SinceForm())


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.KEYS)
def change_webhook(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    """Test, switch off and on, remove (a page asks before), a new secret."""
    if request.method != "POST":
        return _asked_to_remove(request, key) if verb == "remove" else HttpResponseNotAllowed(["POST"])
    made = list[endpoints.Endpoint]()
    acts: dict[str, tuple[Do, str]] = {
        "test": (
            lambda asked: endpoints.send_test(key, asked=asked),
            gettext("A test is on its way; look below in a moment."),
        ),
        "disable": (
            lambda asked: endpoints.disable_endpoint(key, asked=asked),
            gettext("Nothing is sent there any more."),
        ),
        "enable": (
            lambda asked: endpoints.enable_endpoint(key, asked=asked),
            gettext("It hears of what happens from now on."),
        ),
        "remove": (lambda asked: endpoints.remove_endpoint(key, asked=asked), gettext("The address is removed.")),
        "rotate": (
            lambda asked: endpoints.rotate_secret(key, asked=asked, keys=the_keyring()),
            gettext("The secret is a new one; for a day the old one signs beside it."),
        ),
    }
    if verb not in acts:
        raise Http404
    do, said = acts[verb]
    to = reverse("webhooks") if verb == "remove" else reverse("webhook", kwargs={"key": key})
    answer = act(request, do, to=to, said=said, shown=made.append if verb == "rotate" else lambda _: None)
    return _one(request, key, SinceForm(), made[0]) if made else answer


def _asked_to_remove(request: HttpRequest, key: str) -> HttpResponse:
    workspace = the_workspace()
    with reading() as session:
        given = {
            "question": gettext("Remove this address?"),
            "words": gettext("Nothing is sent to %(address)s any more, and what was sent there is no longer shown.")
            % {"address": _there(session, workspace, key)["url"]},
            "button": gettext("Remove the address"),
            "tone": "danger",
            "back": reverse("webhook", kwargs={"key": key}),
        }
        return page(request, "confirm.html", session, workspace, given)


def _there(session: Session, workspace: str, key: str) -> Record:
    row = record_of(session, ENDPOINTS, workspace, key)
    if row is None or row["state"] == "removed":
        raise Http404
    return row


@require_POST
@needs(Permit.KEYS)
def replay_webhook(request: HttpRequest, key: str) -> HttpResponse:
    """Everything since a point in time, again."""
    form = SinceForm(request.POST)
    if not form.is_valid():
        return _one(request, key, form)
    at: datetime = form.cleaned_data["since"]
    since = int(at.replace(tzinfo=UTC).timestamp()) * SECOND
    said = gettext("What happened since then is sent again.")
    ways = Ways(reverse("webhook", kwargs={"key": key}), lambda: _one(request, key, form))
    return act(request, lambda asked: replay(key, since, asked=asked), to=ways, said=said)


@require_POST
@needs(Permit.KEYS)
def resend(request: HttpRequest, key: str, delivery: str) -> HttpResponse:
    """One message, again."""
    to, said = reverse("webhook", kwargs={"key": key}), gettext("It is sent again.")
    return act(request, lambda asked: endpoints.resend(key, delivery, asked=asked), to=to, said=said)


def _list(request: HttpRequest, form: EndpointForm, fresh: endpoints.Endpoint | None = None) -> HttpResponse:
    workspace = the_workspace()
    with reading() as session:
        rows = page_of(session, ENDPOINTS, workspace, given={"there": True}, before=None, limit=endpoints.MOST)
        shown = {
            "rows": [_shown(row) for row in rows],
            "form": form,
            "fresh": fresh,
            "here": reverse("webhooks"),
        }
        return page(request, "office/webhooks.html", session, workspace, shown)


def _one(request: HttpRequest, key: str, form: SinceForm, fresh: endpoints.Endpoint | None = None) -> HttpResponse:
    workspace, state = the_workspace(), request.GET.get("state", "")
    with reading() as session:
        row = _there(session, workspace, key)
        given = {"endpoint": key, **({"state": state} if state in STATES else {})}
        rows = page_of(session, DELIVERIES, workspace, given=given, before=cursor_of(request), limit=PAGE + 1)
        shown = {
            "here": reverse("webhook", kwargs={"key": key}),
            "row": _shown(row),
            "deliveries": _deliveries(session, workspace, rows[:PAGE]),
            "states": STATES.items(),
            "state": state,
            "form": form,
            "fresh": fresh,
            "next": rows[PAGE - 1]["id"] if len(rows) > PAGE else None,
        }
        return page(request, "office/webhook.html", session, workspace, shown)


def _deliveries(session: Session, workspace: str, rows: list[Record]) -> list[dict[str, Any]]:
    """Each with its attempts and its body, as it was sent."""
    tries: dict[str, list[Record]] = {}
    if rows:
        for tried in records_of(session, ATTEMPTS, workspace, given={"deliveries": [row["id"] for row in rows]}):
            tries.setdefault(tried["delivery_id"], []).append(tried)
    return [
        {
            **row,
            "words": STATES.get(row["state"], row["state"]),
            "tries": sorted(tries.get(row["id"], []), key=lambda tried: tried["number"]),
            "text": orjson.dumps(orjson.loads(row["body"]), option=orjson.OPT_INDENT_2).decode(),
        }
        for row in rows
    ]


def _shown(row: Record) -> dict[str, Any]:
    return {**row, "topics": orjson.loads(row["topics"])}
