"""What a batch writes: gathered in memory, then written in bulk, in a fixed order of tables, rows sorted by their unique key.

Lock order is law: natural keys first, counters last, and at the very end the workspace's serial, so that serial order is commit order.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from passaparola.domain.instant import Instant
from passaparola.domain.rewards.limits import CounterMove
from passaparola.store.ids import account_id, new_id
from passaparola.store.session import Conflict, Session

# Table → its columns. The order is the order of writing.
INSERTS: dict[str, tuple[str, ...]] = {
    "idempotencykey": (
        "id", "workspace_id", "principal", "route", "key", "fingerprint", "status", "content_type", "body", "events", "created_at",
    ),
    "person": ("id", "workspace_id", "name", "alias_of_id", "revision", "created_at"),
    "identity": ("id", "workspace_id", "kind", "value", "person_id", "created_at"),
    "advocate": ("id", "workspace_id", "program_id", "person_id", "status", "joined_at"),
    "sharelink": ("id", "workspace_id", "program_id", "person_id", "slug", "code", "label", "active", "created_at"),
    "exclusion": ("id", "workspace_id", "program_id", "person_id", "reason", "actor", "at"),
    "advocateinvitation": ("id", "workspace_id", "program_id", "token_hash", "person_id", "address", "created_at", "expires_at"),
    "enrolment": (
        "id", "workspace_id", "program_id", "person_id", "link_id", "address", "address_mac", "browser", "language", "state", "created_at",
        "lapses_at", "confirmed_at", "invitation_id",
    ),
    "acceptance": (
        "id", "workspace_id", "program_id", "link_id", "visit", "address", "address_mac", "language", "person_id", "created_at",
        "confirmed_at",
    ),
    "referralrequest": (
        "id", "workspace_id", "program_id", "kind", "state", "reason", "found", "known_as", "friend", "friend_mac", "friend_name", "said",
        "words", "person_id", "language", "came_at", "created_at", "asked_at", "decided_at",
    ),
    "magiclink": ("id", "workspace_id", "purpose", "subject", "program_id", "created_at", "expires_at", "used_at"),
    "event": (
        "id", "workspace_id", "batch", "position", "source", "external_id", "type", "occurred_at", "decided_at", "until_due", "late",
        "person_id", "other_person_id", "link_id", "order_key", "refund_key", "amount_minor", "unit", "visit_ref", "channel",
        "customer_since", "only_date", "outcome", "content_hash", "item", "stage", "facts",
    ),
    "act": ("id", "workspace_id", "batch", "actor", "verb", "subject", "input", "at"),
    "referral": (
        "id", "workspace_id", "program_id", "friend_id", "revision", "state", "status", "reason", "refusals", "advocate_person_id",
        "touch_kind", "version", "bound_at", "signed_up_at", "converted_at", "paid_orders", "qualifying_orders", "qualifying_minor",
        "qualifying_unit", "qualifying_other", "has_rewards", "created_at",
    ),
    "decision": (
        "id", "workspace_id", "batch", "cause", "event_id", "referral_id", "program_id", "version", "at", "outcome", "explanation",
    ),
    "reward": (
        "id", "workspace_id", "program_id", "referral_id", "rule", "side", "beneficiary_id", "occasion", "kind", "unit", "amount",
        "reversed", "reserved", "redeemed", "expired", "state", "reason", "by_person", "hold_until", "issued_at", "expires_at",
        "pending_transfer", "version", "revision", "created_at", "earned_at", "queued_on",
    ),
    "rewardtransition": (
        "id", "workspace_id", "batch", "reward_id", "cause", "step", "from_state", "to_state", "amount", "reason", "actor", "note", "at",
    ),
    "creditreservation": (
        "id", "workspace_id", "person_id", "unit", "amount", "order_key", "state", "expires_at", "revision", "created_at", "kind",
        "worth_minor", "worth_unit",
    ),
    "creditreservationline": ("id", "workspace_id", "reservation_id", "reward_id", "amount", "pending_transfer"),
    "handover": ("id", "workspace_id", "reward_id", "before", "amount", "unit", "reference", "run", "state", "revision", "at"),
    "transfer": (
        "id", "workspace_id", "batch", "kind", "purpose", "cause", "reward_id", "debit_id", "credit_id", "unit", "amount", "pending", "at",
    ),
    "outbox": ("id", "workspace_id", "batch", "cause", "notices", "state", "attempts", "due_at", "leased_until"),
    "message": (
        "id", "workspace_id", "key", "kind", "person_id", "program_id", "address", "address_mac", "language", "facts", "state", "reason",
        "attempts", "due_at", "leased_until", "created_at", "ended_at",
    ),
}  # fmt: skip
SORTED_BY: dict[str, tuple[int, ...]] = {
    "idempotencykey": (2, 3, 4),
    "identity": (2, 3),
    "advocate": (2, 3),
    "sharelink": (4,),
    "exclusion": (2, 3),
    "event": (4, 5),
    "referral": (2, 3),
    "reward": (2, 4, 5, 6, 7),
    "creditreservation": (5,),
    "message": (2,),
}
LONGEST_KEY = 320  # of a finding
# Until PostgreSQL has looked at a table it expects a handful of rows in a workspace and reads them all, instead of those asked for;
# its own autovacuum looks once a minute, which is too late for an import. A table that it knows to be large is left to autovacuum: looking
# at ours with half a million friends takes as long as writing some thousand conversions. One that has not doubled since it was looked at,
# as where there are many workspaces, would tell nothing new.
LEARNS_AT = frozenset({3, 10, 30, 100, 300, 1000, 10_000})
LARGE = 10_000  # rows
CREATED_AT = {table: INSERTS[table].index("created_at") for table in ("referral", "reward")}
UPDATE_REFERRAL = INSERTS["referral"][5:-1]
UPDATE_REWARD = (
    "amount", "reversed", "reserved", "redeemed", "expired", "state", "reason", "by_person", "hold_until", "issued_at", "expires_at",
    "pending_transfer", "earned_at", "queued_on",
)  # fmt: skip


@dataclass(slots=True)
class Plan:
    """Everything one commit writes in one workspace."""

    workspace: str
    programs_version: int | None = None  # the programs that were decided with must still be the live ones
    batch: str = field(default_factory=new_id)
    rows: dict[str, list[Sequence[Any]]] = field(default_factory=lambda: {table: [] for table in INSERTS})
    new_referrals: dict[str, Sequence[Any]] = field(default_factory=dict)  # id → row, changed until it is written
    new_rewards: dict[str, Sequence[Any]] = field(default_factory=dict)
    vouchers: list[Sequence[Any]] = field(default_factory=list)
    accounts: dict[str, tuple[str, str, str | None, str]] = field(
        default_factory=dict
    )  # id → kind, program, person, unit
    findings: dict[tuple[str, str], tuple[str, Instant]] = field(default_factory=dict)  # (kind, key) → detail, at
    referral_updates: dict[str, tuple[int, Sequence[Any]]] = field(
        default_factory=dict
    )  # id → revision seen, UPDATE_REFERRAL values
    reward_updates: dict[str, tuple[int, Sequence[Any]]] = field(default_factory=dict)
    guarded: list[tuple[str, dict[str, Any]]] = field(
        default_factory=list
    )  # statements that must touch exactly one row
    moves: dict[str, CounterMove] = field(default_factory=dict)
    merges: int = 0  # persons merged: whoever decides at this moment does not know it, and shall decide again
    again: bool = False  # nobody was merged, but whoever decides at this moment shall decide again all the same
    at: Instant = 0
    sandbox: bool = False  # whose clock may be ahead: what leaves is due at once, in real time
    seen: Callable[..., None] | None = (
        None  # looks at each decision (case, decision, cause, now) instead of its being written
    )

    @property
    def empty(self) -> bool:
        made = any(self.rows.values()) or self.new_referrals or self.new_rewards
        return not (made or self.referral_updates or self.reward_updates or self.guarded or self.moves or self.findings)

    def add(self, table: str, *values: Any) -> None:
        self.rows[table].append(values)

    def account(self, kind: str, program: str, person: str, unit: str) -> str:
        """The id of an account, which is made where there is none yet. `person` is "" where it is the program's own."""
        key = account_id(self.workspace, kind, program, person, unit)
        self.accounts.setdefault(key, (str(kind), program, person or None, unit))
        return key

    def find(self, kind: str, key: str, detail: str, at: Instant) -> None:
        """Tell the operator once. A key that is too long for its column ends in its digest."""
        if len(key) > LONGEST_KEY:
            key = f"{key[: LONGEST_KEY - 33]}:{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}"
        self.findings.setdefault((kind, key), (detail, at))

    def move(self, move: CounterMove) -> None:
        """Net of all moves of one counter. What was seen first is what the write compares with."""
        known = self.moves.get(move.key)
        if known is None:
            self.moves[move.key] = move
        else:
            ceiling = move.ceiling if move.ceiling is not None else known.ceiling
            self.moves[move.key] = CounterMove(
                move.key, known.delta + move.delta, ceiling, known.exact or move.exact, known.seen
            )


