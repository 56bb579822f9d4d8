"""The digest of the books: what moved, between whom, and why, without ids, blocks or personal data."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from passaparola.actions.ledger.replayers import MOVES_NOTHING
from passaparola.store.read import ledger_digest as rows
from passaparola.store.read.ledger_log import RewardName, reward_names
from passaparola.store.session import Row, Session

_BITS = 256


def digest_of(session: Session, workspace: str) -> str:
    """SHA-256 of a line for each transfer, added up modulo 2^256: the order of the transfers does not matter, their number does.

    A page of transfers is in memory at a time, and sixteen bytes for each person who has an account.
    """
    people = {person: _short(place) for person, place in rows.first_mentions(session, workspace, MOVES_NOTHING)}
    total = 0
    for page in rows.transfer_pages(session, workspace):
        names = _Names.of(session, workspace, page, people)
        for row in page:
            total += int.from_bytes(hashlib.sha256(names.line(row).encode()).digest(), "big")
    return f"{total % 2**_BITS:064x}"


def _short(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class _Names:
    """What the ids on a page mean."""

    events: Mapping[str, str]
    acts: Mapping[str, str]
    rewards: Mapping[str, RewardName]
    accounts: Mapping[str, tuple[str, str, str]]
    people: Mapping[str, bytes]

    @classmethod
    def of(cls, session: Session, workspace: str, page: Iterable[Row], people: Mapping[str, bytes]) -> "_Names":
        causes: dict[str, set[str]] = {"event": set(), "act": set(), "due": set()}
        accounts: set[str] = set()
        for _, cause, _, _, debit, credit, *_ in page:
            kind, key = cause.split(":")[:2]
            causes[kind].add(key)
            accounts |= {debit, credit}
        return cls(
            rows.event_names(session, causes["event"]),
            rows.act_names(session, causes["act"]),
            reward_names(session, workspace, causes["due"]),
            rows.account_names(session, accounts),
            people,
        )

    def line(self, row: Row) -> str:
        _, cause, kind, purpose, debit, credit, unit, amount = row
        return "|".join(
            (self.cause(cause), kind, purpose, self.account(debit), self.account(credit), unit, str(amount))
        )

    def cause(self, cause: str) -> str:
        kind, key, *rest = cause.split(":")
        if kind == "due":
            name = self.rewards[key]
            who = [self.person(p) for p in (name.beneficiary, name.friend or "")]
            return ":".join([kind, name.program, name.rule, name.side, name.occasion, *who, *rest])
        return f"{kind}:{(self.events if kind == 'event' else self.acts)[key]}"

    def account(self, key: str) -> str:
        kind, program, person = self.accounts[key]
        return f"{kind}/{program}/{self.person(person)}"

    def person(self, key: str) -> str:
        return self.people[key].hex() if key in self.people else ""
