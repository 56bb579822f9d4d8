"""What a batch of events needs to know, in a fixed number of statements, whatever the size of the batch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from passaparola.domain.events.event import DEFAULT_SOURCE
from passaparola.domain.instant import Instant
from passaparola.domain.people.identity import Identity
from passaparola.domain.referrals.kept import load_state
from passaparola.domain.referrals.state import FriendState
from passaparola.domain.rewards.change import Reward
from passaparola.domain.values import value
from passaparola.store.session import Row, Session


@value(frozen=True, slots=True)
class WorkspaceRow:
    id: str
    programs_version: int
    lateness_days: int
    merges: int
    rewards_paused: bool = False
    keeps_macs: bool = False
    sandbox: bool = False


@value(frozen=True, slots=True)
class StoredEvent:
    """An event as stored, with what a fold needs."""

    id: str
    source: str
    external_id: str
    type: str
    at: Instant
    person: str | None
    other_person: str | None
    link: str | None
    order_key: str | None
    refund_key: str | None
    amount: int | None
    unit: str | None
    visit_ref: str | None
    customer_since: Instant | None
    only_date: bool
    outcome: str
    content_hash: str
    late: bool = False
    item: str | None = None
    stage: str | None = None
    facts: str | None = None  # JSON

    @property
    def mark(self) -> str:
        """The event's own id, which breaks ties: it does not depend on the order of arrival. The separator is in no id and no source."""
        return self.external_id if self.source == DEFAULT_SOURCE else f"{self.external_id}\x1f{self.source}"


EVENT_COLUMNS = (
    "e.id, e.source, e.external_id, e.type, e.occurred_at, e.person_id, e.other_person_id, e.link_id, e.order_key, e.refund_key,"
    " e.amount_minor, e.unit, e.visit_ref, e.customer_since, e.only_date, e.outcome, e.content_hash, e.late,"
    " e.item, e.stage, e.facts"
)


@value(frozen=True, slots=True)
class LinkRow:
    id: str
    program: str
    person: str
    code: str
    slug: str
    active: bool


@dataclass(slots=True)
class ReferralRow:
    id: str
    program: str
    friend: str
    revision: int
    state: FriendState
    status: str
    has_rewards: bool


REWARD_COLUMNS = (
    "id, program_id, rule, side, beneficiary_id, occasion, kind, unit, amount, state, reversed, reserved, redeemed, expired, reason,"
    " by_person, hold_until, issued_at, expires_at, referral_id, pending_transfer, version, revision, earned_at,"
    " queued_on"
)


def reward_of(row: Row) -> Reward:
    values = list(row)
    values[15] = bool(values[15])
    values[23] = values[23] or 0
    return Reward(*values)


def workspace_row(session: Session, workspace: str) -> WorkspaceRow:
    rows = session.rows(
        "SELECT id, programs_version, lateness_days, merges, rewards_paused_at IS NOT NULL, keeps_macs, sandbox"
        " FROM store_workspace WHERE id = %(ws)s::uuid",
        ws=workspace,
    )
    key, programs_version, lateness_days, merges, paused, macs, sandbox = rows[0]
    return WorkspaceRow(key, programs_version, lateness_days, merges, bool(paused), bool(macs), bool(sandbox))


def known_events(session: Session, workspace: str, source: str, ids: Sequence[str]) -> list[StoredEvent]:
    rows = session.rows(
        f"SELECT {EVENT_COLUMNS} FROM store_event e WHERE e.workspace_id = %(ws)s::uuid AND e.source = %(source)s"
        " AND e.external_id = any{ids:text}",
        ws=workspace,
        source=source,
        ids=list(ids),
    )
    return [StoredEvent(*r) for r in rows]


def events_of_people(session: Session, workspace: str, people: Iterable[str]) -> list[StoredEvent]:
    """All that is known of these people as friends: their own events, the shares to them, in order of arrival."""
    ids = sorted(people)
    if not ids:
        return []
    own = session.rows(
        f"SELECT {EVENT_COLUMNS} FROM store_event e WHERE e.workspace_id = %(ws)s::uuid AND e.person_id = any{{ids:uuid}} ORDER BY e.id",
        ws=workspace,
        ids=ids,
    )
    return [StoredEvent(*r) for r in own]


