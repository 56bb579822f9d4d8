"""What the page of a link needs: whose it is, the firm, and what came of an offer that was taken."""

from collections.abc import Sequence

from passaparola.domain.design.choices import Corners, Tone, Typeface
from passaparola.domain.design.theme import PLAIN_LOOK, Look, theme_revision
from passaparola.domain.events.event import LINK_SOURCE
from passaparola.domain.instant import Instant
from passaparola.domain.values import value
from passaparola.store.session import Session


@value(frozen=True, slots=True)
class Logo:
    """A picture of the firm's, and where it is."""

    address: str
    width: int
    height: int


@value(frozen=True, slots=True)
class Firm:
    """The firm as people see it. `theme` is where its style sheet is; empty where our own colours hold. `sandbox`: its mails never leave;
    `mail_waits`: they are paused."""

    name: str
    website: str
    contact_email: str
    postal_address: str
    slug: str = ""
    look: Look = PLAIN_LOOK
    logo: Logo | None = None
    sandbox: bool = False
    mail_waits: bool = False

    @property
    def theme(self) -> str:
        return f"/theme/{self.slug}/{theme_revision(self.look)}.css" if self.look != PLAIN_LOOK else ""


@value(frozen=True, slots=True)
class SharedLink:
    """A link or code and whose it is: `person` stands for everybody merged with them, `name` is what we know them by, unchecked.

    `standing` is that of the advocate; suspended when one of those who were merged is.
    """

    workspace: str
    id: str
    program: str
    person: str
    slug: str
    code: str
    active: bool
    name: str
    standing: str


@value(frozen=True, slots=True)
class AcceptanceRow:
    """An offer that was taken. `address` is there while it waits to be confirmed or recorded."""

    id: str
    workspace: str
    program: str
    link: str
    visit: str
    address: str
    address_mac: str
    language: str
    person: str | None
    created_at: Instant
    confirmed_at: Instant | None


@value(frozen=True, slots=True)
class Waiting:
    """A taken offer whose address is not recorded yet, with the moment, the code and the facts of the visit."""

    id: str
    visit: str
    address: str
    at: Instant
    code: str
    facts: str | None


@value(frozen=True, slots=True)
class GivenReward:
    """What a friend was given, with the voucher where there is one."""

    kind: str
    unit: str
    amount: int
    state: str
    hold_until: Instant | None
    expires_at: Instant | None
    code: str | None
    percent_bp: int | None
    max_discount: int | None
    min_order: int | None
    limit_unit: str | None
    voucher_state: str | None


_LINK = """
SELECT l.workspace_id, l.id, l.program_id, COALESCE(p.alias_of_id, p.id), l.slug, l.code, l.active, COALESCE(r.name, p.name),
  CASE WHEN EXISTS (
    SELECT 1 FROM store_advocate a JOIN store_person m ON m.id = a.person_id
    WHERE a.workspace_id = l.workspace_id AND a.program_id = l.program_id AND a.status = 'suspended'
      AND (m.id = COALESCE(p.alias_of_id, p.id) OR m.alias_of_id = COALESCE(p.alias_of_id, p.id))
  ) THEN 'suspended' ELSE 'active' END
FROM store_sharelink l JOIN store_person p ON p.id = l.person_id LEFT JOIN store_person r ON r.id = p.alias_of_id
"""
_ACCEPTANCE = (
    "SELECT id, workspace_id, program_id, link_id, visit, address, address_mac, language, person_id, created_at, confirmed_at"
    " FROM store_acceptance"
)


def firm_of(session: Session, workspace: str) -> Firm:
    """The firm of a workspace. Raises LookupError when there is no such workspace."""
    rows = session.rows(
        "SELECT w.name, w.website, w.contact_email, w.postal_address, w.slug, b.accent, b.typeface, b.corners, b.tone, b.css,"
        " p.digest, p.width, p.height, w.sandbox, w.mail_paused_at FROM store_workspace w"
        " LEFT JOIN store_branding b ON b.workspace_id = w.id"
        " LEFT JOIN store_picture p ON p.workspace_id = w.id AND p.digest = b.logo WHERE w.id = %(ws)s::uuid",
        ws=workspace,
    )
    if not rows:
        raise LookupError(f"there is no workspace {workspace}")
    name, website, email, postal, slug, accent, typeface, corners, tone, css, digest, width, height, sandbox, paused = (
        rows[0]
    )
    look = Look(accent, Typeface(typeface), Corners(corners), Tone(tone), css) if accent else PLAIN_LOOK
    logo = Logo(f"/media/{slug}/{digest}.webp", width, height) if digest else None
    return Firm(name, website, email, postal, slug, look, logo, bool(sandbox), paused is not None)


