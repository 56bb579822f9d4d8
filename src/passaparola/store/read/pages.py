"""Rows of one workspace for people and programs to read: one by its id, or a page of them, the newest first.

Ids are made in the order of time, so a page goes on after the last id that was read, whatever was added meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from passaparola.domain.people.identity import EMAIL_MAC
from passaparola.store.session import Session


@dataclass(frozen=True, slots=True)
class Listing:
    """What can be listed: the columns by the names they are read by, the tables, and a condition for each filter.

    `key` is the id that pages are ordered by; every condition holds beside the workspace's own.
    """

    table: str
    alias: str
    columns: Mapping[str, str]
    joins: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)

    def select(self, where: str) -> str:
        names = ", ".join(f"{expression} AS {name}" for name, expression in self.columns.items())
        a = self.alias
        return f"SELECT {names} FROM {self.table} {a}{self.joins} WHERE {a}.workspace_id = %(ws)s::uuid{where}"


Record = dict[str, Any]


def page_of(
    session: Session, listing: Listing, workspace: str, *, given: Mapping[str, Any], before: str | None, limit: int
) -> list[Record]:
    """At most `limit` rows that fit every filter given, the newest first, made before the row named."""
    where = "".join(f" AND {listing.filters[name]}" for name in given)
    if before is not None:
        where += f" AND {listing.alias}.id < %(before)s::uuid"
    statement = f"{listing.select(where)} ORDER BY {listing.alias}.id DESC LIMIT %(limit)s"
    return _records(session, listing, statement, {**given, "ws": workspace, "before": before, "limit": limit})


def record_of(session: Session, listing: Listing, workspace: str, key: str) -> Record | None:
    """The row of this id, if this workspace has it."""
    statement = listing.select(f" AND {listing.alias}.id = %(key)s::uuid")
    found = _records(session, listing, statement, {"ws": workspace, "key": key})
    return found[0] if found else None


def records_of(session: Session, listing: Listing, workspace: str, *, given: Mapping[str, Any]) -> list[Record]:
    """All rows that fit every filter given, the oldest first: for what is few by nature."""
    where = "".join(f" AND {listing.filters[name]}" for name in given)
    statement = f"{listing.select(where)} ORDER BY {listing.alias}.id"
    return _records(session, listing, statement, {**given, "ws": workspace})


def _records(session: Session, listing: Listing, statement: str, values: dict[str, Any]) -> list[Record]:
    return [dict(zip(listing.columns, row, strict=True)) for row in session.rows(statement, **values)]


def _same(*names: str, alias: str) -> dict[str, str]:
    return {name: f"{alias}.{name}" for name in names}


PROGRAMS = Listing(
    "store_program",
    "p",
    {
        **_same("id", "slug", "name", "status", "live_version", "created_at", alias="p"),
        "newest_version": (
            "(SELECT MAX(v.number) FROM store_programversion v WHERE v.workspace_id = p.workspace_id AND v.program_id = p.id)"
        ),
    },
    filters={"status": "p.status = %(status)s", "slug": "p.slug = %(slug)s"},
)
VERSIONS = Listing(
    "store_programversion",
    "v",
    _same("id", "program_id", "number", "document", "effective_from", "created_at", alias="v"),
    filters={"program": "v.program_id = %(program)s::uuid", "number": "v.number = %(number)s"},
)
PEOPLE = Listing(
    "store_person",
    "n",
    _same("id", "name", "alias_of_id", "created_at", "facts", alias="n"),
    filters={
        "identity": (
            "n.id IN (SELECT i.person_id FROM store_identity i WHERE i.workspace_id = %(ws)s::uuid AND i.kind = %(kind)s"
            " AND i.value = %(identity)s)"
        ),
        "kind": "%(kind)s <> ''",
    },
)
IDENTITIES = Listing(
    "store_identity",
    "i",
    _same("id", "kind", "value", "person_id", "created_at", alias="i"),
    filters={"people": f"i.person_id = any{{people:uuid}} AND i.kind <> '{EMAIL_MAC}'"},
)
ADVOCATES = Listing(
    "store_advocate",
    "a",
    {**_same("id", "person_id", "status", "joined_at", alias="a"), "program_id": "a.program_id"},
    filters={
        "ids": "a.id = any{ids:uuid}",
        "program": "a.program_id = %(program)s::uuid",
        "people": "a.person_id = any{people:uuid}",
        "status": "a.status = %(status)s",
    },
)
LINKS = Listing(
    "store_sharelink",
    "l",
    {
        **_same("id", "person_id", "slug", "code", "label", "active", "created_at", alias="l"),
        "program_id": "l.program_id",
    },
    filters={
        "program": "l.program_id = %(program)s::uuid",
        "people": "l.person_id = any{people:uuid}",
        "code": "l.code = %(code)s",
    },
)
EVENTS = Listing(
    "store_event",
    "e",
    _same(
        "id", "source", "external_id", "type", "occurred_at", "decided_at", "late", "person_id", "other_person_id", "link_id",
        "order_key", "refund_key", "amount_minor", "unit", "visit_ref", "channel", "outcome", "item", "stage", "facts", alias="e",
    ),
    filters={
        "type": "e.type = %(type)s",
        "people": "e.person_id = any{people:uuid}",
        "order": "e.order_key = %(order)s",
        "event": "e.external_id = %(event)s",
        "source": "e.source = %(source)s",
    },
)  # fmt: skip
REFERRALS = Listing(
    "store_referral",
    "r",
    {
        **_same(
            "id", "friend_id", "status", "reason", "refusals", "advocate_person_id", "touch_kind", "version", "bound_at",
            "signed_up_at", "converted_at", "paid_orders", "qualifying_orders", "qualifying_minor", "qualifying_unit",
            "qualifying_other", "created_at", alias="r",
        ),
        "program_id": "r.program_id",
    },
    filters={
        "ids": "r.id = any{ids:uuid}",
        "status": "r.status = %(status)s",
        "program": "r.program_id = %(program)s::uuid",
        "advocates": "r.advocate_person_id = any{advocates:uuid}",
        "friends": "r.friend_id = any{friends:uuid}",
    },
)  # fmt: skip
REWARDS = Listing(
    "store_reward",
    "w",
    {
        **_same(
            "id", "referral_id", "rule", "side", "beneficiary_id", "occasion", "kind", "unit", "amount", "reversed", "reserved",
            "redeemed", "expired", "state", "reason", "hold_until", "issued_at", "expires_at", "version", "created_at", alias="w",
        ),
        "program_id": "w.program_id",
        "earned_at": "COALESCE(w.earned_at, w.created_at)",
    },
    filters={
        "ids": "w.id = any{ids:uuid}",
        "state": "w.state = %(state)s",
        "side": "w.side = %(side)s",
        "kind": "w.kind = %(kind)s",
        "program": "w.program_id = %(program)s::uuid",
        "people": "w.beneficiary_id = any{people:uuid}",
        "referral": "w.referral_id = %(referral)s::uuid",
    },
)  # fmt: skip
TRANSITIONS = Listing(
    "store_rewardtransition",
    "t",
    _same("id", "cause", "step", "from_state", "to_state", "amount", "reason", "actor", "note", "at", alias="t"),
    filters={"reward": "t.reward_id = %(reward)s::uuid"},
)
VOUCHERS = Listing(
    "store_voucher",
    "v",
    {
        **_same(
            "id", "reward_id", "code", "percent_bp", "max_discount", "min_order", "limit_unit", "state", "order_key", "order_minor",
            "order_unit", "discount_minor", "reserved_until", "created_at", alias="v",
        ),
        "person_id": "w.beneficiary_id",
        "amount": "w.amount - w.reversed",
        "unit": "w.unit",
        "expires_at": "w.expires_at",
        "reward_state": "w.state",
    },
    " JOIN store_reward w ON w.id = v.reward_id AND w.workspace_id = v.workspace_id",
    {
        "ids": "v.id = any{ids:uuid}",
        "told": "(v.id = any{told:uuid} OR v.reward_id = any{told:uuid})",
        "code": "v.code = %(code)s",
        "state": "v.state = %(state)s",
        "people": "w.beneficiary_id = any{people:uuid}",
        "order": "v.order_key = %(order)s",
        "reward": "v.reward_id = %(reward)s::uuid",
    },
)  # fmt: skip
RESERVATIONS = Listing(
    "store_creditreservation",
    "c",
    _same(
        "id", "person_id", "unit", "amount", "order_key", "state", "expires_at", "created_at", "kind", "worth_minor", "worth_unit",
        alias="c",
    ),
    filters={
        "ids": "c.id = any{ids:uuid}",
        "people": "c.person_id = any{people:uuid}",
        "order": "c.order_key = %(order)s",
        "state": "c.state = %(state)s",
    },
)  # fmt: skip
ACCOUNTS = Listing(
    "store_account",
    "k",
    {**_same("id", "kind", "person_id", "unit", alias="k"), "program_id": "k.program_id"},
    filters={
        "kind": "k.kind = %(kind)s",
        "program": "k.program_id = %(program)s::uuid",
        "people": "k.person_id = any{people:uuid}",
        "unit": "k.unit = %(unit)s",
    },
)
TRANSFERS = Listing(
    "store_transfer",
    "t",
    _same(
        "id",
        "kind",
        "purpose",
        "cause",
        "reward_id",
        "debit_id",
        "credit_id",
        "unit",
        "amount",
        "pending",
        "at",
        alias="t",
    ),
    filters={
        "reward": "t.reward_id = %(reward)s::uuid",
        "account": "(t.debit_id = %(account)s::uuid OR t.credit_id = %(account)s::uuid)",
        "kind": "t.kind = %(kind)s",
        "purpose": "t.purpose = %(purpose)s",
    },
)
KEYS = Listing(
    "store_apikey",
    "y",
    _same(
        "id", "workspace_id", "name", "prefix", "hash", "publishable", "scopes", "origins", "created_at", "last_used_at", "revoked_at",
        alias="y",
    ),
)  # fmt: skip
FINDINGS = Listing(
    "store_finding",
    "f",
    _same("id", "kind", "key", "detail", "at", "resolved_at", alias="f"),
    filters={
        "kind": "f.kind = %(kind)s",
        "open": "f.resolved_at IS NULL AND %(open)s",
        "resolved": "f.resolved_at IS NOT NULL AND %(resolved)s",
    },
)


def one_person(session: Session, workspace: str, person: str) -> list[str]:
    """All ids of a person: the one that stands for them, and those merged into it."""
    rows = session.rows(
        "SELECT COALESCE(alias_of_id, id) FROM store_person WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid",
        ws=workspace,
        id=person,
    )
    if not rows:
        return []
    others = session.rows(
        "SELECT id FROM store_person WHERE workspace_id = %(ws)s::uuid AND alias_of_id = %(root)s::uuid",
        ws=workspace,
        root=rows[0][0],
    )
    return [rows[0][0], *(r[0] for r in others)]


def program_key(session: Session, workspace: str, slug: str) -> str | None:
    """The id of the program of this slug."""
    rows = session.rows(
        "SELECT id FROM store_program WHERE workspace_id = %(ws)s::uuid AND slug = %(slug)s", ws=workspace, slug=slug
    )
    return rows[0][0] if rows else None