def shares_to(session: Session, workspace: str, people: Iterable[str]) -> list[StoredEvent]:
    ids = sorted(people)
    rows = session.rows(
        f"SELECT {EVENT_COLUMNS} FROM store_event e WHERE e.workspace_id = %(ws)s::uuid AND e.type = 'share'"
        " AND e.other_person_id = any{ids:uuid} ORDER BY e.id",
        ws=workspace,
        ids=ids,
    )
    return [StoredEvent(*r) for r in rows]


def events_by_order(session: Session, workspace: str, orders: Sequence[str]) -> list[StoredEvent]:
    """The purchase of each order and the refunds that wait for it."""
    rows = session.rows(
        f"SELECT {EVENT_COLUMNS} FROM store_event e WHERE e.workspace_id = %(ws)s::uuid AND e.order_key IS NOT NULL"
        " AND e.order_key = any{orders:text} AND e.outcome = 'recorded' ORDER BY e.id",
        ws=workspace,
        orders=list(orders),
    )
    return [StoredEvent(*r) for r in rows]


def events_naming_visits(session: Session, workspace: str, visits: Sequence[str]) -> list[StoredEvent]:
    """Sign-ups and orders that name a visit, of whatever source."""
    rows = session.rows(
        f"SELECT {EVENT_COLUMNS} FROM store_event e WHERE e.workspace_id = %(ws)s::uuid AND e.visit_ref IS NOT NULL"
        " AND e.visit_ref = any{visits:text} ORDER BY e.id",
        ws=workspace,
        visits=list(visits),
    )
    return [StoredEvent(*r) for r in rows]


def visits_by_token(session: Session, workspace: str, tokens: Sequence[str]) -> list[StoredEvent]:
    """The visits of these event ids, of whatever source: the shop names what the browser or our own link told."""
    rows = session.rows(
        f"SELECT {EVENT_COLUMNS} FROM store_event e WHERE e.workspace_id = %(ws)s::uuid AND e.type = 'visit'"
        " AND e.external_id = any{tokens:text} ORDER BY e.id",
        ws=workspace,
        tokens=list(tokens),
    )
    return [StoredEvent(*r) for r in rows]


def people_by_identity(session: Session, workspace: str, identities: Iterable[Identity]) -> dict[Identity, str]:
    wanted = sorted(set(identities))
    rows = session.rows(
        "SELECT kind, value, person_id FROM store_identity WHERE workspace_id = %(ws)s::uuid"
        " AND kind = any{kinds:text} AND value = any{vals:text}",
        ws=workspace,
        kinds=sorted({k for k, _ in wanted}),
        vals=[v for _, v in wanted],
    )
    return {(kind, value): person for kind, value, person in rows}


def known_people(session: Session, workspace: str, people: Iterable[str]) -> set[str]:
    rows = session.rows(
        "SELECT id FROM store_person WHERE workspace_id = %(ws)s::uuid AND id = any{ids:uuid}",
        ws=workspace,
        ids=sorted(people),
    )
    return {r[0] for r in rows}


def aliases(session: Session, workspace: str) -> dict[str, str]:
    """Every merged person and who stands for it. Merges are few."""
    rows = session.rows(
        "SELECT id, alias_of_id FROM store_person WHERE workspace_id = %(ws)s::uuid AND alias_of_id IS NOT NULL",
        ws=workspace,
    )
    return dict(rows)


