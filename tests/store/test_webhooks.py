"""Webhooks from what happened to what was received: on both databases, on a clock of the test's own."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from django.db import connection
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from passaparola.actions.acting import NotFound
from passaparola.actions.outbox.fan_out import fan_out
from passaparola.actions.rewards.operate import cancel
from passaparola.actions.webhooks import endpoints, sending
from passaparola.actions.webhooks import replay as replaying
from passaparola.actions.webhooks.due import webhooks_due
from passaparola.actions.webhooks.endpoints import Endpoint, Wanted
from passaparola.actions.webhooks.sending import DISABLED, EACH, LEASE, Job, WebhookSender
from passaparola.domain.deliveries import ATTEMPTS, HOUR, JITTER_PERCENT, MINUTE, WAITS
from passaparola.domain.instant import DAY, SECOND, Instant
from passaparola.domain.keyring import keyring
from passaparola.outbound.webhooks.addresses import read_networks
from passaparola.outbound.webhooks.calling import Answer, Call, Problem
from passaparola.outbound.webhooks.signing import headers
from passaparola.store.models import (
    DeliveryAttempt,
    Finding,
    Message,
    Outbox,
    Voucher,
    WebhookDelivery,
    WebhookEndpoint,
    Workspace,
)
from passaparola.store.read.webhooks import EndpointRow
from passaparola.store.session import Session
from passaparola.store.write import webhooks as writes
from tests.databases import Database, only_sqlite
from tests.shops import asked, ben_buys, day, good, person, refusal, rewards, voucher_program

KEYS = keyring("secret")
HERE = read_networks("127.0.0.0/8")
URL = "https://shop.example.com/hooks"
GOOD = Answer(12, 200)
BAD = Answer(12, 500, Problem.STATUS, "no")


@dataclass
class Town:
    """A receiver that answers as it is told to, and keeps what it got."""

    reply: Callable[[Call], Answer] = lambda _: GOOD
    got: list[Call] = field(default_factory=list)

    def __call__(self, call: Call) -> Answer:
        self.got.append(call)
        return self.reply(call)

    @property
    def told(self) -> list[dict[str, Any]]:
        return [orjson.loads(call.body) for call in self.got]

    @property
    def topics(self) -> list[str]:
        return [said["type"] for said in self.told]


@pytest.fixture
def town() -> Town:
    return Town()


def endpoint(workspace: str, *topics: str, url: str = URL, at: float = 0) -> Endpoint:
    wanted = Wanted(url, "", topics)
    made: Endpoint = good(endpoints.add_endpoint(wanted, asked=asked(workspace, at), keys=KEYS, networks=HERE))
    return made


def hand_out(now: Instant) -> None:
    while fan_out(keys=KEYS, now=now):
        pass


def deliver(sender: WebhookSender, now: Instant) -> list[tuple[Job, Answer]]:
    """One round of the delivery loop."""
    sent = [(job, sender.send(job)) for job in sender.lease(32, now=now)]
    if sent:
        sender.record(sent, now=now)
    return sent


def deliver_all(sender: WebhookSender, now: Instant) -> None:
    while deliver(sender, now):
        pass


def states() -> set[str]:
    return set(WebhookDelivery.objects.values_list("state", flat=True))


# -- what is told -------------------------------------------------------------------------------------------------------------------


def test_each_step_reaches_the_endpoint_once_signed_and_in_the_shape_of_the_api(database: Database, town: Town) -> None:
    workspace = ben_buys()
    made = endpoint(workspace)
    hand_out(day(2))
    sender = WebhookSender(KEYS, town)
    deliver_all(sender, day(2))

    assert sorted(town.topics) == sorted(
        notice["topic"] for row in Outbox.objects.all() for notice in orjson.loads(row.notices)
    )
    assert states() == {"delivered"}
    assert len({call.message for call in town.got}) == len(town.got)
    issued = next(
        said for said in town.told if said["type"] == "reward.issued" and said["data"]["customer_id"] == "ben"
    )
    reward = rewards(workspace, "ben")[0]
    assert issued["data"]["id"] == f"rwd_{reward.id.hex}"
    assert issued["data"]["beneficiary"] == f"per_{person(workspace, 'ben')}"
    assert issued["data"]["amount_minor"] == 1000
    assert issued["timestamp"].endswith("Z")
    bound = next(said for said in town.told if said["type"] == "referral.converted")
    assert (bound["data"]["friend_customer_id"], bound["data"]["advocate_customer_id"]) == ("ben", "ada")
    assert made.secret is not None
    for call in town.got:
        Webhook(made.secret).verify(call.body, headers(call.message, _now(), call.body, call.keys))
        assert call.message.startswith("msg_")


def _now() -> int:
    from datetime import UTC, datetime

    return int(datetime.now(UTC).timestamp())


def test_nothing_is_told_of_a_person_but_ids(database: Database, town: Town) -> None:
    from tests.histories import tell

    workspace = ben_buys()
    who = {"customer_id": "zoe", "email": "zoe@example.com", "phone": "+48123456789"}
    tell(workspace, [{"id": "s-zoe", "type": "signup", "after": 200_000, "person": who, "referred_by": "ada"}])
    endpoint(workspace)
    hand_out(day(4))
    deliver_all(WebhookSender(KEYS, town), day(4))
    said = b"".join(call.body for call in town.got)
    assert b'"zoe"' in said
    assert b"example.com" not in said
    assert b"+48" not in said


def test_endpoints_hear_what_they_want_under_one_id(database: Database, town: Town) -> None:
    workspace = ben_buys()
    endpoint(workspace, "reward.")
    endpoint(workspace, "reward.issued", "referral.converted", url="https://erp.example.com/")
    hand_out(day(2))
    deliver_all(WebhookSender(KEYS, town), day(2))
    at: dict[str, list[tuple[str, str]]] = {}
    for call, said in zip(town.got, town.told, strict=True):
        at.setdefault(call.url, []).append((said["type"], call.message))
    assert {topic for topic, _ in at[URL]} == {"reward.issued"}
    assert {topic for topic, _ in at["https://erp.example.com/"]} == {"reward.issued", "referral.converted"}
    assert set(at[URL]) < set(at["https://erp.example.com/"])


def test_a_voucher_is_told_of_from_its_issue_to_its_end_by_its_own_id(database: Database, town: Town) -> None:
    workspace = ben_buys(voucher_program())
    endpoint(workspace, "voucher.")
    good(cancel(rewards(workspace, "ben")[0].id.hex, asked=asked(workspace, 2)))
    hand_out(day(3))
    deliver_all(WebhookSender(KEYS, town), day(3))
    voucher = Voucher.objects.get()
    assert sorted(town.topics) == ["voucher.cancelled", "voucher.issued"]
    for said in town.told:
        data = said["data"]
        assert (data["id"], data["code"], data["customer_id"]) == (f"vch_{voucher.id.hex}", voucher.code, "ben")
        assert data["reward_state"] == "cancelled", "as it is when the message is made"


def test_without_an_endpoint_a_fan_out_asks_once_and_writes_nothing(database: Database) -> None:
    from passaparola.store import session

    ben_buys()
    before = session.statements
    fan_out(keys=KEYS, now=day(2), listeners=(webhooks_due,))
    assert session.statements - before <= 5
    assert not WebhookDelivery.objects.exists()


def test_the_statements_of_a_fan_out_do_not_grow_with_the_notices(database: Database) -> None:
    from passaparola.store import session

    workspace = ben_buys(orders=tuple((f"o{n}", 1000, "EUR") for n in range(3)))
    endpoint(workspace)
    counts = []
    for orders in (1, 12):
        _more_friends(workspace, orders)
        before = session.statements
        fan_out(keys=KEYS, now=day(300))
        counts.append(session.statements - before)
    assert counts[1] <= counts[0]


def _more_friends(workspace: str, count: int) -> None:
    from tests.histories import friend_buys, tell

    for n in range(count):
        tell(workspace, friend_buys(f"friend-{count}-{n}", 20 + count, (f"f{count}-{n}", 10_000, "EUR")))


# -- how often ----------------------------------------------------------------------------------------------------------------------


def one_delivery(town: Town) -> tuple[str, WebhookSender]:
    """A workspace with a single delivery that waits: a test."""
    workspace = ben_buys()
    hand_out(day(2))
    made = endpoint(workspace)
    good(endpoints.send_test(made.row.id, asked=asked(workspace)))
    return made.row.id, WebhookSender(KEYS, town)


def until_it_ends(sender: WebhookSender, start: Instant) -> list[Instant]:
    """Live through the schedule on a clock that jumps from one due moment to the next; when each attempt was made."""
    made: list[Instant] = []
    now = start
    while True:
        waiting = WebhookDelivery.objects.filter(state="waiting").first()
        if waiting is None:
            return made
        now = max(now, waiting.due_at)
        if deliver(sender, now - 1):
            raise AssertionError("sent before it was due")
        assert len(deliver(sender, now)) == 1
        made.append(now)


def test_a66_ten_attempts_in_75_hours_then_the_endpoint_is_disabled_and_the_operator_told(
    database: Database, town: Town
) -> None:
    key, sender = one_delivery(town)
    Workspace.objects.update(contact_email="olga@example.com")
    town.reply = lambda _: BAD
    made = until_it_ends(sender, day(2))

    assert len(made) == ATTEMPTS == len(town.got)
    for before, after, wait in zip(made, made[1:], WAITS, strict=False):
        assert abs(after - before - wait) <= wait * JITTER_PERCENT / 100
    assert abs(made[-1] - made[0] - (75 * HOUR + 35 * MINUTE)) <= 75 * HOUR * JITTER_PERCENT / 100
    assert len({call.message for call in town.got}) == 1
    assert [c.timestamp for c in town.got] == [at // SECOND for at in made], "each attempt is signed with its own time"
    found = WebhookEndpoint.objects.get(id=key)
    assert (found.state, found.reason) == ("disabled", "failing")
    assert Finding.objects.filter(kind=DISABLED).count() == 1
    mail = Message.objects.get(kind="endpoint_disabled")
    assert (mail.address, orjson.loads(mail.facts)["endpoint"]) == (
        "olga@example.com",
        key.hex if hasattr(key, "hex") else key,
    )
    attempts = DeliveryAttempt.objects.order_by("number")
    assert [(a.number, a.status, a.problem) for a in attempts] == [(n + 1, 500, "status") for n in range(ATTEMPTS)]


def test_a66_without_an_address_the_finding_alone_tells(database: Database, town: Town) -> None:
    _, sender = one_delivery(town)
    town.reply = lambda _: BAD
    until_it_ends(sender, day(2))
    assert Finding.objects.filter(kind=DISABLED).count() == 1
    assert not Message.objects.exists()


def test_a66_gone_disables_at_once(database: Database, town: Town) -> None:
    key, sender = one_delivery(town)
    town.reply = lambda _: Answer(1, 410, Problem.GONE)
    deliver(sender, day(2))
    found = WebhookEndpoint.objects.get(id=key)
    assert (found.state, found.reason) == ("disabled", "gone")
    assert len(town.got) == 1
    assert deliver(sender, day(20)) == []


def test_a66_retry_after_is_honoured_and_the_endpoint_rests(database: Database, town: Town) -> None:
    key, sender = one_delivery(town)
    workspace = Workspace.objects.get().id.hex
    town.reply = lambda _: Answer(1, 429, Problem.STATUS, retry_after=600)
    deliver(sender, day(2))
    assert WebhookDelivery.objects.get().due_at == day(2) + 600 * SECOND
    good(endpoints.send_test(key, asked=asked(workspace, 2.001)))
    assert deliver(sender, day(2) + 599 * SECOND) == [], "a receiver that asked for rest was called"
    town.reply = lambda _: GOOD
    assert len(deliver(sender, day(2) + 600 * SECOND)) == 1  # it is called gently at first
    deliver_all(sender, day(2) + 601 * SECOND)
    assert states() == {"delivered"}


def test_what_failed_and_then_is_taken_is_delivered_once(database: Database, town: Town) -> None:
    _, sender = one_delivery(town)
    replies = iter([BAD, Answer(1, None, Problem.TIMEOUT), GOOD])
    town.reply = lambda _: next(replies)
    assert len(until_it_ends(sender, day(2))) == 3
    assert states() == {"delivered"}
    assert [a.problem for a in DeliveryAttempt.objects.order_by("number")] == ["status", "timeout", ""]


# -- secrets ------------------------------------------------------------------------------------------------------------------------


def verified(town: Town, secret: str) -> bool:
    call = town.got[-1]
    try:
        Webhook(secret).verify(call.body, headers(call.message, _now(), call.body, call.keys))
    except WebhookVerificationError:
        return False
    return True


def rotated(town: Town, key_of: Callable[[Any, Any, Instant], Any] | None = None) -> list[tuple[bool, bool]]:
    """Whether (old, new) verify: before, during the overlap, at its very end, after it."""
    workspace = ben_buys()
    hand_out(day(2))
    made = endpoint(workspace)
    old = made.secret or ""
    sender = WebhookSender(KEYS, town)
    new, found = "", []
    for at in (2.0, 2.5, 3.4999, 3.5, 9.0):
        if at == 2.5:
            new = good(endpoints.rotate_secret(made.row.id, asked=asked(workspace, at), keys=KEYS)).secret
        good(endpoints.send_test(made.row.id, asked=asked(workspace, at)))
        deliver(sender, day(at))
        found.append((verified(town, old), bool(new) and verified(town, new)))
    return found


ROTATION = [(True, False), (True, True), (True, True), (False, True), (False, True)]


def test_a67_both_secrets_sign_during_the_overlap_and_the_old_one_is_gone_after(database: Database, town: Town) -> None:
    assert rotated(town) == ROTATION


def test_a67_a_planted_sender_that_signs_with_the_new_secret_only_is_noticed(
    database: Database, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = sending._keys
    monkeypatch.setattr(sending, "_keys", lambda *a: honest(*a)[:1])
    assert rotated(town) != ROTATION


def test_secrets_are_not_readable_in_the_database(database: Database, town: Town) -> None:
    made = endpoint(ben_buys())
    assert made.secret is not None
    row = WebhookEndpoint.objects.get()
    assert made.secret not in row.secret
    assert made.secret.removeprefix("whsec_")[:10] not in row.secret


def test_with_another_key_nothing_is_sent_unsigned(database: Database, town: Town) -> None:
    workspace = ben_buys()
    made = endpoint(workspace)
    good(endpoints.send_test(made.row.id, asked=asked(workspace)))
    other = WebhookSender(
        keyring("another"), lambda call: Answer(0, problem=Problem.UNSIGNED) if not call.keys else GOOD
    )
    deliver(other, day(2))
    assert WebhookEndpoint.objects.get().reason == "secret_unreadable"


# -- who sends ----------------------------------------------------------------------------------------------------------------------


def test_o07_two_who_lease_at_once_send_nothing_twice(database: Database, town: Town) -> None:
    workspace = ben_buys(orders=tuple((f"o{n}", 1000, "EUR") for n in range(5)))
    made = endpoint(workspace)
    hand_out(day(2))
    for _ in range(10):
        good(endpoints.send_test(made.row.id, asked=asked(workspace)))
    gate = threading.Barrier(4)

    def work() -> None:
        sender = WebhookSender(KEYS, town)
        try:
            gate.wait()
            for _ in range(12):
                deliver(sender, day(2))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deliver_all(WebhookSender(KEYS, town), day(2))
    assert states() == {"delivered"}
    assert len(town.got) == len({call.message for call in town.got}) == WebhookDelivery.objects.count() >= 12


def test_o07_a_planted_lease_without_a_condition_is_noticed(
    database: Database, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leases that nobody looks at: the same delivery goes out twice."""
    honest = writes.lease_deliveries
    monkeypatch.setattr(sending, "lease_deliveries", lambda s, e, **given: honest(s, e, **{**given, "until": 0}))
    one_delivery(town)
    first, second = (WebhookSender(KEYS, town) for _ in range(2))
    taken = [*first.lease(9, now=day(2)), *second.lease(9, now=day(2))]
    assert len(taken) == 2


