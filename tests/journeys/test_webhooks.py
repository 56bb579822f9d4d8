"""Webhooks through the API, over real connections on this machine: kept, signed, spoiled on the way, and sent by real servers."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from django.test import override_settings
from standardwebhooks.webhooks import Webhook

from passaparola.actions.outbox.fan_out import fan_out
from passaparola.actions.webhooks import endpoints
from passaparola.actions.webhooks import replay as replaying
from passaparola.actions.webhooks.sending import WebhookSender, webhook_sender
from passaparola.domain.deliveries import WAITS
from passaparola.domain.instant import SECOND
from passaparola.inbound import delivering
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.running import stop_writer
from passaparola.inbound.today import now
from passaparola.outbound.webhooks.addresses import read_networks
from passaparola.outbound.webhooks.calling import TOTAL_SECONDS, call
from passaparola.outbound.webhooks.destination import Destination
from passaparola.store.models import Outbox, WebhookDelivery
from tests.databases import Database, on_both, only_postgres, only_sqlite
from tests.journeys.caller import Shop, served
from tests.journeys.command_line import run
from tests.receivers import Receiver, proxy, receiver, status

pytestmark = on_both

HERE = read_networks("127.0.0.0/8")
LATER = 10 * 86_400 * SECOND


@pytest.fixture(autouse=True)
def loopback() -> Iterator[None]:
    with override_settings(WEBHOOK_NETWORKS=HERE):
        yield


def add(shop: Shop, url: str, *topics: str) -> dict[str, Any]:
    said = shop.post("/api/v1/webhooks", {"url": url, "topics": list(topics)})
    assert said.status == 201, said.body
    made: dict[str, Any] = said.json
    return made


def send_all(at: int | None = None, sender: WebhookSender | None = None) -> None:
    """What the delivery loop does, until nothing is due."""
    moment = now() if at is None else at
    while fan_out(keys=the_keyring(), now=moment):
        pass
    while replaying.replay_on(now=moment):
        pass
    sends = sender or webhook_sender(the_keyring(), HERE)
    while jobs := sends.lease(32, now=moment):
        sends.record([(job, sends.send(job)) for job in jobs], now=moment)


def deliveries(shop: Shop, webhook: str) -> list[dict[str, Any]]:
    return shop.items(f"/api/v1/webhooks/{webhook}/deliveries")


def is_delivered(delivery: dict[str, Any]) -> bool:
    return bool(delivery["state"] == "delivered")


def test_an_endpoint_through_its_life(shop: Shop) -> None:
    with receiver() as ours:
        made = add(shop, ours.url, "reward.issued")
        assert made["secret"].startswith("whsec_")
        path = f"/api/v1/webhooks/{made['id']}"
        assert "secret" not in shop.get(path).json
        shop.conversion()
        send_all()
        assert len(ours.got) == 2
        for headers, body in ours.got:
            Webhook(made["secret"]).verify(body, headers)
        (first, _) = deliveries(shop, made["id"])
        whole = shop.get(f"{path}/deliveries/{first['id']}").json
        assert whole["attempts"][0]["status"] == 200
        reward = shop.get(f"/api/v1/rewards/{whole['body']['data']['id']}").json
        reward.pop("transitions")
        told = {k: v for k, v in whole["body"]["data"].items() if k not in ("customer_id", "voucher_code")}
        assert told == reward, "what is told is not what the API shows"

        assert shop.post(path, {"topics": ["referral."]}).json["topics"] == ["referral."]
        fresh = shop.post(f"{path}/rotate", {}).json
        assert fresh["secret"] != made["secret"]
        assert fresh["old_secret_until"]
        assert shop.post(f"{path}/test", {}).status == 200
        send_all()
        for secret in (made["secret"], fresh["secret"]):
            Webhook(secret).verify(ours.got[-1][1], ours.got[-1][0])

        resent = shop.post(f"{path}/deliveries/{first['id']}/resend", {})
        assert resent.json == {"delivery": first["id"]}
        send_all()
        assert ours.ids.count(first["message"]) == 2
        assert shop.post(f"{path}/replay", {"since": "2026-01-01T00:00:00Z"}).json["replaying_until"]
        send_all()
        assert {"referral.converted"} <= {orjson.loads(body)["type"] for _, body in ours.got}

        assert shop.post(f"{path}/disable", {}).json["state"] == "disabled"
        assert shop.post(f"{path}/test", {}).problem == "endpoint_not_enabled"
        assert shop.post(f"{path}/enable", {}).json["state"] == "enabled"
        assert shop.post(f"{path}/remove", {}).json["state"] == "removed"
        assert shop.get(path).status == 404
        assert shop.items("/api/v1/webhooks") == []


def test_a_replay_of_a_request_does_not_show_the_secret_again(shop: Shop) -> None:
    body = {"url": "https://shop.example.com/"}
    first, second = (shop.post("/api/v1/webhooks", body, idempotency="k1") for _ in range(2))
    assert first.json["secret"]
    assert (second.json["id"], second.json["secret"]) == (first.json["id"], None)
    path = f"/api/v1/webhooks/{first.json['id']}/rotate"
    first, second = (shop.post(path, {}, idempotency="k2") for _ in range(2))
    assert first.json["secret"]
    assert second.json["secret"] is None


@pytest.mark.parametrize(
    "url",
    [
        "ftp://shop.example.com/", "file:///etc/passwd", "gopher://shop.example.com/", "https://a:b@shop.example.com/",
        "https://shop.example.com:22/", "https://shop.example.com:25/", "https://shop.example.com:6379/", "https://10.0.0.1/",
        "https://[fd00:ec2::254]/", "https://169.254.169.254/",
    ],
)  # fmt: skip
@only_sqlite
def test_a68_a_bad_address_is_422(database: Database, shop: Shop, url: str) -> None:
    said = shop.post("/api/v1/webhooks", {"url": url})
    assert (said.status, said.problem) == (422, "bad_url")


@only_sqlite
@pytest.mark.parametrize("url", ["file:///etc/passwd", "https://a:b@shop.example.com/"])
def test_a68_a_planted_endpoint_that_reads_no_address_is_noticed(
    database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    taken = Destination("https", "shop.example.com", 443, "/")
    monkeypatch.setattr(endpoints, "read_destination", lambda *_: taken)
    with pytest.raises(AssertionError):
        test_a68_a_bad_address_is_422(database, shop, url)


@only_sqlite
def test_topics_that_do_not_exist_are_422(database: Database, shop: Shop) -> None:
    for topic in ("reward.imagined", "reward", "nothing.", "*"):
        said = shop.post("/api/v1/webhooks", {"url": "https://shop.example.com/", "topics": [topic]})
        assert (said.status, said.problem) == (422, "unknown_topic")


FAULTS = ("reset_after", "lost_reply", "none", "twice", "half_close", "reset_before", "delay")


def spoiled(shop: Shop, sender: Callable[[], WebhookSender] | None = None) -> tuple[Receiver, list[str]]:
    """Everything is sent through a proxy that spoils most connections; what came, and what ought to have."""
    with receiver() as ours, proxy(ours.port, itertools.cycle(FAULTS)) as port:
        add(shop, f"http://127.0.0.1:{port}/hooks")
        for n in range(4):
            shop.conversion(friend=f"friend-{n}", order=f"o{n}") if n else shop.conversion()
        at = now()
        for wait in (0, *(2 * wait for wait in WAITS)):
            at += wait
            send_all(at, sender() if sender else None)
        expected = [f"msg_{n.id}" for row in Outbox.objects.all() for n in _notices(row)]
    return ours, expected


def _notices(row: Outbox) -> Any:
    from passaparola.actions.outbox.fan_out import notices_of
    from passaparola.store.read.outbox import OutboxRow

    return notices_of(OutboxRow(row.id.hex, row.workspace_id.hex, row.cause, row.notices, row.due_at, row.attempts))


def test_g05_whatever_the_network_does_each_message_arrives_and_repeats_have_one_id(shop: Shop) -> None:
    ours, expected = spoiled(shop)
    assert set(ours.ids) == set(expected), "lost, or imagined"
    assert len(ours.ids) > len(expected), "the proxy repeated nothing: it proves nothing"
    bodies: dict[str, set[bytes]] = {}
    for headers, body in ours.got:
        bodies.setdefault(headers["webhook-id"], set()).add(body)
    assert all(len(one) == 1 for one in bodies.values()), "one id, two contents"
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"delivered"}


@only_sqlite
def test_g05_a_planted_sender_that_takes_silence_for_consent_is_noticed(database: Database, shop: Shop) -> None:
    """It calls what it sent delivered, whatever came back."""
    from dataclasses import replace

    def trusting() -> WebhookSender:
        return WebhookSender(the_keyring(), lambda asked: replace(call(asked, networks=HERE), problem=None))

    ours, expected = spoiled(shop, trusting)
    assert set(ours.ids) < set(expected)


def test_the_loop_delivers_past_a_slow_neighbour(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop itself, with its threads: a receiver that hangs keeps the others waiting for nothing."""
    monkeypatch.setattr(delivering, "EVERY", 0.02)
    hangs = threading.Event()

    def hang(*_: object) -> None:
        hangs.wait(60)

    with receiver(hang) as slow, receiver() as quick:
        stuck, ours = add(shop, slow.url), add(shop, quick.url)
        stopping, leading = threading.Event(), threading.Event()
        leading.set()
        loop = threading.Thread(target=delivering.deliver, args=(stopping, leading))
        loop.start()
        try:
            shop.conversion()
            for _ in range(10):
                shop.post(f"/api/v1/webhooks/{stuck['id']}/test", {})
            begun = time.monotonic()
            while not (
                slow.connections and len(quick.got) >= 2 and all(map(is_delivered, deliveries(shop, ours["id"])))
            ):
                assert time.monotonic() - begun < TOTAL_SECONDS - 1, "the neighbour waited for the slow one"
                time.sleep(0.02)
            assert 1 <= slow.connections <= 4
        finally:
            hangs.set()
            stopping.set()
            loop.join(20)
    assert not loop.is_alive()