def links_by_code(session: Session, workspace: str, codes: Sequence[str]) -> dict[str, LinkRow]:
    """Codes and link slugs alike: whatever was given with the event."""
    rows = session.rows(
        "SELECT id, program_id, person_id, code, slug, active FROM store_sharelink WHERE workspace_id = %(ws)s::uuid"
        " AND code = any{codes:text}",
        ws=workspace,
        codes=list(codes),
    )
    found = {r[3]: LinkRow(*r) for r in rows}
    missing = [c.lower() for c in codes if c not in found]
    if missing:  # a slug is unique everywhere; SQLite would rather read all links of the workspace than look at each
        rows = session.rows(
            "SELECT id, program_id, person_id, code, slug, active, workspace_id FROM store_sharelink WHERE slug = any{slugs:text}",
            slugs=missing,
        )
        found.update({r[4].upper(): LinkRow(*r[:6]) for r in rows if r[6] == workspace})
    return found


def links_by_id(session: Session, workspace: str, ids: Iterable[str]) -> dict[str, LinkRow]:
    rows = session.rows(
        "SELECT id, program_id, person_id, code, slug, active FROM store_sharelink WHERE workspace_id = %(ws)s::uuid"
        " AND id = any{ids:uuid}",
        ws=workspace,
        ids=sorted(ids),
    )
    return {r[0]: LinkRow(*r) for r in rows}


def referrals_of(
    session: Session, workspace: str, programs: Sequence[str], friends: Iterable[str]
) -> list[ReferralRow]:
    rows = session.rows(
        "SELECT id, program_id, friend_id, revision, state, status, has_rewards FROM store_referral"
        " WHERE workspace_id = %(ws)s::uuid AND program_id = any{programs:uuid} AND friend_id = any{friends:uuid}",
        ws=workspace,
        programs=list(programs),
        friends=sorted(friends),
    )
    return [ReferralRow(r[0], r[1], r[2], r[3], load_state(r[4]), r[5], bool(r[6])) for r in rows]


def referrals_by_id(session: Session, workspace: str, ids: Iterable[str]) -> list[ReferralRow]:
    rows = session.rows(
        "SELECT id, program_id, friend_id, revision, state, status, has_rewards FROM store_referral"
        " WHERE workspace_id = %(ws)s::uuid AND id = any{ids:uuid}",
        ws=workspace,
        ids=sorted(ids),
    )
    return [ReferralRow(r[0], r[1], r[2], r[3], load_state(r[4]), r[5], bool(r[6])) for r in rows]


def referrers_of(session: Session, workspace: str, friends: Iterable[str]) -> dict[tuple[str, str], str]:
    """(program, friend) → the advocate the friend is bound to."""
    rows = session.rows(
        "SELECT program_id, friend_id, advocate_person_id FROM store_referral WHERE workspace_id = %(ws)s::uuid"
        " AND friend_id = any{friends:uuid} AND advocate_person_id IS NOT NULL",
        ws=workspace,
        friends=sorted(friends),
    )
    return {(program, friend): advocate for program, friend, advocate in rows}


def advocates_of(session: Session, workspace: str, people: Iterable[str]) -> dict[tuple[str, str], str]:
    """(program, person) → status."""
    rows = session.rows(
        "SELECT program_id, person_id, status FROM store_advocate WHERE workspace_id = %(ws)s::uuid AND person_id = any{people:uuid}",
        ws=workspace,
        people=sorted(people),
    )
    return {(program, person): status for program, person, status in rows}


def rewards_of_referrals(session: Session, workspace: str, referrals: Iterable[str]) -> list[Reward]:
    rows = session.rows(
        f"SELECT {REWARD_COLUMNS} FROM store_reward WHERE workspace_id = %(ws)s::uuid AND referral_id IS NOT NULL"
        " AND referral_id = any{ids:uuid}",
        ws=workspace,
        ids=sorted(referrals),
    )
    return [reward_of(r) for r in rows]


def rewards_by_id(session: Session, workspace: str, ids: Iterable[str]) -> list[Reward]:
    rows = session.rows(
        f"SELECT {REWARD_COLUMNS} FROM store_reward WHERE workspace_id = %(ws)s::uuid AND id = any{{ids:uuid}}",
        ws=workspace,
        ids=sorted(ids),
    )
    return [reward_of(r) for r in rows]


