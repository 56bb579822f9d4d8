"""What an advocate sees of their own: their programs and links, how far their friends are, and their rewards. Nothing of the friends'."""

from collections.abc import Sequence

from passaparola.domain.instant import Instant
from passaparola.domain.values import value
from passaparola.store.read.checkout import person_group
from passaparola.store.read.joining import ShownLink
from passaparola.store.session import Session


@value(frozen=True, slots=True)
class Standing:
    """Who somebody is now: the person who stands for all that were merged, all of them, and the name and the language they chose."""

    person: str
    group: tuple[str, ...]
    name: str
    language: str = ""


@value(frozen=True, slots=True)
class Part:
    """Somebody's part in one program; of merged persons the strictest standing counts."""

    program: str
    status: str
    joined_at: Instant


@value(frozen=True, slots=True)
class FriendRow:
    """One friend in one program, without anything that tells who it is."""

    program: str
    status: str
    reason: str | None
    touch: str | None
    refusals: str
    since: Instant
    signed_up_at: Instant | None
    converted_at: Instant | None
    rewarded: bool = False  # something that the advocate got for them is theirs


@value(frozen=True, slots=True)
class RewardRow:
    """One reward, with its voucher where there is one. Whole minor units."""

    program: str
    side: str
    kind: str
    unit: str
    amount: int
    reversed: int
    redeemed: int
    state: str
    reason: str | None
    hold_until: Instant | None
    issued_at: Instant | None
    expires_at: Instant | None
    created_at: Instant
    code: str | None
    percent_bp: int | None
    max_discount: int | None
    min_order: int | None
    limit_unit: str | None
    voucher_state: str | None
    id: str = ""
    rule: str = ""
    version: int = 0


_STRICTEST = ("suspended", "active", "provisional")


def standing(session: Session, workspace: str, person: str) -> Standing | None:
    """Who this person is now; None when nobody is known by this id any more."""
    group = person_group(session, workspace, person)
    if not group:
        return None
    names = session.rows(
        "SELECT name, language FROM store_person WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid",
        ws=workspace,
        id=group[0],
    )
    name, language = names[0] if names else ("", None)
    return Standing(group[0], tuple(group), name, language or "")


def mailboxes_of(session: Session, workspace: str, people: Sequence[str]) -> list[str]:
    """The e-mail addresses that these people are known by, the oldest first."""
    rows = session.rows(
        "SELECT value FROM store_identity WHERE workspace_id = %(ws)s::uuid AND person_id = any{people:uuid} AND kind = 'email'"
        " ORDER BY id",
        ws=workspace,
        people=list(people),
    )
    return [str(row[0]) for row in rows]


def parts_of(session: Session, workspace: str, people: Sequence[str]) -> list[Part]:
    """In which programs they take part, the one joined first coming first."""
    rows = session.rows(
        "SELECT program_id, status, joined_at FROM store_advocate WHERE workspace_id = %(ws)s::uuid"
        " AND person_id = any{people:uuid} ORDER BY joined_at, id",
        ws=workspace,
        people=list(people),
    )
    found: dict[str, Part] = {}
    for program, status, at in rows:
        known = found.get(program)
        strict = min((status, known.status), key=_STRICTEST.index) if known else status
        found[program] = Part(program, strict, known.joined_at if known else at)
    return list(found.values())


def links_of(session: Session, workspace: str, people: Sequence[str]) -> list[ShownLink]:
    """All links of theirs that are switched on, the oldest first."""
    rows = session.rows(
        "SELECT id, program_id, slug, code, label FROM store_sharelink WHERE workspace_id = %(ws)s::uuid"
        " AND person_id = any{people:uuid} AND active ORDER BY id",
        ws=workspace,
        people=list(people),
    )
    return [ShownLink(*row) for row in rows]


def visits_by_link(session: Session, workspace: str, links: Sequence[str]) -> dict[str, int]:
    """How often each link was opened by what looks like a person."""
    rows = session.rows(
        "SELECT link_id, COUNT(*) FROM store_visit WHERE workspace_id = %(ws)s::uuid AND link_id = any{links:uuid}"
        " AND kind <> 'machine' GROUP BY link_id",
        ws=workspace,
        links=list(links),
    )
    return {link: int(count) for link, count in rows}


