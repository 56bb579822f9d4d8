"""A friend who was invited by mail and forgotten is known again when an event brings the address.

What was kept is a keyed hash (`EMAIL_MAC`). It is looked for only in a workspace that keeps any, and only for addresses that nobody is
known by.
"""

from collections.abc import Iterable

from passaparola.domain.keyring import Keyring, address_mac
from passaparola.domain.people.identity import EMAIL_MAC, Identity
from passaparola.domain.values import value
from passaparola.store.read.gather import WorkspaceRow, people_by_identity
from passaparola.store.session import Session


class UnableToRecall(RuntimeError):
    """Forgotten addresses are kept as hashes here, and whoever records events brought no keys to know them by."""


@value(frozen=True, slots=True)
class Forgotten:
    """Who was invited under an address, and the hash that was kept of it."""

    person: str
    mac: str


def recalled(
    session: Session, workspace: WorkspaceRow, unknown: Iterable[Identity], keys: Keyring | None
) -> dict[Identity, Forgotten]:
    """Of these identities, which nobody is known by, the addresses of friends who were forgotten. Raises UnableToRecall."""
    addresses = {i for i in unknown if i[0] == "email"} if workspace.keeps_macs else set()
    if not addresses:
        return {}
    if keys is None:
        raise UnableToRecall(f"workspace {workspace.id}")
    macs = {address_mac(keys, address[1]): address for address in addresses}
    found = people_by_identity(session, workspace.id, [(EMAIL_MAC, mac) for mac in macs])
    return {macs[mac]: Forgotten(person, mac) for (_, mac), person in found.items()}
