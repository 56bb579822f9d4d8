"""Put a mail into the queue: a row that commits with what made it, sent later by the clock."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import orjson

from passaparola.domain.instant import Instant
from passaparola.domain.keyring import Keyring, address_mac
from passaparola.domain.values import value
from passaparola.store.ids import new_id
from passaparola.store.write.plan import Plan


class MessageKind(StrEnum):
    """What a mail is for. Those that a person has just asked for are sent also to who wants no news."""

    JOIN = "join"  # confirm the address, become an advocate; facts: magic
    SIGN_IN = "sign_in"  # the way into the portal; facts: magic
    ACCEPT = "accept"  # a friend confirms the address and gets the offer; facts: magic
    FRIEND_JOINED = "friend_joined"  # facts: referral
    REWARD = "reward"  # facts: reward, step
    STATEMENT = "statement"  # facts: from, to
    INVITE = "invite"  # an advocate invites a friend through us; facts: link, words
    ENDPOINT_DISABLED = "endpoint_disabled"  # to the operator; facts: endpoint


@value(frozen=True, slots=True)
class NewMessage:
    """One mail. `key` makes it single in the workspace; `address` is canonical; `facts` are ids and plain values, no personal data."""

    key: str
    kind: MessageKind
    address: str
    language: str = "en"
    person: str | None = None
    program: str | None = None
    facts: Mapping[str, Any] | None = None


def queue_message(plan: Plan, keys: Keyring, message: NewMessage, now: Instant) -> str:
    """Add the mail to the plan; its id."""
    key = new_id()
    plan.add(
        "message", key, plan.workspace, message.key, str(message.kind), message.person, message.program, message.address,
        address_mac(keys, message.address), message.language, orjson.dumps(message.facts or {}).decode(), "waiting", "", 0, now, None,
        now, None,
    )  # fmt: skip
    return key
