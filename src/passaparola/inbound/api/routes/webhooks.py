"""Outgoing webhooks: the endpoints, what was delivered to them, and telling them again."""

from typing import Annotated, Any, Literal

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router
from pydantic import Field

from passaparola.actions.webhooks import endpoints, replay
from passaparola.actions.webhooks.endpoints import Endpoint, Wanted
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.filters import found
from passaparola.inbound.api.ids import key_of, not_found, shown
from passaparola.inbound.api.paging import Paging, each, paged
from passaparola.inbound.api.problems import FieldProblem, Problem
from passaparola.inbound.api.shapes import Given, Instant, Page, ProblemDocument, Shown
from passaparola.inbound.api.times import UntilText, instant_of
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.webhooks import delivery_record, endpoint_document, endpoint_record
from passaparola.store.read.pages import Record, record_of, records_of
from passaparola.store.read.snapshot import Session, reading
from passaparola.store.read.webhooks import ATTEMPTS, DELIVERIES, ENDPOINTS, REMOVED

router = Router(tags=["Webhooks"])
WebhookId = Annotated[str, Field(pattern="^whk_[0-9a-f]{32}$", examples=["whk_01972b4e5c7d7a3f9b1e6d2c8f4a0b17"])]
DeliveryId = Annotated[str, Field(pattern="^whd_[0-9a-f]{32}$", examples=["whd_01972b4e5c7d7a3f9b1e6d2c8f4a0b17"])]
State = Literal["enabled", "disabled", "removed"]
DeliveryState = Literal["waiting", "delivered", "failed", "dropped"]
Url = Annotated[str, Field(max_length=2048, examples=["https://shop.example.com/referrals"])]
Topics = Annotated[list[Annotated[str, Field(max_length=48)]], Field(max_length=64)]
Description = Annotated[str, Field(max_length=200)]
TOPICS_WORDS = "Topics, or beginnings such as `reward.`; all when empty. docs/webhooks.md lists them"


class NewWebhook(Given):
    url: Url
    topics: Topics = Field(default_factory=list, description=TOPICS_WORDS)
    description: Description = ""


class ChangedWebhook(Given):
    url: Url | None = None
    topics: Topics | None = Field(None, description=TOPICS_WORDS)
    description: Description | None = None


class Since(Given):
    since: UntilText = Field(description="Everything that happened from then on is sent again; at most 30 days back")


class WebhookDocument(Shown):
    id: WebhookId
    url: str
    description: str
    topics: list[str]
    state: State
    reason: str = Field(description="Why it is disabled: by_operator, failing, gone or secret_unreadable")
    created_at: Instant
    old_secret_until: Instant | None = Field(description="Until then the secret before this one signs, too")
    replaying_until: Instant | None = Field(description="While it is told the past again: up to when")


class FreshWebhook(WebhookDocument):
    secret: str | None = Field(
        description="`whsec_…`. Shown this once: a replay under the same Idempotency-Key has null"
    )


class AttemptDocument(Shown):
    number: int
    at: Instant
    milliseconds: int
    status: int | None = Field(description="What the endpoint answered")
    problem: str = Field(description="Why it failed; empty where it was taken")
    answer: str = Field(description="The beginning of what it said")


class DeliveryDocument(Shown):
    id: DeliveryId
    message: str = Field(
        description="The webhook-id: the same at every attempt, at every endpoint, and when it is sent again"
    )
    topic: str
    state: DeliveryState
    next_attempt_at: Instant | None
    created_at: Instant
    ended_at: Instant | None
    attempts: list[AttemptDocument]


class WholeDelivery(DeliveryDocument):
    body: dict[str, Any] = Field(description="What is sent, to the byte but for blanks")


class Queued(Shown):
    delivery: DeliveryId


@router.get("", auth=ApiKey("webhooks:read"), response=Page[WebhookDocument])
def list_webhooks(request: HttpRequest, paging: Paging) -> HttpResponse:
    """Where the firm's other systems hear of us, the newest first. Scope: `webhooks:read`."""
    return paged(request, ENDPOINTS, {"there": True}, each(endpoint_record), paging=paging)


