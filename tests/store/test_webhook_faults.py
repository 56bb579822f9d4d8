"""A66: the checks of the schedule are checked. Each fault is planted in the sender, and the same check must notice it."""

from collections.abc import Callable
from typing import Any

import pytest

from passaparola.actions.webhooks import sending
from passaparola.domain.deliveries import ATTEMPTS
from passaparola.domain.instant import SECOND, Instant
from passaparola.store.models import Message
from tests.databases import Database, only_sqlite
from tests.store import test_webhooks as honest
from tests.store.test_webhooks import Town

TEN = honest.test_a66_ten_attempts_in_75_hours_then_the_endpoint_is_disabled_and_the_operator_told
GONE = honest.test_a66_gone_disables_at_once
RETRY_AFTER = honest.test_a66_retry_after_is_honoured_and_the_endpoint_rests


def every_second(_: str, attempts: int, at: Instant, *__: object) -> Instant | None:
    return at + SECOND if attempts < ATTEMPTS else None


@pytest.mark.parametrize(
    ("guard", "without", "check"),
    [
        ("next_attempt", every_second, TEN),
        ("disable_endpoint", lambda *_: False, TEN),
        ("_tell_operator", lambda *_: None, TEN),
        ("contact_of", lambda *_: "", TEN),
        ("disable_endpoint", lambda *_: False, GONE),
        ("BUSY", frozenset(), RETRY_AFTER),
    ],
    ids=["no schedule", "never disabled", "nobody told", "no mail", "410 ends nothing", "429 is any failure"],
)
@only_sqlite
def test_a66_a_planted_fault_is_noticed(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    guard: str,
    without: Any,
    check: Callable[[Database, Town], None],
) -> None:
    monkeypatch.setattr(sending, guard, without)
    with pytest.raises((AssertionError, Message.DoesNotExist)):
        check(database, Town())