def write(session: Session, plan: Plan) -> int | None:
    """Write the plan and take the next serial. Raises Conflict when another writer was first. None when there is nothing to write."""
    if plan.empty:
        return None
    plan.rows["referral"].extend(plan.new_referrals.values())
    plan.rows["reward"].extend(plan.new_rewards.values())
    for table, columns in INSERTS.items():
        if table == "referral":
            _update_referrals(session, plan)
        elif table == "reward":
            _update_rewards(session, plan)
        elif table == "transfer":
            _insert_vouchers(session, plan)
            _insert_accounts(session, plan)
        rows = plan.rows[table]
        order = SORTED_BY.get(table)
        if order and len(rows) > 1:
            rows = sorted(rows, key=lambda row: [str(row[i]) for i in order])
        session.insert(f"store_{table}", columns, rows)
    insert_findings(session, plan)
    for statement, values in plan.guarded:
        if session.run(statement, **values) != 1:
            raise Conflict("a row was changed by another writer")
    _move_counters(session, plan)
    serial = _take_serial(session, plan)
    if session.postgres and serial in LEARNS_AT:
        _learn(session)
    return serial


def _learn(session: Session) -> None:
    small = session.rows(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = any{tables:text}"
        " AND reltuples < %(large)s"
        " AND (reltuples < 0 OR pg_relation_size(oid) > 2 * relpages::bigint * current_setting('block_size')::int)",
        tables=[f"store_{table}" for table in INSERTS],
        large=LARGE,
    )
    if small:
        session.run(f"ANALYZE (SKIP_LOCKED) {', '.join(sorted(name for (name,) in small))}")