@router.post("", auth=ApiKey("webhooks:write"), response={201: FreshWebhook})
def create(request: HttpRequest, wanted: Annotated[NewWebhook, Body()]) -> HttpResponse:
    """Tell an address what happens from now on. The secret is shown in this answer and never again. Scope: `webhooks:write`."""
    asked_for = Wanted(wanted.url, _plain(wanted.description), tuple(wanted.topics))
    return act(
        request,
        lambda asked: endpoints.add_endpoint(
            asked_for, asked=asked, keys=the_keyring(), networks=settings.WEBHOOK_NETWORKS
        ),
        _fresh,
        status=201,
        stored=_without_secret,
    )


@router.get("/{webhook}", auth=ApiKey("webhooks:read"), response={200: WebhookDocument, 404: ProblemDocument})
def get_webhook(request: HttpRequest, webhook: str) -> HttpResponse:
    """One webhook, without its secret. Scope: `webhooks:read`."""
    with reading() as session:
        return document(endpoint_record(_endpoint(session, request, webhook)))


@router.post("/{webhook}", auth=ApiKey("webhooks:write"), response=WebhookDocument)
def change(request: HttpRequest, webhook: str, wanted: Annotated[ChangedWebhook, Body()]) -> HttpResponse:
    """Another address, description or choice of topics; what is not named stays. Scope: `webhooks:write`."""
    key = key_of("whk", webhook)
    topics = None if wanted.topics is None else tuple(wanted.topics)
    asked_for = Wanted(wanted.url, None if wanted.description is None else _plain(wanted.description), topics)
    return act(
        request,
        lambda asked: endpoints.change_endpoint(key, asked_for, asked=asked, networks=settings.WEBHOOK_NETWORKS),
        _shape,
    )


@router.post("/{webhook}/disable", auth=ApiKey("webhooks:write"), response=WebhookDocument)
def disable(request: HttpRequest, webhook: str) -> HttpResponse:
    """Send nothing there until it is enabled; what waits is dropped. Scope: `webhooks:write`."""
    return act(request, lambda asked: endpoints.disable_endpoint(key_of("whk", webhook), asked=asked), _shape)


@router.post("/{webhook}/enable", auth=ApiKey("webhooks:write"), response=WebhookDocument)
def enable(request: HttpRequest, webhook: str) -> HttpResponse:
    """Tell it again what happens from now on. What happened meanwhile: replay. Scope: `webhooks:write`."""
    return act(request, lambda asked: endpoints.enable_endpoint(key_of("whk", webhook), asked=asked), _shape)


@router.post("/{webhook}/remove", auth=ApiKey("webhooks:write"), response=WebhookDocument)
def remove(request: HttpRequest, webhook: str) -> HttpResponse:
    """Send nothing there any more; within five seconds. Scope: `webhooks:write`."""
    return act(request, lambda asked: endpoints.remove_endpoint(key_of("whk", webhook), asked=asked), _shape)


@router.post("/{webhook}/rotate", auth=ApiKey("webhooks:write"), response=FreshWebhook)
def rotate(request: HttpRequest, webhook: str) -> HttpResponse:
    """A new secret, shown in this answer and never again. For 24 hours the old one signs beside it. Scope: `webhooks:write`."""
    key = key_of("whk", webhook)
    return act(
        request,
        lambda asked: endpoints.rotate_secret(key, asked=asked, keys=the_keyring()),
        _fresh,
        stored=_without_secret,
    )


@router.post("/{webhook}/test", auth=ApiKey("webhooks:write"), response=Queued)
def send_test(request: HttpRequest, webhook: str) -> HttpResponse:
    """Send it a message of the topic `webhook.test`. Scope: `webhooks:write`."""
    return act(request, lambda asked: endpoints.send_test(key_of("whk", webhook), asked=asked), _queued)


