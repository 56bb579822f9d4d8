"""Who was named: one is asked, several are an operator's to tell apart, nobody is nobody. Not while the friend waits."""

from collections import Counter

from passaparola.actions.acting import Asked, Desk, done, perform
from passaparola.actions.messages.languages import language_for
from passaparola.actions.messages.queue import MessageKind, NewMessage, queue_message
from passaparola.domain.instant import DAY, Instant
from passaparola.domain.keyring import Keyring, address_mac
from passaparola.domain.people.identity import UnableToReadIdentity, canonical
from passaparola.domain.people.name_key import name_key
from passaparola.domain.referrals.requests import Match, RequestKind, RequestState
from passaparola.store.read import gather
from passaparola.store.read import messages as mails
from passaparola.store.read import requests as read
from passaparola.store.read.checkout import person_group
from passaparola.store.read.requests import RequestRow
from passaparola.store.session import reading
from passaparola.store.write.requests import MOVE_REQUEST

BATCH = 50
WEEK: Instant = 7 * DAY
MOST_MAILED = 5  # namings of one advocate in a week that are mailed; what is beyond stands in the portal
FEW = 10  # advocates of one name that are looked at
STATES = {Match.EXACT: RequestState.ASKED, Match.SEVERAL: RequestState.OPEN, Match.NONE: RequestState.UNMATCHED}


def match_requests(
    workspace: str, *, now: Instant, keys: Keyring | None = None, actor: str = "clock", batch: int = BATCH
) -> int:
    """Look for whom confirmed friends named, and ask them: in their portal, and by mail where we have the keys and an address.

    How many requests. Raises Conflict.
    """
    with reading() as session:
        if not read.requests_to_match(session, workspace, 1):
            return 0
    matched = 0
    while count := done(perform(Asked(workspace, now, actor), lambda desk: _match(desk, keys, batch))):
        matched += count
    return matched


def _match(desk: Desk, keys: Keyring | None, batch: int) -> int:
    waiting = read.requests_to_match(desk.session, desk.workspace.id, batch)
    asked: Counter[str] = Counter()
    for row in waiting:
        people = named_in(row, desk)
        match = Match.NONE if not people else Match.EXACT if len(people) == 1 else Match.SEVERAL
        person = people[0] if match is Match.EXACT else None
        given = {"state": str(STATES[match]), "found": str(match), "person": person, "now": desk.now}
        desk.plan.guarded.append((MOVE_REQUEST, {**given, "ws": desk.workspace.id, "id": row.id, "seen": row.state}))
        if person is not None and keys is not None:
            _mail(row, person, asked[person], desk, keys)
            asked[person] += 1
    return len(waiting)


def named_in(row: RequestRow, desk: Desk) -> list[str]:
    """The advocates of the program whom the words of a friend may mean, without the friend: by address, by code, else by name."""
    session, ws, program, said = desk.session, desk.workspace.id, row.program, row.said.strip()
    if "@" in said:
        try:
            found = read.advocates_by_address(session, ws, program, canonical("email", said)[1])
        except UnableToReadIdentity:
            found = []
    else:
        found = read.advocates_by_code(session, ws, program, said.upper())
        if not found and (key := name_key(said)):
            found = read.advocates_named(session, ws, program, key, FEW)
    friend = gather.people_by_identity(session, ws, [(row.known_as, row.friend)]).get((row.known_as, row.friend))
    own = set(person_group(session, ws, friend)) if friend else set()
    return [person for person in found if person not in own]


def _mail(row: RequestRow, person: str, before: int, desk: Desk, keys: Keyring) -> None:
    """Unless they were mailed often this week; `before`: how often in this very batch."""
    session, ws = desk.session, desk.workspace.id
    group = person_group(session, ws, person)
    if before + read.asked_of_since(session, ws, group, RequestKind.NAMED, desk.now - WEEK) >= MOST_MAILED:
        return
    if (address := mails.addresses_of(session, ws, dict.fromkeys(group, person)).get(person)) is None:
        return
    mac = address_mac(keys, address)
    spoken = str(desk.programs[row.program].live.language)
    language = language_for(session, ws, person, mac, otherwise=spoken)
    facts = {"request": row.id}
    mail = NewMessage(f"named:{row.id}", MessageKind.NAMED, address, language, person, row.program, facts)
    queue_message(desk.plan, keys, mail, desk.now)
