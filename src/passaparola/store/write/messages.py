"""Mails leave: taken under a lease, then sent, set back or ended. And the list of who wants no news."""

from collections.abc import Iterable

from passaparola.domain.instant import Instant
from passaparola.domain.people.identity import EMAIL_MAC
from passaparola.store.ids import new_id
from passaparola.store.read.messages import MESSAGE_COLUMNS, MessageRow
from passaparola.store.session import Session
from passaparola.store.write.plan import INSERTS

_DUE = "m.state = 'waiting' AND m.due_at <= %(now)s AND (m.leased_until IS NULL OR m.leased_until <= %(now)s)"
_ASKED_FOR = "m.kind IN ('join', 'sign_in', 'accept')"


def take_messages(session: Session, *, now: Instant, until: Instant, limit: int) -> list[MessageRow]:
    """Take mails that are due, until the lease ends, and count the try: first those that somebody waits for in front of a page.

    None of a workspace whose mail is paused. Another process takes others.
    """
    taken = _take(session, f"{_DUE} AND {_ASKED_FOR}", now, until, limit)
    if len(taken) < limit:
        taken += _take(session, _DUE, now, until, limit - len(taken))
    return taken


def _take(session: Session, which: str, now: Instant, until: Instant, limit: int) -> list[MessageRow]:
    rows = session.rows(
        "UPDATE store_message SET leased_until = %(until)s, attempts = attempts + 1 WHERE id IN"
        " (SELECT m.id FROM store_message m JOIN store_workspace w ON w.id = m.workspace_id"
        f" WHERE {which} AND w.mail_paused_at IS NULL ORDER BY m.due_at LIMIT %(limit)s)"
        " AND state = 'waiting' AND (leased_until IS NULL OR leased_until <= %(now)s)"
        f" RETURNING {MESSAGE_COLUMNS}",
        now=now,
        until=until,
        limit=limit,
    )
    return sorted((MessageRow(*row) for row in rows), key=lambda m: (m.due_at, m.id))


def messages_wait(session: Session, now: Instant) -> bool:
    """Whether any mail is due: asked twice a second, so it is one look at an index."""
    rows = session.rows(
        f"SELECT 1 FROM store_message m JOIN store_workspace w ON w.id = m.workspace_id WHERE {_DUE} AND w.mail_paused_at IS NULL LIMIT 1",
        now=now,
    )
    return bool(rows)


def end_message(session: Session, row: MessageRow, state: str, reason: str, now: Instant) -> bool:
    """A mail that was taken has left, or never will. The address goes where nobody is known by it, and what is told of
    who asked for a way in. False: the lease was lost."""
    touched = session.run(
        "UPDATE store_message SET state = %(state)s, reason = %(reason)s, ended_at = %(now)s, leased_until = NULL,"
        " address = CASE WHEN person_id IS NULL THEN '' ELSE address END,"
        " facts = CASE WHEN kind = 'sign_in' THEN '{}' ELSE facts END"
        " WHERE id = %(id)s::uuid AND state = 'waiting' AND leased_until = %(lease)s",
        state=state,
        reason=reason[:48],
        now=now,
        id=row.id,
        lease=row.leased_until,
    )
    return touched == 1


def set_message_back(session: Session, row: MessageRow, *, until: Instant, reason: str, counts: bool) -> None:
    """A mail that was taken waits again until then. Without `counts` the try is taken off: nothing was wrong with the mail."""
    session.run(
        "UPDATE store_message SET due_at = %(until)s, reason = %(reason)s, leased_until = NULL, attempts = attempts - %(less)s"
        " WHERE id = %(id)s::uuid AND state = 'waiting' AND leased_until = %(lease)s",
        until=until,
        reason=reason[:48],
        less=0 if counts else 1,
        id=row.id,
        lease=row.leased_until,
    )


def renew_magic(session: Session, workspace: str, magic: str, now: Instant) -> None:
    """The minutes of an unused one-time link begin now: its mail had to wait."""
    session.run(
        "UPDATE store_magiclink SET expires_at = %(now)s + (expires_at - created_at), created_at = %(now)s"
        " WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid AND used_at IS NULL",
        now=now,
        ws=workspace,
        id=magic,
    )


def suppress(session: Session, address_mac: str, reason: str, now: Instant) -> bool:
    """The address wants no more news. False when that was known; what a mailbox provider or a bounce says then outranks a wish."""
    new = session.run(
        "INSERT INTO store_suppression (id, address_mac, reason, at) VALUES (%(id)s::uuid, %(mac)s, %(reason)s, %(now)s)"
        " ON CONFLICT (address_mac) DO NOTHING",
        id=new_id(),
        mac=address_mac,
        reason=reason,
        now=now,
    )
    if not new and reason in ("bounce", "complaint"):
        session.run(
            "UPDATE store_suppression SET reason = %(reason)s WHERE address_mac = %(mac)s AND reason IN ('unsubscribed', 'operator')",
            reason=reason,
            mac=address_mac,
        )
    return new == 1


def forget_suppression(session: Session, address_mac: str) -> bool:
    """The address may be written to again. False when nothing kept us from it."""
    return session.run("DELETE FROM store_suppression WHERE address_mac = %(mac)s", mac=address_mac) == 1


FORGET_MAC = (
    f"DELETE FROM store_identity WHERE workspace_id = %(ws)s::uuid AND kind = '{EMAIL_MAC}' AND value = %(mac)s"
)


def one_after_another(session: Session, workspace: str) -> None:
    """Whoever asks this waits for all who write in the workspace, and they for it: what they did is seen, and what it does they see."""
    session.run("UPDATE store_workspace SET serial = serial WHERE id = %(ws)s::uuid", ws=workspace)


def forget_identities(session: Session, workspace: str, identities: Iterable[str]) -> int:
    """Remove these (by our ids of them). How many."""
    return session.run(
        "DELETE FROM store_identity WHERE workspace_id = %(ws)s::uuid AND id = any{ids:uuid}",
        ws=workspace,
        ids=sorted(identities),
    )


def keep_macs(session: Session, workspace: str, kept: Iterable[tuple[str, str, Instant]]) -> None:
    """Keep (hash, person, when invited) of addresses that are forgotten."""
    rows = [(new_id(), workspace, EMAIL_MAC, mac, person, at) for mac, person, at in kept]
    session.insert_new("store_identity", INSERTS["identity"], rows, known_by="workspace_id, kind, value")


def forget_macs(session: Session, workspace: str, before: Instant) -> int:
    """Remove the hashes of those who were invited before this moment. How many."""
    return session.run(
        f"DELETE FROM store_identity WHERE workspace_id = %(ws)s::uuid AND kind = '{EMAIL_MAC}' AND created_at < %(before)s",
        ws=workspace,
        before=before,
    )


def note_macs(session: Session, workspace: str) -> None:
    """Write down whether the workspace keeps any hash. Whoever decides at this moment knew other identities, and shall decide again."""
    session.run(
        "UPDATE store_workspace SET programs_version = programs_version + 1, keeps_macs = EXISTS (SELECT 1 FROM store_identity i"
        f" WHERE i.workspace_id = %(ws)s::uuid AND i.kind = '{EMAIL_MAC}') WHERE id = %(ws)s::uuid",
        ws=workspace,
    )