def test_o07_what_a_dead_process_took_is_sent_when_its_lease_is_over(database: Database, town: Town) -> None:
    _, sender = one_delivery(town)
    (job,) = WebhookSender(KEYS, town).lease(9, now=day(2))  # and dies
    assert sender.lease(9, now=day(2) + LEASE - 1) == []
    assert len(deliver(sender, day(2) + LEASE)) == 1
    assert states() == {"delivered"}
    sender.record([(job, BAD)], now=day(2) + LEASE)  # the dead one wakes up
    assert states() == {"delivered"}, "whoever lost its lease wrote all the same"
    assert DeliveryAttempt.objects.count() == 1


def test_o07_a_planted_sender_that_records_before_it_sends_is_noticed(database: Database, town: Town) -> None:
    """The same death: what was marked as sent first is never sent."""
    _, sender = one_delivery(town)
    dies = WebhookSender(KEYS, town)
    dies.record([(job, GOOD) for job in dies.lease(9, now=day(2))], now=day(2))
    deliver_all(sender, day(9))
    assert states() == {"delivered"}
    assert town.got == [], "this is the loss that the order of sending and recording prevents"


def test_o07_a_delivery_that_kills_every_process_ends_and_blocks_nobody(database: Database, town: Town) -> None:
    workspace = ben_buys()
    hand_out(day(2))
    made = endpoint(workspace)
    poison = good(endpoints.send_test(made.row.id, asked=asked(workspace)))
    now = day(2)
    for _ in range(ATTEMPTS):
        assert len(WebhookSender(KEYS, town).lease(9, now=now)) == 1  # and dies
        now += LEASE
    other = endpoint(workspace, url="https://erp.example.com/")
    good(endpoints.send_test(other.row.id, asked=asked(workspace)))
    deliver_all(WebhookSender(KEYS, town), now)
    assert [call.url for call in town.got] == ["https://erp.example.com/"]
    assert WebhookDelivery.objects.get(id=poison).state == "failed"
    assert WebhookEndpoint.objects.get(id=made.row.id).state == "disabled"


