"""Which endpoints hear of what happened, and what they are told: the listener of the outbox for webhooks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from passaparola.actions.documents import (
    advocate_record,
    referral_document,
    reservation_record,
    reward_record,
    voucher_record,
)
from passaparola.actions.outbox.listening import FanOut
from passaparola.domain.deliveries import wants
from passaparola.domain.instant import iso
from passaparola.domain.notices import Notice
from passaparola.domain.shown import shown
from passaparola.store.read.pages import (
    ADVOCATES,
    REFERRALS,
    RESERVATIONS,
    REWARDS,
    VOUCHERS,
    Listing,
    Record,
    records_of,
)
from passaparola.store.read.webhooks import codes_of_rewards, customer_ids, enabled_endpoints
from passaparola.store.session import Session
from passaparola.store.write.outbox import NewDelivery


@dataclass(frozen=True, slots=True)
class _Noun:
    """What a topic's first word stands for: where its rows are, how one is shown, and whose customer ids are told with it."""

    prefix: str
    listing: Listing
    show: Callable[[Record], dict[str, Any]]
    people: Mapping[str, str]  # member of the payload → column with our id of the person
    by: str = "ids"  # the filter that finds what is told of
    also: str = ""  # a second column by which a notice may name it


NOUNS: dict[str, _Noun] = {
    "referral": _Noun(
        "ref",
        REFERRALS,
        referral_document,
        {"friend_customer_id": "friend_id", "advocate_customer_id": "advocate_person_id"},
    ),
    "reward": _Noun("rwd", REWARDS, reward_record, {"customer_id": "beneficiary_id"}),
    "voucher": _Noun("vch", VOUCHERS, voucher_record, {"customer_id": "person_id"}, "told", "reward_id"),
    "credit": _Noun("crr", RESERVATIONS, reservation_record, {"customer_id": "person_id"}),
    "advocate": _Noun("adv", ADVOCATES, advocate_record, {"customer_id": "person_id"}),
}


def message_id(notice: Notice) -> str:
    """The webhook-id: the same at every endpoint, at every attempt, and when it is told again."""
    return f"msg_{notice.id}"


def webhooks_due(session: Session, workspace: str, notices: Sequence[Notice], out: FanOut) -> None:
    """A delivery for each notice and each endpoint that wants it. One statement where there is no endpoint."""
    endpoints = enabled_endpoints(session, workspace)
    told = [(n, [e.id for e in endpoints if wants(e.topics, n.topic)]) for n in notices] if endpoints else []
    heard = [notice for notice, hearers in told if hearers]
    bodies = bodies_of(session, workspace, heard) if heard else {}
    out.deliveries += [
        NewDelivery(endpoint, message_id(notice), notice.topic, bodies[notice.id])
        for notice, hearers in told
        for endpoint in hearers
    ]


def bodies_of(session: Session, workspace: str, notices: Sequence[Notice]) -> dict[str, str]:
    """The body of each notice, by its id, with what it is about as it is now. A fixed number of statements, however many notices."""
    documents: dict[tuple[str, str], dict[str, Any]] = {}
    for name, noun in NOUNS.items():
        wanted = sorted({n.subject for n in notices if _noun(n) == name})
        if wanted:
            documents |= {(name, key): shape for key, shape in _documents(session, workspace, name, noun, wanted)}
    return {n.id: _body(n, documents.get((_noun(n), n.subject))) for n in notices}


def body(topic: str, at: int, data: Mapping[str, Any]) -> str:
    """A payload by Standard Webhooks."""
    return orjson.dumps({"type": topic, "timestamp": iso(at), "data": data}).decode()


def _noun(notice: Notice) -> str:
    return notice.topic.partition(".")[0]


def _body(notice: Notice, document: Mapping[str, Any] | None) -> str:
    """What is gone meanwhile is told by its id alone."""
    return body(notice.topic, notice.at, document or {"id": shown(NOUNS[_noun(notice)].prefix, notice.subject)})


def _documents(
    session: Session, workspace: str, name: str, noun: _Noun, wanted: list[str]
) -> list[tuple[str, dict[str, Any]]]:
    rows = records_of(session, noun.listing, workspace, given={noun.by: wanted})
    people = {row[column] for row in rows for column in noun.people.values() if row[column]}
    shop = customer_ids(session, workspace, sorted(people))
    codes = codes_of_rewards(session, workspace, wanted) if name == "reward" else {}
    found = []
    for row in rows:
        shape = {
            **noun.show(row),
            **{member: shop.get(row[column]) for member, column in noun.people.items()},
            **({"voucher_code": codes[row["id"]]} if row["id"] in codes else {}),
        }
        found += [(row[column], shape) for column in ("id", noun.also) if column]
    return found
