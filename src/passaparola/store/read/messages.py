"""What was mailed to whom, who wants no mail, and what a mail tells."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from passaparola.domain.instant import Instant
from passaparola.domain.people.identity import EMAIL_MAC
from passaparola.domain.values import value
from passaparola.store.session import Session

MESSAGE_COLUMNS = (
    "id, workspace_id, kind, person_id, program_id, address, address_mac, language, facts, attempts, due_at, leased_until, "
    "created_at"
)


@value(frozen=True, slots=True)
class MessageRow:
    """A mail that waits. `facts` is JSON."""

    id: str
    workspace: str
    kind: str
    person: str | None
    program: str | None
    address: str
    address_mac: str
    language: str
    facts: str
    attempts: int
    due_at: Instant
    leased_until: Instant | None
    created_at: Instant


@value(frozen=True, slots=True)
class ContactRow:
    """What a workspace says of itself, and its switches for mail."""

    id: str
    slug: str
    name: str
    sandbox: bool
    contact_email: str
    postal_address: str
    website: str
    mail_paused_at: Instant | None
    rewards_paused_at: Instant | None
    invites_allowed_at: Instant | None
    lateness_days: int
    invite_countries: tuple[str, ...]  # empty: invitations may go to all

    def mails_to(self, country: str) -> bool:
        """Whether invitations may go to friends in this country ("": nobody said which)."""
        return not self.invite_countries or country in self.invite_countries


@value(frozen=True, slots=True)
class SuppressionRow:
    """Since when and why an address gets no news."""

    reason: str
    at: Instant


@value(frozen=True, slots=True)
class MagicRow:
    """A link in a mail that does one thing once."""

    purpose: str
    created_at: Instant
    expires_at: Instant
    used_at: Instant | None


@value(frozen=True, slots=True)
class Told:
    """A mail of the past, by the key that makes it single."""

    id: str
    key: str
    state: str


def mailed_since(session: Session, workspace: str, address_mac: str, since: Instant, kinds: Sequence[str]) -> int:
    """How many mails of these kinds were queued for an address since then, whatever became of them."""
    rows = session.rows(
        "SELECT COUNT(*) FROM store_message m WHERE m.workspace_id = %(ws)s::uuid AND m.address_mac = %(mac)s"
        " AND m.created_at >= %(since)s AND m.kind = any{kinds:text}",
        ws=workspace,
        mac=address_mac,
        since=since,
        kinds=list(kinds),
    )
    return int(rows[0][0])


def contact_row(session: Session, workspace: str) -> ContactRow:
    """The workspace as people meet it."""
    rows = session.rows(
        "SELECT id, slug, name, sandbox, contact_email, postal_address, website, mail_paused_at, rewards_paused_at, invites_allowed_at,"
        " lateness_days, invite_countries FROM store_workspace WHERE id = %(ws)s::uuid",
        ws=workspace,
    )
    row = list(rows[0])
    row[3] = bool(row[3])
    row[-1] = tuple(code for code in row[-1].split(",") if code)
    return ContactRow(*row)


def suppressions(session: Session, macs: Iterable[str]) -> dict[str, SuppressionRow]:
    """Of these addresses, those that want no news, wherever they said so."""
    rows = session.rows(
        "SELECT address_mac, reason, at FROM store_suppression WHERE address_mac = any{macs:text}",
        macs=sorted(set(macs)),
    )
    return {row[0]: SuppressionRow(row[1], row[2]) for row in rows}


def message_address(session: Session, message: str) -> tuple[str, str] | None:
    """(workspace, hash of the address) of a mail; None when there is no such mail."""
    rows = session.rows("SELECT workspace_id, address_mac FROM store_message WHERE id = %(id)s::uuid", id=message)
    return (rows[0][0], rows[0][1]) if rows else None


def known_keys(session: Session, workspace: str, keys: Iterable[str]) -> set[str]:
    """Of these keys, those that a mail has already."""
    rows = session.rows(
        "SELECT key FROM store_message WHERE workspace_id = %(ws)s::uuid AND key = any{keys:text}",
        ws=workspace,
        keys=sorted(set(keys)),
    )
    return {row[0] for row in rows}


def everybody_as(session: Session, workspace: str, people: Iterable[str]) -> dict[str, str]:
    """Who stands for whom: each of these persons, and everybody who was merged with one of them, → the one who stands for them."""
    rows = session.rows(
        "SELECT id, alias_of_id FROM store_person WHERE workspace_id = %(ws)s::uuid AND id = any{people:uuid}",
        ws=workspace,
        people=sorted(set(people)),
    )
    found = {row[0]: row[1] or row[0] for row in rows}
    merged = session.rows(
        "SELECT id, alias_of_id FROM store_person WHERE workspace_id = %(ws)s::uuid AND alias_of_id IS NOT NULL"
        " AND alias_of_id = any{roots:uuid}",
        ws=workspace,
        roots=sorted(set(found.values())),
    )
    return {**{root: root for root in found.values()}, **{row[0]: row[1] for row in merged}, **found}


def addresses_of(session: Session, workspace: str, people: Mapping[str, str]) -> dict[str, str]:
    """The e-mail address of each person who has one, by who stands for them (`everybody_as`); of several, the one told last."""
    rows = session.rows(
        "SELECT person_id, value FROM store_identity WHERE workspace_id = %(ws)s::uuid AND person_id = any{people:uuid}"
        " AND kind = 'email' ORDER BY created_at, id",
        ws=workspace,
        people=sorted(people),
    )
    return {people[row[0]]: row[1] for row in rows}


def languages_of(session: Session, workspace: str, macs: Iterable[str]) -> dict[str, str]:
    """The language in which each address was written to last."""
    rows = session.rows(
        "SELECT address_mac, language FROM store_message WHERE workspace_id = %(ws)s::uuid AND address_mac = any{macs:text}"
        " ORDER BY created_at, id",
        ws=workspace,
        macs=sorted(set(macs)),
    )
    return {row[0]: row[1] for row in rows}


def languages_chosen(session: Session, workspace: str, people: Iterable[str]) -> dict[str, str]:
    """The language that each of these people chose, of those who did."""
    rows = session.rows(
        "SELECT id, language FROM store_person WHERE workspace_id = %(ws)s::uuid AND id = any{people:uuid} AND language IS NOT NULL",
        ws=workspace,
        people=sorted(set(people)),
    )
    return {row[0]: row[1] for row in rows}


def event_times(session: Session, workspace: str, events: Iterable[str]) -> dict[str, Instant]:
    """When each of these events happened."""
    rows = session.rows(
        "SELECT id, occurred_at FROM store_event WHERE workspace_id = %(ws)s::uuid AND id = any{ids:uuid}",
        ws=workspace,
        ids=sorted(set(events)),
    )
    return {row[0]: row[1] for row in rows}


def bound_advocates(session: Session, workspace: str, referrals: Iterable[str]) -> dict[str, tuple[str, str]]:
    """referral → (program, person of the advocate), of those that are bound to somebody."""
    rows = session.rows(
        "SELECT id, program_id, advocate_person_id FROM store_referral WHERE workspace_id = %(ws)s::uuid AND id = any{ids:uuid}"
        " AND advocate_person_id IS NOT NULL AND status IN ('bound', 'converted')",
        ws=workspace,
        ids=sorted(set(referrals)),
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def standing_advocates(session: Session, workspace: str, people: Iterable[str]) -> set[tuple[str, str]]:
    """(program, person) of everybody here who takes part in good standing."""
    rows = session.rows(
        "SELECT program_id, person_id FROM store_advocate WHERE workspace_id = %(ws)s::uuid AND person_id = any{people:uuid}"
        " AND status = 'active'",
        ws=workspace,
        people=sorted(set(people)),
    )
    return {(row[0], row[1]) for row in rows}


def program_names(session: Session, workspace: str, programs: Iterable[str]) -> dict[str, str]:
    """How programs are called."""
    rows = session.rows(
        "SELECT id, name FROM store_program WHERE workspace_id = %(ws)s::uuid AND id = any{ids:uuid}",
        ws=workspace,
        ids=sorted(set(programs)),
    )
    return {row[0]: row[1] for row in rows}


def person_name(session: Session, workspace: str, person: str) -> str:
    """How a person is called; empty where that is not known."""
    rows = session.rows(
        "SELECT name FROM store_person WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid", ws=workspace, id=person
    )
    return str(rows[0][0]) if rows else ""


def voucher_terms(session: Session, workspace: str, rewards: Iterable[str]) -> dict[str, dict[str, Any]]:
    """reward → its code and terms, where it has a code."""
    rows = session.rows(
        "SELECT reward_id, code, percent_bp, min_order, limit_unit FROM store_voucher WHERE workspace_id = %(ws)s::uuid"
        " AND reward_id = any{ids:uuid}",
        ws=workspace,
        ids=sorted(set(rewards)),
    )
    return {r[0]: {"code": r[1], "percent": r[2], "min_order": r[3], "limit_unit": r[4]} for r in rows}


def magic_row(session: Session, workspace: str, magic: str) -> MagicRow | None:
    """The one-time link of this id."""
    rows = session.rows(
        "SELECT purpose, created_at, expires_at, used_at FROM store_magiclink WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid",
        ws=workspace,
        id=magic,
    )
    return MagicRow(*rows[0]) if rows else None


def link_slug(session: Session, workspace: str, link: str) -> str | None:
    """The word in the address of a share link that is in use."""
    rows = session.rows(
        "SELECT slug FROM store_sharelink WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid AND active",
        ws=workspace,
        id=link,
    )
    return str(rows[0][0]) if rows else None


def advocate_of(session: Session, workspace: str, advocate: str) -> tuple[str, str, str] | None:
    """(program, person, status) of the advocate of this id."""
    rows = session.rows(
        "SELECT program_id, person_id, status FROM store_advocate WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid",
        ws=workspace,
        id=advocate,
    )
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else None


def first_link(session: Session, workspace: str, program: str, person: str) -> tuple[str, str] | None:
    """(id, code) of the oldest link in use of an advocate."""
    rows = session.rows(
        "SELECT id, code FROM store_sharelink WHERE workspace_id = %(ws)s::uuid AND program_id = %(program)s::uuid"
        " AND person_id = %(person)s::uuid AND active ORDER BY created_at, id LIMIT 1",
        ws=workspace,
        program=program,
        person=person,
    )
    return (rows[0][0], rows[0][1]) if rows else None


def invitations_since(session: Session, workspace: str, since: Instant, prefix: str = "invite:") -> int:
    """How many invitations were asked for since then, whose key begins so."""
    rows = session.rows(
        "SELECT COUNT(*) FROM store_message m WHERE m.workspace_id = %(ws)s::uuid AND m.kind = 'invite' AND m.created_at >= %(since)s"
        f" AND substr(m.key, 1, {len(prefix)}) = %(prefix)s",
        ws=workspace,
        since=since,
        prefix=prefix,
    )
    return int(rows[0][0])


def invitations_everywhere(session: Session, since: Instant) -> int:
    """How many invitations of all workspaces were queued since then and not held back. Those of a sandbox never leave the machine."""
    rows = session.rows(
        "SELECT COUNT(*) FROM store_workspace w JOIN store_message m ON m.workspace_id = w.id AND m.kind = 'invite'"
        " AND m.created_at >= %(since)s WHERE NOT w.sandbox AND m.state <> 'dropped' AND m.state <> 'suppressed'",
        since=since,
    )
    return int(rows[0][0])


def invited_since(session: Session, workspace: str, address_mac: str, program: str, since: Instant) -> bool:
    """Whether an invitation to this program was queued for the address since then and not held back."""
    rows = session.rows(
        "SELECT 1 FROM store_message m WHERE m.workspace_id = %(ws)s::uuid AND m.address_mac = %(mac)s AND m.created_at >= %(since)s"
        " AND m.kind = 'invite' AND m.program_id = %(program)s::uuid AND m.state <> 'dropped' AND m.state <> 'suppressed' LIMIT 1",
        ws=workspace,
        mac=address_mac,
        program=program,
        since=since,
    )
    return bool(rows)


def endpoint_address(session: Session, workspace: str, endpoint: str) -> tuple[str, str] | None:
    """(address, why it is off) of a webhook endpoint that is not removed."""
    rows = session.rows(
        "SELECT url, reason FROM store_webhookendpoint WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid AND state <> 'removed'",
        ws=workspace,
        id=endpoint,
    )
    return (rows[0][0], rows[0][1]) if rows else None


@value(frozen=True, slots=True)
class Unacted:
    """The address of a friend whom we know only because somebody invited them; `invited_at`: the last time."""

    identity: str
    address: str
    person: str
    invited_at: Instant


def unacted_addresses(session: Session, workspace: str, before: Instant) -> list[Unacted]:
    """The address of everybody whom we know only because somebody invited them before this moment.

    Who did anything of their own, takes part, or was invited again since, is not among them.
    """
    rows = session.rows(
        "SELECT n.id, n.value, n.person_id, (SELECT MAX(l.occurred_at) FROM store_event l WHERE l.workspace_id = n.workspace_id"
        "  AND l.other_person_id = n.person_id AND l.type = 'share')"
        " FROM store_identity n WHERE n.workspace_id = %(ws)s::uuid AND n.kind = 'email' AND n.person_id IN"
        " (SELECT e.other_person_id FROM store_event e WHERE e.workspace_id = %(ws)s::uuid AND e.source = 'invitation'"
        "  AND e.other_person_id IS NOT NULL AND e.occurred_at < %(before)s"
        "  AND NOT EXISTS (SELECT 1 FROM store_event o WHERE o.workspace_id = e.workspace_id AND o.person_id = e.other_person_id)"
        "  AND NOT EXISTS (SELECT 1 FROM store_event s WHERE s.workspace_id = e.workspace_id AND s.type = 'share'"
        "   AND s.other_person_id = e.other_person_id AND (s.source <> 'invitation' OR s.occurred_at >= %(before)s))"
        "  AND NOT EXISTS (SELECT 1 FROM store_advocate a WHERE a.workspace_id = e.workspace_id AND a.person_id = e.other_person_id)"
        "  AND EXISTS (SELECT 1 FROM store_person p WHERE p.id = e.other_person_id AND p.created_at >= e.occurred_at"
        "   AND p.alias_of_id IS NULL)"
        "  AND NOT EXISTS (SELECT 1 FROM store_person p WHERE p.workspace_id = e.workspace_id AND p.alias_of_id = e.other_person_id)"
        "  AND NOT EXISTS (SELECT 1 FROM store_identity i WHERE i.workspace_id = e.workspace_id AND i.person_id = e.other_person_id"
        f"   AND i.kind <> 'email' AND i.kind <> '{EMAIL_MAC}')) ORDER BY n.id",
        ws=workspace,
        before=before,
    )
    return [Unacted(*row) for row in rows]