@router.post("/{webhook}/replay", auth=ApiKey("webhooks:write"), response=WebhookDocument)
def replay_since(request: HttpRequest, webhook: str, wanted: Annotated[Since, Body()]) -> HttpResponse:
    """Send again what happened since a point in time, each message under the webhook-id that it had. Scope: `webhooks:write`."""
    key, since = key_of("whk", webhook), instant_of("since", wanted.since) or 0
    return act(request, lambda asked: replay.replay(key, since, asked=asked), _shape)


@router.get(
    "/{webhook}/deliveries",
    auth=ApiKey("webhooks:read"),
    response={200: Page[DeliveryDocument], 404: ProblemDocument},
)
def list_deliveries(
    request: HttpRequest,
    webhook: str,
    paging: Paging,
    state: Annotated[DeliveryState | None, Query()] = None,
    topic: Annotated[str | None, Query(max_length=48)] = None,
    message: Annotated[str | None, Query(max_length=64)] = None,
) -> HttpResponse:
    """What was sent, or waits to be, with each attempt; the newest first. Scope: `webhooks:read`."""
    with reading() as session:
        _endpoint(session, request, webhook)
    given: dict[str, Any] = {"endpoint": key_of("whk", webhook)}
    given |= {k: v for k, v in {"state": state, "topic": topic, "message": message}.items() if v is not None}
    return paged(request, DELIVERIES, given, lambda session, rows: _deliveries(session, request, rows), paging=paging)


@router.get(
    "/{webhook}/deliveries/{delivery}",
    auth=ApiKey("webhooks:read"),
    response={200: WholeDelivery, 404: ProblemDocument},
)
def get_delivery(request: HttpRequest, webhook: str, delivery: str) -> HttpResponse:
    """One delivery with its body and each attempt. Scope: `webhooks:read`."""
    with reading() as session:
        endpoint = _endpoint(session, request, webhook)
        row = record_of(session, DELIVERIES, key_of_request(request).workspace, key_of("whd", delivery))
        if row is None or row["endpoint_id"] != endpoint["id"]:
            raise not_found(delivery)
        return document({**_deliveries(session, request, [row])[0], "body": orjson.loads(row["body"])})


@router.post("/{webhook}/deliveries/{delivery}/resend", auth=ApiKey("webhooks:write"), response=Queued)
def resend(request: HttpRequest, webhook: str, delivery: str) -> HttpResponse:
    """Send it again, under the same webhook-id. What waits goes on waiting. Scope: `webhooks:write`."""
    key, which = key_of("whk", webhook), key_of("whd", delivery)
    return act(request, lambda asked: endpoints.resend(key, which, asked=asked), _queued)


def _endpoint(session: Session, request: HttpRequest, webhook: str) -> Record:
    row = record_of(session, ENDPOINTS, key_of_request(request).workspace, key_of("whk", webhook))
    return found(row if row is not None and row["state"] != REMOVED else None, webhook)


def _deliveries(session: Session, request: HttpRequest, rows: list[Record]) -> list[dict[str, Any]]:
    workspace = key_of_request(request).workspace
    tried = records_of(session, ATTEMPTS, workspace, given={"deliveries": [row["id"] for row in rows]}) if rows else []
    return [delivery_record(row, [t for t in tried if t["delivery_id"] == row["id"]]) for row in rows]


def _plain(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        wrong = FieldProblem("description", "must be printable characters on one line, without blanks around them")
        raise Problem("invalid", "Nothing was changed.", [wrong])
    return text


def _shape(said: Endpoint) -> dict[str, Any]:
    return endpoint_document(said.row)


def _fresh(said: Endpoint) -> dict[str, Any]:
    return {**endpoint_document(said.row), "secret": said.secret}


def _without_secret(said: Endpoint) -> dict[str, Any]:
    return {**endpoint_document(said.row), "secret": None}


def _queued(delivery: str) -> dict[str, Any]:
    return {"delivery": shown("whd", delivery)}