def visits_by_channel(session: Session, workspace: str, links: Sequence[str]) -> dict[str, int]:
    """How often these links were opened by what looks like a person, by channel."""
    rows = session.rows(
        "SELECT channel, COUNT(*) FROM store_visit WHERE workspace_id = %(ws)s::uuid AND link_id = any{links:uuid}"
        " AND kind <> 'machine' GROUP BY channel",
        ws=workspace,
        links=list(links),
    )
    return {str(channel): int(count) for channel, count in rows}


def shares_by_channel(session: Session, workspace: str, people: Sequence[str]) -> dict[str, tuple[int, Instant]]:
    """How often these people shared, and when last, by channel."""
    rows = session.rows(
        "SELECT channel, COUNT(*), MAX(occurred_at) FROM store_event WHERE workspace_id = %(ws)s::uuid"
        " AND person_id = any{people:uuid} AND type = 'share' GROUP BY channel",
        ws=workspace,
        people=list(people),
    )
    return {str(channel or ""): (int(count), int(last)) for channel, count, last in rows}


def count_friends(session: Session, workspace: str, programs: Sequence[str], people: Sequence[str]) -> tuple[int, int]:
    """How many friends they brought, and how many of those earned something."""
    rows = session.rows(
        "SELECT COUNT(*), SUM(CASE WHEN status = 'converted' THEN 1 ELSE 0 END) FROM store_referral WHERE workspace_id = %(ws)s::uuid"
        " AND program_id = any{programs:uuid} AND advocate_person_id = any{people:uuid} AND status IN ('bound', 'converted')",
        ws=workspace,
        programs=list(programs),
        people=list(people),
    )
    return int(rows[0][0]), int(rows[0][1] or 0)


def friends_of(
    session: Session, workspace: str, programs: Sequence[str], people: Sequence[str], *, limit: int, offset: int = 0
) -> list[FriendRow]:
    """The friends they brought, the latest first."""
    rows = session.rows(
        "SELECT program_id, status, reason, touch_kind, refusals, COALESCE(bound_at, created_at), signed_up_at, converted_at,"
        " EXISTS (SELECT 1 FROM store_reward w WHERE w.workspace_id = store_referral.workspace_id AND w.referral_id = store_referral.id"
        " AND w.side = 'advocate' AND w.state IN ('issued', 'redeemed'))"
        " FROM store_referral WHERE workspace_id = %(ws)s::uuid AND program_id = any{programs:uuid}"
        " AND advocate_person_id = any{people:uuid} AND status <> 'merged'"
        " ORDER BY COALESCE(bound_at, created_at) DESC, id DESC LIMIT %(limit)s OFFSET %(offset)s",
        ws=workspace,
        programs=list(programs),
        people=list(people),
        limit=limit,
        offset=offset,
    )
    return [FriendRow(*[*row[:-1], bool(row[-1])]) for row in rows]


def reward_owner(session: Session, workspace: str, reward: str) -> str | None:
    """Whose reward it is. None when there is no such reward."""
    rows = session.rows(
        "SELECT beneficiary_id FROM store_reward WHERE workspace_id = %(ws)s::uuid AND id = %(reward)s::uuid",
        ws=workspace,
        reward=reward,
    )
    return str(rows[0][0]) if rows else None


def rewards_of(
    session: Session, workspace: str, people: Sequence[str], *, limit: int, offset: int = 0
) -> list[RewardRow]:
    """What they were given or are to be given, the latest first."""
    rows = session.rows(
        "SELECT r.program_id, r.side, r.kind, r.unit, r.amount, r.reversed, r.redeemed, r.state, r.reason, r.hold_until, r.issued_at,"
        " r.expires_at, r.created_at, v.code, v.percent_bp, v.max_discount, v.min_order, v.limit_unit, v.state, r.id, r.rule, r.version"
        " FROM store_reward r"
        " LEFT JOIN store_voucher v ON v.workspace_id = r.workspace_id AND v.reward_id = r.id"
        " WHERE r.workspace_id = %(ws)s::uuid AND r.beneficiary_id = any{people:uuid}"
        " ORDER BY r.created_at DESC, r.id DESC LIMIT %(limit)s OFFSET %(offset)s",
        ws=workspace,
        people=list(people),
        limit=limit,
        offset=offset,
    )
    return [RewardRow(*row) for row in rows]