def test_a_slow_endpoint_keeps_nobody_waiting(database: Database, town: Town) -> None:
    """Its calls hang; the neighbour is called in the same round as if it were alone."""
    workspace = ben_buys()
    hand_out(day(2))
    slow, quick = endpoint(workspace), endpoint(workspace, url="https://erp.example.com/")
    for _ in range(50):
        good(endpoints.send_test(slow.row.id, asked=asked(workspace)))
    for _ in range(3):
        good(endpoints.send_test(quick.row.id, asked=asked(workspace)))
    sender = WebhookSender(KEYS, town)
    hanging = sender.lease(8, now=day(2))
    assert len([job for job in hanging if job.url == URL]) == EACH
    assert len([job for job in hanging if job.url != URL]) == 3
    assert [job for job in sender.lease(32, now=day(2)) if job.url == URL] == [], "more than four calls at once"
    for job in hanging:  # they time out
        town.reply = lambda call: Answer(15_000, None, Problem.TIMEOUT) if call.url == URL else GOOD
        sender.record([(job, sender.send(job))], now=day(2))
    again = sender.lease(32, now=day(2) + SECOND)
    assert len(again) == 1, "an endpoint that fails has one call at a time"


def test_a_planted_sender_without_a_limit_for_each_endpoint_is_noticed(
    database: Database, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "EACH", 1000)
    workspace = ben_buys()
    hand_out(day(2))
    slow, quick = endpoint(workspace), endpoint(workspace, url="https://erp.example.com/")
    for key in [slow.row.id] * 50 + [quick.row.id]:
        good(endpoints.send_test(key, asked=asked(workspace)))
    taken = WebhookSender(KEYS, town).lease(8, now=day(2))
    assert {job.url for job in taken} == {URL}