def milestone_rewards(
    session: Session, workspace: str, programs: Sequence[str], advocates: Iterable[str]
) -> list[Reward]:
    """Rewards that belong to no single referral: the milestones of these advocates."""
    rows = session.rows(
        f"SELECT {REWARD_COLUMNS} FROM store_reward WHERE workspace_id = %(ws)s::uuid AND beneficiary_id = any{{people:uuid}}"
        " AND referral_id IS NULL AND program_id = any{programs:uuid}",
        ws=workspace,
        programs=list(programs),
        people=sorted(advocates),
    )
    return [reward_of(r) for r in rows]


def counters(session: Session, workspace: str, keys: Iterable[str]) -> dict[str, int]:
    rows = session.rows(
        "SELECT key, used FROM store_counter WHERE workspace_id = %(ws)s::uuid AND key = any{keys:text}",
        ws=workspace,
        keys=sorted(keys),
    )
    return dict(rows)


def due_rewards(session: Session, workspace: str, until: Instant, limit: int) -> list[Reward]:
    """Rewards whose hold or life is over by `until`."""
    return [
        *rewards_on_hold(session, workspace, until, limit),
        *rewards_expiring(session, workspace, until, limit),
    ]


def rewards_on_hold(session: Session, workspace: str, until: Instant, limit: int) -> list[Reward]:
    """Waiting rewards whose hold is over by `until`, the earliest first."""
    rows = session.rows(
        f"SELECT {REWARD_COLUMNS} FROM store_reward WHERE workspace_id = %(ws)s::uuid AND state = 'pending'"
        " AND reason = 'hold' AND hold_until IS NOT NULL AND hold_until <= %(until)s ORDER BY hold_until, id LIMIT %(limit)s",
        ws=workspace,
        until=until,
        limit=limit,
    )
    return [reward_of(r) for r in rows]


def rewards_waiting(session: Session, workspace: str, reason: str, people: Iterable[str] | None = None) -> list[Reward]:
    """Waiting rewards with this reason, of these people or of all, the oldest first."""
    of_people = " AND beneficiary_id = any{people:uuid}" if people is not None else ""
    rows = session.rows(
        f"SELECT {REWARD_COLUMNS} FROM store_reward WHERE workspace_id = %(ws)s::uuid AND state = 'pending'"
        f" AND reason = %(reason)s{of_people} ORDER BY id",
        ws=workspace,
        reason=reason,
        **({} if people is None else {"people": sorted(people)}),
    )
    return [reward_of(r) for r in rows]


def referrals_refused_by(session: Session, workspace: str, reason: str) -> list[str]:
    """Referrals of which a rule's reward is refused for this reason at present."""
    rows = session.rows(
        "SELECT id FROM store_referral WHERE workspace_id = %(ws)s::uuid AND refusals LIKE %(like)s ORDER BY id",
        ws=workspace,
        like=f'%"{reason}"%',
    )
    return [str(row[0]) for row in rows]


def rewards_expiring(session: Session, workspace: str, until: Instant, limit: int) -> list[Reward]:
    """Issued rewards of which something is free and whose life is over by `until`, the earliest first."""
    rows = session.rows(
        f"SELECT {REWARD_COLUMNS} FROM store_reward WHERE workspace_id = %(ws)s::uuid AND state = 'issued'"
        " AND expires_at IS NOT NULL AND expires_at <= %(until)s AND amount > reversed + reserved + redeemed + expired"
        " ORDER BY expires_at, id LIMIT %(limit)s",
        ws=workspace,
        until=until,
        limit=limit,
    )
    return [reward_of(r) for r in rows]


def program_rows(session: Session, workspace: str) -> list[Row]:
    """(program id, slug, status, live version, version number, document, effective from) of all programs with a live version."""
    return session.rows(
        "SELECT p.id, p.slug, p.status, p.live_version, v.number, v.document, v.effective_from FROM store_program p"
        " JOIN store_programversion v ON v.program_id = p.id AND v.workspace_id = p.workspace_id"
        " WHERE p.workspace_id = %(ws)s::uuid AND p.live_version IS NOT NULL AND v.effective_from IS NOT NULL"
        " ORDER BY p.id, v.number",
        ws=workspace,
    )
