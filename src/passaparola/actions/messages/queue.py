"""Put a mail into the queue: a row that commits with what made it, sent later by the clock."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

import orjson

from passaparola.domain.instant import Instant
from passaparola.domain.keyring import Keyring, address_mac
from passaparola.domain.values import value
from passaparola.store.ids import made_at, new_id
from passaparola.store.write.plan import Plan


class MessageKind(StrEnum):
    """What a mail is for. Those that a person has just asked for are sent also to who wants no news."""

    JOIN = "join"  # confirm the address, become an advocate; facts: magic
    SIGN_IN = "sign_in"  # the way into the portal; facts: magic
    ACCEPT = "accept"  # a friend confirms the address and gets the offer; facts: magic
    TOLD = "told"  # a friend confirms the address under which they named who told them; facts: request
    NAMED = "named"  # an advocate is asked whether they told a friend; facts: request
    ANSWERED = "answered"  # what came of a missing referral; facts: request
    FRIEND_JOINED = "friend_joined"  # facts: referral
    REWARD = "reward"  # facts: steps [[reward, step], …], joined
    STATEMENT = "statement"  # facts: from, to
    INVITE = "invite"  # an advocate invites a friend through us; facts: advocate (person), link, words
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
    return _add(plan, keys, message, now)


def note_told(plan: Plan, keys: Keyring, message: NewMessage, told_in: str, now: Instant) -> str:
    """Keep in mind that another mail (its id) tells this one as well: it is not sent, and never queued again."""
    told = replace(message, address="", facts={"in": told_in})
    return _add(plan, keys, told, now, state="dropped", reason="told_together", mac=address_mac(keys, message.address))


def hold_back(plan: Plan, keys: Keyring, message: NewMessage, reason: str, now: Instant) -> str:
    """A mail that was asked for and must not be sent: kept as a row without its address, so that it can be seen why."""
    state = "suppressed" if reason == "suppressed" else "dropped"
    kept = replace(message, address="")
    return _add(plan, keys, kept, now, state=state, reason=reason, mac=address_mac(keys, message.address))


def _add(
    plan: Plan,
    keys: Keyring,
    message: NewMessage,
    now: Instant,
    *,
    state: str = "waiting",
    reason: str = "",
    mac: str = "",
) -> str:
    key = new_id()
    due = min(now, made_at(key)) if plan.sandbox else now
    plan.add(
        "message", key, plan.workspace, message.key, str(message.kind), message.person, message.program, message.address,
        mac or address_mac(keys, message.address), message.language, orjson.dumps(message.facts or {}).decode(), state, reason, 0, due,
        None, now, None if state == "waiting" else now,
    )  # fmt: skip
    return key