def _update_referrals(session: Session, plan: Plan) -> None:
    _compare_and_set(session, plan, "store_referral", UPDATE_REFERRAL, plan.referral_updates)


def _update_rewards(session: Session, plan: Plan) -> None:
    _compare_and_set(session, plan, "store_reward", UPDATE_REWARD, plan.reward_updates)


def _compare_and_set(
    session: Session, plan: Plan, table: str, columns: tuple[str, ...], updates: dict[str, tuple[int, Sequence[Any]]]
) -> None:
    rows = [(*updates[key][1], key, plan.workspace, updates[key][0]) for key in sorted(updates)]
    if session.compare_and_set(table, columns, rows) != len(rows):
        raise Conflict("changed by another writer")


VOUCHER = (
    "id", "workspace_id", "reward_id", "code", "percent_bp", "max_discount", "min_order", "limit_unit", "state", "revision", "created_at",
)  # fmt: skip


def _insert_vouchers(session: Session, plan: Plan) -> None:
    """A reward that is issued again keeps the code it has."""
    rows = sorted(plan.vouchers, key=lambda r: str(r[2]))
    session.insert_new("store_voucher", VOUCHER, rows, known_by="workspace_id, reward_id")


ACCOUNT = ("id", "workspace_id", "kind", "program_id", "person_id", "unit")


