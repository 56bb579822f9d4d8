"""The command line's side of the workspace's contact, its kill switches, who wants no mail, and statements."""

from collections.abc import Mapping, Sequence
from typing import Any

from passaparola.actions.acting import Asked, done
from passaparola.actions.contact import ATTESTATION, allow_invites, forbid_invites, set_contact
from passaparola.actions.everywhere import Switch, pause_everywhere, resume_everywhere
from passaparola.actions.messages.pause import pause_mail, resume_mail
from passaparola.actions.messages.statements import queue_statements, read_month
from passaparola.actions.messages.wishes import allow_address, suppress_address, wish_of
from passaparola.actions.rewards.pause import pause_rewards, resume_rewards
from passaparola.domain.instant import iso
from passaparola.domain.people.identity import canonical
from passaparola.inbound.contacts import workspace_document
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.today import now_in
from passaparola.store.read.clocks import workspace_clocks
from passaparola.store.read.messages import SuppressionRow, contact_row
from passaparola.store.read.snapshot import reading


def change_workspace(
    asked: Asked,
    *,
    contact: Mapping[str, str],
    invites: bool | None,
    countries: Sequence[str] | None = None,
    lateness_days: int | None = None,
) -> dict[str, Any]:
    """Change contact, countries and lateness, then the permission to mail invitations; the workspace as it is then. Raises Refusal."""
    done(set_contact(contact, asked=asked, countries=countries, lateness_days=lateness_days))
    if invites is True:
        done(allow_invites(asked=asked, attestation=ATTESTATION))
    elif invites is False:
        done(forbid_invites(asked=asked))
    with reading() as session:
        return workspace_document(contact_row(session, asked.workspace))


def switch_mail(asked: Asked, *, paused: bool, note: str) -> dict[str, Any]:
    """Turn the kill switch of mail."""
    changed = done(pause_mail(asked=asked, note=note) if paused else resume_mail(asked=asked, note=note))
    return {"paused": paused, "changed": changed}


def switch_rewards(asked: Asked, *, paused: bool, note: str) -> dict[str, Any]:
    """Turn the kill switch of rewards."""
    changed = done(pause_rewards(asked=asked, note=note) if paused else resume_rewards(asked=asked, note=note))
    return {"paused": paused, "changed": changed}


def switch_everywhere(switch: Switch, actor: str, *, paused: bool, note: str) -> dict[str, Any]:
    """Turn a kill switch in every workspace of the installation; `workspaces` are those where that changed something, `busy` those where it
    is to be asked again, for other writers were first each time."""
    with reading() as session:
        names = {clock.id: clock.slug for clock in workspace_clocks(session)}
    turn = pause_everywhere if paused else resume_everywhere
    turned = turn(switch, (Asked(key, now_in(key), actor) for key in names), note=note)
    changed, busy = ([names[key] for key in keys] for keys in (turned.changed, turned.busy))
    return {"paused": paused, "changed": bool(changed), "workspaces": changed, "busy": busy}


def suppression_row(address: str) -> dict[str, Any]:
    """Whether an address gets no news. Raises UnableToReadIdentity."""
    return _row(wish_of(canonical("email", address)[1], keys=the_keyring()))


def add_suppression(asked: Asked, *, address: str, reason: str) -> dict[str, Any]:
    """No more news. Raises UnableToReadIdentity."""
    return _row(done(suppress_address(canonical("email", address)[1], reason=reason, keys=the_keyring(), asked=asked)))


def remove_suppression(asked: Asked, *, address: str, wished: bool) -> dict[str, Any]:
    """News again. Raises UnableToReadIdentity, Refusal."""
    address = canonical("email", address)[1]
    return {"changed": done(allow_address(address, keys=the_keyring(), asked=asked, wished=wished))}


def send_statements(asked: Asked, *, month: str) -> dict[str, Any]:
    """Queue the statements of a month. Raises UnableToReadMonth."""
    wanted = read_month(month, now=asked.now)
    return {"month": month, "queued": queue_statements(asked.workspace, wanted, keys=the_keyring(), now=asked.now)}


def _row(row: SuppressionRow | None) -> dict[str, Any]:
    return {"suppressed": row is not None, "reason": row and row.reason, "since": iso(row.at) if row else None}