class Admitting(Database):
    """The same database, for a server that may call this machine."""

    @property
    def env(self) -> dict[str, str]:
        return {**super().env, "PASSAPAROLA_WEBHOOKS_INTO_NETWORKS": "127.0.0.0/8"}


@only_postgres
def test_a_server_of_two_processes_delivers_once(database: Database, shop: Shop) -> None:
    with receiver() as ours:
        made = add(shop, ours.url)
        with served(Admitting(database.vendor, database.data, database.url), "--workers", "2"):
            shop.conversion()
            until = time.monotonic() + 120
            while not ours.got or any(d["state"] == "waiting" for d in deliveries(shop, made["id"])):
                assert time.monotonic() < until, "nothing was delivered"
                time.sleep(0.1)
        assert len(ours.ids) == len(set(ours.ids))
        assert {d["message"] for d in deliveries(shop, made["id"])} == set(ours.ids)


@only_sqlite
def test_the_command_line_adds_lists_rotates_replays_and_shows(database: Database, shop: Shop) -> None:
    with receiver(status(500)) as ours:
        stop_writer()
        made = orjson.loads(run("webhook", "add", ours.url, "--topic", "reward.", "--json").stdout)
        assert made["secret"].startswith("whsec_")
        assert made["id"] in run("webhook", "list").stdout
        assert run("webhook", "rotate", made["id"]).stdout.startswith("whsec_")
        shop.conversion()
        assert run("webhook", "test", made["id"]).exit_code == 0
        send_all()
        shown = run("webhook", "deliveries", made["id"])
        assert "reward.issued" in shown.stdout
        assert "status" in shown.stdout
        assert "is told again" in run("webhook", "replay", made["id"], "--since", "2026-01-01T00:00:00Z").stdout
        assert run("webhook", "replay", made["id"], "--since", "soon").exit_code == 1
        assert "removed" in run("webhook", "switch", made["id"], "remove").stdout
        assert run("webhook", "rotate", made["id"]).exit_code == 1
        assert run("webhook", "rotate", "whk_nonsense").exit_code == 1
        assert "0 are tried again" in run("webhook", "retry").stdout