# -- what an operator does ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [endpoints.remove_endpoint, endpoints.disable_endpoint])
def test_a47_a_removed_or_disabled_endpoint_gets_nothing_more(database: Database, town: Town, act: Any) -> None:
    workspace = ben_buys()
    made = endpoint(workspace)
    hand_out(day(2))
    good(act(made.row.id, asked=asked(workspace)))
    _more_friends(workspace, 1)
    hand_out(day(200))
    assert deliver(WebhookSender(KEYS, town), day(200)) == []
    assert town.got == []
    assert states() == {"dropped"}


def test_a_removed_endpoint_is_not_there_any_more(database: Database) -> None:
    workspace = ben_buys()
    made = endpoint(workspace)
    good(endpoints.remove_endpoint(made.row.id, asked=asked(workspace)))
    for act in (endpoints.enable_endpoint, endpoints.send_test, endpoints.remove_endpoint):
        with pytest.raises(NotFound):
            act(made.row.id, asked=asked(workspace))


def test_a_replay_tells_the_past_under_the_ids_it_had(database: Database, town: Town) -> None:
    workspace = ben_buys()
    first = endpoint(workspace)
    hand_out(day(2))
    sender = WebhookSender(KEYS, town)
    deliver_all(sender, day(2))
    once = {call.message: call.body for call in town.got}
    second = endpoint(workspace, "reward.", url="https://erp.example.com/", at=3)
    town.got.clear()

    for made in (first, second):
        good(replaying.replay(made.row.id, day(0), asked=asked(workspace, 4)))
    while replaying.replay_on(now=day(4), batch=1):
        pass
    assert not WebhookEndpoint.objects.filter(replay_until__isnull=False).exists()
    deliver_all(sender, day(4))
    again = {call.message: call.body for call in town.got if call.url == URL}
    assert again == once
    late = {call.message for call in town.got if call.url != URL}
    assert late == {key for key, text in once.items() if orjson.loads(text)["type"].startswith("reward.")}
    assert DeliveryAttempt.objects.filter(number=2).count() == len(once)


