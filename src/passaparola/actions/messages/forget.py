"""The address of a friend who was invited and never came is forgotten. Keyed hashes stay, which know the address again and do not tell it:
one with the mail, for the limits and for who wants no mail; one with the person, for attribution, until no program would bind them."""

from passaparola.actions.acting import Asked, Desk, done, perform
from passaparola.actions.events.overlay import BEGINS
from passaparola.actions.messages.letters import FORGET_INVITED_DAYS
from passaparola.domain.instant import DAY, SECOND, Instant
from passaparola.domain.keyring import Keyring, address_mac
from passaparola.store.read.messages import unacted_addresses
from passaparola.store.write.messages import forget_identities, forget_macs, keep_macs, note_macs, one_after_another

LONGEST_KNOWN_AGAIN = 365  # days since the invitation, where a program binds friends at any time
LAST_DAY: Instant = 25 * 3600 * SECOND  # a window ends with a day of the program's, which has 25 hours once a year


def forget_invited(workspace: str, *, now: Instant, keys: Keyring) -> int:
    """Forget who was invited more than 14 days ago and did nothing since; keep a hash of the address while a program that runs may still
    bind them, and remove older ones. How many addresses. Raises Conflict."""
    return done(perform(Asked(workspace, now, "clock"), lambda desk: _forget(keys, desk)))


def _forget(keys: Keyring, desk: Desk) -> int:
    session, workspace = desk.session, desk.workspace.id
    one_after_another(session, workspace)
    friends = unacted_addresses(session, workspace, desk.now - FORGET_INVITED_DAYS * DAY)
    oldest = desk.now - _known_again(desk)
    forgotten = forget_identities(session, workspace, [f.identity for f in friends]) if friends else 0
    kept = [(address_mac(keys, f.address), f.person, f.invited_at) for f in friends if f.invited_at >= oldest]
    keep_macs(session, workspace, kept)
    if forget_macs(session, workspace, oldest) or forgotten:
        note_macs(session, workspace)
    return forgotten


def _known_again(desk: Desk) -> Instant:
    """How long after an invitation a friend may still be bound by it: the longest window of the programs that run."""
    running = [v for v in desk.programs.values() if v.live.status in BEGINS]
    windows = [p.longest_bind for v in running for p in (v.live, v.at(desk.now))]
    days = [LONGEST_KNOWN_AGAIN if window is None else window for window in windows]
    return max(days) * DAY + LAST_DAY if days else 0
