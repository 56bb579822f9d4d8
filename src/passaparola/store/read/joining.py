"""Who asked to become an advocate, and the one-time links that were mailed."""

from collections.abc import Sequence

from passaparola.domain.instant import Instant
from passaparola.domain.values import value
from passaparola.store.session import Session


@value(frozen=True, slots=True)
class EnrolmentRow:
    """Somebody asked to become an advocate; `address` is empty once it is confirmed or has lapsed."""

    id: str
    program: str
    person: str
    link: str
    address: str
    address_mac: str
    browser: str
    language: str
    state: str
    lapses_at: Instant
    invitation: str | None = None


@value(frozen=True, slots=True)
class MagicRow:
    """A link in a mail. Its workspace is read from here, for it arrives without one."""

    id: str
    workspace: str
    purpose: str
    subject: str
    program: str | None
    expires_at: Instant
    used_at: Instant | None


@value(frozen=True, slots=True)
class ShownLink:
    """What an advocate gives away."""

    id: str
    program: str
    slug: str
    code: str
    label: str = ""


_ENROLMENT = (
    "id, program_id, person_id, link_id, address, address_mac, browser, language, state, lapses_at, invitation_id"
)
_LIVE = "state = 'provisional' AND lapses_at > %(now)s"


def magic_by_id(session: Session, key: str) -> MagicRow | None:
    """The one-time link of this id, of whatever workspace."""
    rows = session.rows(
        "SELECT id, workspace_id, purpose, subject, program_id, expires_at, used_at FROM store_magiclink WHERE id = %(key)s::uuid",
        key=key,
    )
    return MagicRow(*rows[0]) if rows else None


def enrolment_by_id(session: Session, workspace: str, key: str) -> EnrolmentRow | None:
    rows = session.rows(
        f"SELECT {_ENROLMENT} FROM store_enrolment WHERE workspace_id = %(ws)s::uuid AND id = %(key)s::uuid",
        ws=workspace,
        key=key,
    )
    return EnrolmentRow(*rows[0]) if rows else None


def enrolments_of_browser(session: Session, workspace: str, browser: str, now: Instant) -> list[EnrolmentRow]:
    """What the browser with this hash has asked for and nobody has confirmed yet, the latest first."""
    rows = session.rows(
        f"SELECT {_ENROLMENT} FROM store_enrolment WHERE workspace_id = %(ws)s::uuid AND browser = %(browser)s AND {_LIVE}"
        " ORDER BY id DESC",
        ws=workspace,
        browser=browser,
        now=now,
    )
    return [EnrolmentRow(*row) for row in rows]


def enrolments_of_address(
    session: Session, workspace: str, program: str, address_mac: str, now: Instant
) -> list[EnrolmentRow]:
    """What was asked for in a program with this address, by whatever browser, and is not confirmed yet; the oldest first."""
    rows = session.rows(
        f"SELECT {_ENROLMENT} FROM store_enrolment WHERE workspace_id = %(ws)s::uuid AND address_mac = %(mac)s"
        f" AND program_id = %(program)s::uuid AND {_LIVE} ORDER BY id",
        ws=workspace,
        mac=address_mac,
        program=program,
        now=now,
    )
    return [EnrolmentRow(*row) for row in rows]


def enrolments_over(session: Session, workspace: str, now: Instant, limit: int) -> list[EnrolmentRow]:
    """Enrolments that nobody has confirmed in time, the earliest first."""
    rows = session.rows(
        f"SELECT {_ENROLMENT} FROM store_enrolment WHERE state = 'provisional' AND lapses_at <= %(now)s"
        " AND workspace_id = %(ws)s::uuid ORDER BY lapses_at, id LIMIT %(limit)s",
        ws=workspace,
        now=now,
        limit=limit,
    )
    return [EnrolmentRow(*row) for row in rows]


def links_by_id(session: Session, workspace: str, ids: Sequence[str]) -> dict[str, ShownLink]:
    """These links, where they are switched on."""
    rows = session.rows(
        "SELECT id, program_id, slug, code, label FROM store_sharelink WHERE workspace_id = %(ws)s::uuid"
        " AND id = any{ids:uuid} AND active",
        ws=workspace,
        ids=list(ids),
    )
    return {row[0]: ShownLink(*row) for row in rows}


def provisional_link(session: Session, link: str, browser: str, now: Instant) -> tuple[str, ShownLink] | None:
    """A link that is switched on, where the browser of this hash has asked for it and nobody has confirmed yet; with its workspace."""
    rows = session.rows(
        "SELECT l.workspace_id, l.id, l.program_id, l.slug, l.code, l.label FROM store_sharelink l"
        " JOIN store_enrolment e ON e.workspace_id = l.workspace_id AND e.link_id = l.id"
        f" WHERE l.id = %(link)s::uuid AND l.active AND e.browser = %(browser)s AND e.{_LIVE.replace(' AND ', ' AND e.')}",
        link=link,
        browser=browser,
        now=now,
    )
    return (rows[0][0], ShownLink(*rows[0][1:])) if rows else None


def program_name(session: Session, workspace: str, program: str) -> str:
    """How a program is called; empty where there is none."""
    rows = session.rows(
        "SELECT name FROM store_program WHERE workspace_id = %(ws)s::uuid AND id = %(program)s::uuid",
        ws=workspace,
        program=program,
    )
    return str(rows[0][0]) if rows else ""
