"""The schedule of Standard Webhooks on a clock of its own, who wants what, and signatures against the standard's own verifier."""

import base64
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from passaparola.domain import deliveries
from passaparola.domain.deliveries import ATTEMPTS, HOUR, JITTER_PERCENT, MINUTE, WAITS, next_attempt, wants
from passaparola.domain.instant import SECOND, Instant
from passaparola.domain.notices import TOPICS, notice_id
from passaparola.outbound.webhooks.signing import UnableToSign, headers, key_of, new_secret

STANDARD = [
    0,
    5,
    305,
    2105,
    9305,
    27305,
    63305,
    113705,
    185705,
    272105,
]  # seconds since the start, as the standard lists them


def moments(delivery: str, start: Instant = 0) -> list[Instant]:
    """When each attempt is made of a delivery that always fails."""
    found, at, number = [start], start, 1
    while (later := next_attempt(delivery, number, at)) is not None:
        found.append(later)
        at, number = later, number + 1
    return found


def test_ten_attempts_over_75_hours_35_minutes_and_5_seconds() -> None:
    assert sum(WAITS) == 75 * HOUR + 35 * MINUTE + 5 * SECOND
    for delivery in map(str, range(200)):
        made = moments(delivery)
        assert len(made) == len(STANDARD) == ATTEMPTS
        for at, before, wait in zip(made[1:], made, WAITS, strict=False):
            assert abs(at - before - wait) <= wait * JITTER_PERCENT / 100
        for at, standard in zip(made, STANDARD, strict=True):
            assert abs(at - standard * SECOND) <= standard * SECOND * JITTER_PERCENT / 100


def test_deliveries_that_failed_together_are_not_tried_again_together() -> None:
    assert len({moments(str(n))[4] for n in range(100)}) == 100


def test_a_planted_schedule_without_jitter_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "_jitter", lambda *_: 0)
    assert len({moments(str(n))[4] for n in range(100)}) == 1


def test_retry_after_puts_off_and_never_hurries() -> None:
    plain = next_attempt("d", 1, 0)
    assert plain is not None
    assert next_attempt("d", 1, 0, 600) == 600 * SECOND
    assert next_attempt("d", 1, 0, 0) == plain
    assert next_attempt("d", 1, 0, 999_999) == 24 * HOUR, "a receiver may not put us off for ever"
    assert next_attempt("d", ATTEMPTS, 0, 600) is None


def test_topics_by_name_by_beginning_or_all() -> None:
    assert wants((), "reward.issued")
    assert wants(("reward.issued",), "reward.issued")
    assert wants(("referral.", "reward."), "reward.issued")
    assert not wants(("reward.issued",), "reward.changed")
    assert not wants(("reward",), "reward.issued")
    assert not wants(("referral.",), "reward.issued")


def test_topics_are_named_as_the_standard_wants_them() -> None:
    assert all(set(topic) <= set("abcdefghijklmnopqrstuvwxyz_.") and topic.count(".") == 1 for topic in TOPICS)
    assert all(len(topic) <= 48 for topic in TOPICS)


def test_the_id_of_a_notice_follows_from_where_it_stands() -> None:
    assert notice_id("a", 0) == notice_id("a", 0)
    assert len({notice_id(outbox, place) for outbox in ("a", "b") for place in range(3)}) == 6


# -- signatures -------------------------------------------------------------------------------------------------------------------


def now() -> int:
    return int(datetime.now(UTC).timestamp())


def test_the_standards_own_vector() -> None:
    """From the reference implementations' tests."""
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    said = headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', [key])
    assert said["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("body", [b"{}", b'{"a":"\xc4\x85"}', b"[" + b"1," * 9_000 + b"1]"])
def test_the_reference_verifier_takes_what_we_sign(body: bytes) -> None:
    secret = new_secret()
    Webhook(secret).verify(body, headers("msg_1", now(), body, [key_of(secret)]))


@pytest.mark.parametrize("broken", ["body", "id", "time", "old", "other"])
def test_the_reference_verifier_refuses_what_was_changed(broken: str) -> None:
    secret, body = new_secret(), b'{"type":"reward.issued"}'
    said = headers("msg_1", now() - (600 if broken == "old" else 0), body, [key_of(secret)])
    said |= {"id": {"webhook-id": "msg_2"}, "time": {"webhook-timestamp": str(now() + 9)}}.get(broken, {})
    verifier = Webhook(new_secret() if broken == "other" else secret)
    with pytest.raises(WebhookVerificationError):
        verifier.verify(body + b" " * (broken == "body"), said)


def test_while_secrets_overlap_both_verify_and_a_third_does_not() -> None:
    old, new, body = new_secret(), new_secret(), b"{}"
    said = headers("msg_1", now(), body, [key_of(new), key_of(old)])
    for secret in (old, new):
        Webhook(secret).verify(body, said)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(body, said)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_" + base64.b64encode(b"k" * 23).decode(), "no base64!", "a" * 44]
)
def test_an_empty_or_short_secret_signs_nothing(secret: str) -> None:
    with pytest.raises(UnableToSign):
        headers("msg_1", 1, b"", [key_of(secret)])


def test_without_any_secret_nothing_is_signed() -> None:
    with pytest.raises(UnableToSign):
        headers("msg_1", 1, b"", [])
    with pytest.raises(UnableToSign):
        headers("msg_1", 1, b"", [b""])


def test_a_secret_has_between_24_and_64_random_bytes() -> None:
    assert len({new_secret() for _ in range(50)}) == 50
    assert 24 <= len(key_of(new_secret())) <= 64