def link_of_slug(session: Session, slug: str) -> SharedLink | None:
    """The link of an address. A slug is single in the whole installation."""
    return _link(session.rows(f"{_LINK} WHERE l.slug = %(slug)s", slug=slug))


def link_of_code(session: Session, workspace: str, code: str) -> SharedLink | None:
    """The link of a code of this workspace; codes are compared in capitals."""
    where = "WHERE l.workspace_id = %(ws)s::uuid AND l.code = %(code)s"
    return _link(session.rows(f"{_LINK} {where}", ws=workspace, code=code.upper()))


def link_of_id(session: Session, workspace: str, key: str) -> SharedLink | None:
    where = "WHERE l.workspace_id = %(ws)s::uuid AND l.id = %(id)s::uuid"
    return _link(session.rows(f"{_LINK} {where}", ws=workspace, id=key))


def _link(rows: Sequence[Sequence[object]]) -> SharedLink | None:
    return SharedLink(*rows[0]) if rows else None  # type: ignore[arg-type]


def acceptance_of_visit(session: Session, workspace: str, visit: str) -> AcceptanceRow | None:
    """What came of a visit: an offer is taken once."""
    where = "WHERE workspace_id = %(ws)s::uuid AND visit = %(visit)s::uuid"
    rows = session.rows(f"{_ACCEPTANCE} {where}", ws=workspace, visit=visit)
    return AcceptanceRow(*rows[0]) if rows else None


def acceptance_of_id(session: Session, key: str) -> AcceptanceRow | None:
    """A taken offer by our id, which only a signed word tells."""
    rows = session.rows(f"{_ACCEPTANCE} WHERE id = %(id)s::uuid", id=key)
    return AcceptanceRow(*rows[0]) if rows else None


def waiting_acceptances(session: Session, workspace: str, programs: Sequence[str], limit: int) -> list[Waiting]:
    """Taken offers of these programs with an address that no event holds yet, the oldest first."""
    rows = session.rows(
        "SELECT a.id, a.visit, a.address, e.occurred_at, l.code, e.facts FROM store_acceptance a"
        " JOIN store_sharelink l ON l.id = a.link_id"
        " JOIN store_event e ON e.workspace_id = a.workspace_id AND e.source = %(source)s"
        " AND e.external_id = REPLACE(CAST(a.visit AS text), '-', '')"
        " WHERE a.workspace_id = %(ws)s::uuid AND a.program_id = any{programs:uuid} AND a.address <> '' AND a.person_id IS NULL"
        " ORDER BY a.created_at, a.id LIMIT %(limit)s",
        ws=workspace,
        programs=list(programs),
        source=LINK_SOURCE,
        limit=limit,
    )
    return [Waiting(*row) for row in rows]


def message_is_queued(session: Session, workspace: str, key: str) -> bool:
    """Whether there is a mail of this key, whatever became of it."""
    where = "WHERE workspace_id = %(ws)s::uuid AND key = %(key)s"
    return bool(session.rows(f"SELECT 1 FROM store_message {where}", ws=workspace, key=key))


def rewards_of_friend(session: Session, workspace: str, program: str, person: str) -> list[GivenReward]:
    """What somebody was given as a friend in one program, also under records that were merged with theirs."""
    rows = session.rows(
        "SELECT r.kind, r.unit, r.amount - r.reversed, r.state, r.hold_until, r.expires_at, v.code, v.percent_bp, v.max_discount,"
        " v.min_order, v.limit_unit, v.state FROM store_reward r"
        " LEFT JOIN store_voucher v ON v.workspace_id = r.workspace_id AND v.reward_id = r.id"
        " WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid AND r.side = 'friend' AND r.beneficiary_id IN"
        " (SELECT m.id FROM store_person p JOIN store_person m ON m.id = p.id OR m.id = p.alias_of_id OR m.alias_of_id = p.id"
        " OR m.alias_of_id = p.alias_of_id WHERE p.id = %(person)s::uuid) ORDER BY r.id",
        ws=workspace,
        program=program,
        person=person,
    )
    return [GivenReward(*row) for row in rows]