def _insert_accounts(session: Session, plan: Plan) -> None:
    rows = [(key, plan.workspace, *plan.accounts[key]) for key in sorted(plan.accounts)]
    session.insert_new("store_account", ACCOUNT, rows)


def insert_findings(session: Session, plan: Plan) -> None:
    for (kind, key), (detail, at) in sorted(plan.findings.items()):
        session.run(
            "INSERT INTO store_finding (id, workspace_id, batch, kind, key, detail, at) VALUES"
            " (%(id)s::uuid, %(ws)s::uuid, %(batch)s::uuid, %(kind)s, %(key)s, %(detail)s, %(at)s) ON CONFLICT DO NOTHING",
            id=new_id(),
            ws=plan.workspace,
            batch=plan.batch,
            kind=kind,
            key=key,
            detail=detail,
            at=at,
        )


def _move_counters(session: Session, plan: Plan) -> None:
    """Caps, budgets and counts: one net delta each, sorted by key; refused by its row count when it would pass the ceiling."""
    for key in sorted(plan.moves):
        move = plan.moves[key]
        if move.delta == 0 and not move.exact:
            continue
        values = {"ws": plan.workspace, "key": key, "delta": move.delta, "ceiling": move.ceiling, "seen": move.seen}
        touched = session.run(_counter_statement(move), **values)
        if touched == 0 and move.delta >= 0:
            touched = _new_counter(session, move, values)
        if touched != 1:
            raise Conflict(f"counter {key}")


def _counter_statement(move: CounterMove) -> str:
    guard = " AND used = %(seen)s" if move.exact else ""
    if move.delta > 0 and move.ceiling is not None:
        return (
            "UPDATE store_counter SET used = used + %(delta)s, ceiling = %(ceiling)s WHERE workspace_id = %(ws)s::uuid"
            f" AND key = %(key)s AND used + %(delta)s <= %(ceiling)s{guard}"
        )
    return (
        f"UPDATE store_counter SET used = used + %(delta)s WHERE workspace_id = %(ws)s::uuid AND key = %(key)s{guard}"
    )


def _new_counter(session: Session, move: CounterMove, values: dict[str, Any]) -> int:
    if move.seen or (move.ceiling is not None and move.delta > move.ceiling):
        return 0
    return session.run(
        "INSERT INTO store_counter (id, workspace_id, key, used, ceiling) VALUES"
        " (%(id)s::uuid, %(ws)s::uuid, %(key)s, %(delta)s, %(ceiling)s) ON CONFLICT DO NOTHING",
        id=new_id(),
        **values,
    )


def digest(transfers: Sequence[Sequence[Any]]) -> str:
    """What the seal holds of a commit: SHA-256 over its transfers sorted by id, without personal data."""
    lines = sorted("|".join("" if v is None else str(v) for v in row) for row in transfers)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _take_serial(session: Session, plan: Plan) -> int:
    guard = " AND programs_version = %(seen)s" if plan.programs_version is not None else ""
    also = (
        ", merges = merges + %(merges)s, programs_version = programs_version + 1" if plan.merges or plan.again else ""
    )
    rows = session.rows(
        f"UPDATE store_workspace SET serial = serial + 1{also} WHERE id = %(ws)s::uuid{guard} RETURNING serial",
        ws=plan.workspace,
        merges=plan.merges,
        seen=plan.programs_version,
    )
    if not rows:
        raise Conflict("the programs were changed")
    transfers = plan.rows["transfer"]
    session.run(
        "INSERT INTO store_batch (id, workspace_id, serial, entries, digest, at, block) VALUES"
        " (%(id)s::uuid, %(ws)s::uuid, %(serial)s, %(entries)s, %(digest)s, %(at)s, NULL)",
        id=plan.batch,
        ws=plan.workspace,
        serial=rows[0][0],
        entries=len(transfers),
        digest=digest(transfers),
        at=plan.at,
    )
    return int(rows[0][0])