@only_sqlite
def test_a_replay_that_breaks_holds_up_no_other(
    database: Database, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = ben_buys()
    hand_out(day(2))
    broken, other = endpoint(workspace, at=3), endpoint(workspace, url="https://erp.example.com/", at=3)
    whole, tried = replaying._tell, []

    def breaks(session: Session, told: EndpointRow, *more: Any) -> int:
        if told.id == broken.row.id:
            tried.append(told.id)
            raise RuntimeError("planted")
        return whole(session, told, *more)

    monkeypatch.setattr(replaying, "_tell", breaks)
    for made in (broken, other):
        good(replaying.replay(made.row.id, day(0), asked=asked(workspace, 4)))
    while replaying.replay_on(now=day(4)):
        pass
    deliver_all(WebhookSender(KEYS, town), day(4))
    assert {call.url for call in town.got} == {"https://erp.example.com/"}

    rests = replaying.Rests()
    tried.clear()
    for half in range(240):
        replaying.replay_on(now=day(5) + half * SECOND // 2, rests=rests)
    assert len(tried) == 6, "after 2, 4, 8, 16, 32 seconds"
    good(replaying.replay(broken.row.id, day(0), asked=asked(workspace, 6)))
    tried.clear()
    replaying.replay_on(now=day(5) + 120 * SECOND, rests=rests)
    assert len(tried) == 1, "asked again, it begins anew"
    monkeypatch.undo()
    while replaying.replay_on(now=day(7), rests=rests):
        pass
    assert not WebhookEndpoint.objects.filter(replay_until__isnull=False).exists()


def test_a_replay_begins_where_it_was_asked_to(database: Database, town: Town) -> None:
    workspace = ben_buys()
    hand_out(day(2))
    made = endpoint(workspace, at=3)
    good(replaying.replay(made.row.id, day(2.5), asked=asked(workspace, 4)))
    while replaying.replay_on(now=day(4)):
        pass
    assert deliver(WebhookSender(KEYS, town), day(4)) == []
    assert refusal(replaying.replay(made.row.id, day(5), asked=asked(workspace, 4))) == replaying.IN_FUTURE


def test_a_delivery_is_sent_again_by_hand(database: Database, town: Town) -> None:
    _, sender = one_delivery(town)
    deliver(sender, day(2))
    row = WebhookDelivery.objects.get()
    workspace = Workspace.objects.get().id.hex
    good(endpoints.resend(row.endpoint_id.hex, row.id.hex, asked=asked(workspace, 3)))
    deliver(sender, day(3))
    assert [call.message for call in town.got] == [row.message] * 2
    assert [a.number for a in DeliveryAttempt.objects.order_by("number")] == [1, 2]


def test_what_was_told_long_ago_is_forgotten_and_what_waits_is_not(database: Database, town: Town) -> None:
    workspace = ben_buys()
    endpoint(workspace)
    hand_out(day(2))
    deliver(WebhookSender(KEYS, town), day(2))
    _more_friends(workspace, 1)
    waiting = Outbox.objects.filter(state="waiting").count()
    from passaparola.inbound.today import now

    assert replaying.forget_deliveries(now=now()) == 0
    assert replaying.forget_deliveries(now=now() + 31 * DAY) > 0
    assert set(Outbox.objects.values_list("state", flat=True)) == {"waiting"}
    assert Outbox.objects.count() == waiting


def test_a_workspace_has_a_limited_number_of_endpoints_and_none_of_bad_addresses(database: Database) -> None:
    workspace = ben_buys()
    for url in ("https://127.0.0.2:22/", "ftp://shop.example.com/", "https://10.0.0.1/"):
        assert (
            refusal(endpoints.add_endpoint(Wanted(url), asked=asked(workspace), keys=KEYS, networks=HERE)) == "bad_url"
        )
    bad = Wanted(URL, "", ("reward.imagined",))
    assert refusal(endpoints.add_endpoint(bad, asked=asked(workspace), keys=KEYS, networks=HERE)) == "unknown_topic"
    for _ in range(endpoints.MOST):
        endpoint(workspace)
    assert (
        refusal(endpoints.add_endpoint(Wanted(URL), asked=asked(workspace), keys=KEYS, networks=HERE))
        == "too_many_endpoints"
    )
