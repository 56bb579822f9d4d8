"""One box that finds: an e-mail address, a customer id, a name, a code, an order's number, or one of our ids.

Everything is looked up by an index: equal, or beginning with what was typed. A prefix is a range in the order of bytes, so that no
character of it means anything else. At most `MOST` of each kind are returned.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from passaparola.domain.people.identity import EMAIL_MAC, KINDS, UnableToReadIdentity, canonical
from passaparola.store.read.explanations import labels
from passaparola.store.read.pages import REFERRALS, REWARDS, VOUCHERS, Record, one_person
from passaparola.store.session import Session

MOST = 25
FEW = 5  # people whose referrals and rewards are shown as well
SHORTEST, LONGEST = 2, 320
BYTES = {False: "", True: ' COLLATE "C"'}
SURNAME = {
    False: "LOWER(SUBSTR(p.name, INSTR(p.name, ' ') + 1))",
    True: "LOWER(SUBSTR(p.name, STRPOS(p.name, ' ') + 1))",
}
_HIGHEST = "\U0010ffff"
_WS = "workspace_id = %(ws)s::uuid"


@dataclass(slots=True)
class Found:
    """What was found. `people` are ids of those who stand for merged ones, the best first; `labels` names everybody that occurs.

    `exact`: somebody or something goes by this very text; otherwise it only begins so.
    """

    text: str
    people: list[str] = field(default_factory=list)
    referrals: list[Record] = field(default_factory=list)
    rewards: list[Record] = field(default_factory=list)
    vouchers: list[Record] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    exact: bool = False

    @property
    def cut_off(self) -> bool:
        """There may be more people than are shown."""
        return len(self.people) == MOST

    @property
    def nothing(self) -> bool:
        return not (self.people or self.referrals or self.rewards or self.vouchers)


def search(session: Session, workspace: str, typed: str, *, names: bool = True) -> Found:
    """What goes by this text in the workspace; nothing for less than two characters. `names`: by how a name begins, too."""
    text = " ".join(typed.replace("\0", "").split())[:LONGEST]
    found = Found(text)
    if len(text) >= SHORTEST:
        _Search(session, workspace, found, names).run()
    return found


class _Search:
    def __init__(self, session: Session, workspace: str, found: Found, names: bool):
        self.session, self.ws, self.found, self.text, self.names = session, workspace, found, found.text, names

    def run(self) -> None:
        if not self.by_our_id():
            self.by_order()
            self.by_voucher()
            self.by_identity()
            self.by_enrolment()
            self.by_code()
            self.found.exact = not self.found.nothing
            if len(self.found.people) < MOST:
                self.by_prefix()
        self.around_people()
        self.label()

    def rows(self, statement: str, **values: Any) -> list[Any]:
        return self.session.rows(statement, ws=self.ws, **values)

    def listed(self, listing: Any, condition: str, **values: Any) -> list[Record]:
        where = f"{listing.select(f' AND {condition}')} ORDER BY {listing.alias}.id DESC LIMIT {MOST}"
        return [dict(zip(listing.columns, row, strict=True)) for row in self.rows(where, **values)]

    def put_people(self, people: Iterable[str | None]) -> None:
        """Whoever stands for each of these, once, in this order."""
        wanted = [p for p in people if p]
        if not wanted:
            return
        roots = dict(
            self.rows(
                f"SELECT id, COALESCE(alias_of_id, id) FROM store_person WHERE {_WS} AND id = any{{ids:uuid}}",
                ids=sorted(set(wanted)),
            )
        )
        known = dict.fromkeys([*self.found.people, *(roots[p] for p in wanted if p in roots)])
        self.found.people = list(known)[:MOST]

    # -- one way each -------------------------------------------------------------------------------------------------------

    def by_our_id(self) -> bool:
        """`per_… ref_… rwd_… adv_… evt_… lnk_… vch_…`, whole."""
        prefix, _, key = self.text.lower().partition("_")
        if len(key) != 32 or not set(key) <= set("0123456789abcdef"):
            return False
        if prefix == "ref":
            self.found.referrals = self.listed(REFERRALS, "r.id = %(key)s::uuid", key=key)
            self.put_people(r["friend_id"] for r in self.found.referrals)
        elif prefix == "rwd":
            self.found.rewards = self.listed(REWARDS, "w.id = %(key)s::uuid", key=key)
            self.put_people(r["beneficiary_id"] for r in self.found.rewards)
        elif table := {"per": ("store_person", "id"), "adv": ("store_advocate", "person_id")}.get(prefix):
            self.put_people(
                r[0]
                for r in self.rows(f"SELECT {table[1]} FROM {table[0]} WHERE {_WS} AND id = %(key)s::uuid", key=key)
            )
        elif prefix == "evt":
            self.put_events(
                self.rows(f"SELECT id, person_id FROM store_event WHERE {_WS} AND id = %(key)s::uuid", key=key)
            )
        else:
            return False
        self.found.exact = not self.found.nothing
        return True

    def by_order(self) -> None:
        """The order's buyer, the referrals it was decided for and their rewards, and what was spent on it."""
        self.put_events(
            self.rows(
                f"SELECT id, person_id FROM store_event WHERE {_WS} AND order_key = %(order)s ORDER BY id LIMIT {MOST}",
                order=self.text,
            )
        )
        self.found.vouchers += self.listed(VOUCHERS, "v.order_key = %(order)s", order=self.text)

    def put_events(self, events: list[Any]) -> None:
        if not events:
            return
        causes = [f"event:{event}" for event, _ in events]
        decided = self.rows(
            f"SELECT referral_id FROM store_decision WHERE {_WS} AND cause = any{{causes:text}} AND referral_id IS NOT NULL",
            causes=causes,
        )
        keys = sorted({row[0] for row in decided})
        if keys:
            self.found.referrals = self.listed(REFERRALS, "r.id = any{keys:uuid}", keys=keys)
            self.found.rewards = self.listed(REWARDS, "w.referral_id = any{keys:uuid}", keys=keys)
        self.put_people(person for _, person in events)

    def by_voucher(self) -> None:
        code = self.text.upper().replace("-", "").replace(" ", "")
        vouchers = self.listed(VOUCHERS, "v.code = any{codes:text}", codes=sorted({code, self.text}))
        if vouchers:
            self.found.vouchers += vouchers
            self.found.rewards += self.listed(
                REWARDS, "w.id = any{keys:uuid}", keys=sorted(v["reward_id"] for v in vouchers)
            )
            self.put_people(v["person_id"] for v in vouchers)

    def by_identity(self) -> None:
        values = set()
        for kind in KINDS:
            try:
                values.add(canonical(kind, self.text)[1])
            except UnableToReadIdentity:
                continue
        self.put_people(
            row[0]
            for row in self.rows(
                f"SELECT person_id FROM store_identity WHERE {_WS} AND kind = any{{kinds:text}} AND value = any{{values:text}}"
                f" ORDER BY id LIMIT {MOST}",
                kinds=list(KINDS),
                values=sorted(values),
            )
        )

    def by_enrolment(self) -> None:
        """Whoever joined with this address and has not confirmed it yet."""
        if "@" not in self.text:
            return
        self.put_people(
            row[0]
            for row in self.rows(
                f"SELECT person_id FROM store_enrolment WHERE {_WS} AND state = 'provisional' AND lapses_at > 0"
                f" AND address = any{{addresses:text}} ORDER BY id DESC LIMIT {MOST}",
                addresses=sorted({self.text, self.text.lower()}),
            )
        )

    def by_code(self) -> None:
        codes = sorted({self.text, self.text.upper(), self.text.lower()})
        self.put_people(
            row[0]
            for row in self.rows(
                f"SELECT person_id FROM store_sharelink WHERE {_WS} AND code = any{{codes:text}}", codes=codes
            )
        )

    def by_prefix(self) -> None:
        """Names and surnames, then identities, that begin with the text."""
        text, c = _ascii_lower(self.text), BYTES[self.session.postgres]
        surname = SURNAME[self.session.postgres]
        for expression in (f"LOWER(p.name){c}", f"{surname}{c}") if self.names else ():
            for begin in sorted({text, self.text.lower(), _ascii_lower(self.text.title())}):
                self.put_people(
                    row[0]
                    for row in self.rows(
                        f"SELECT p.id FROM store_person p WHERE p.{_WS} AND {expression} >= %(low)s AND {expression} < %(high)s"
                        f" ORDER BY {expression} LIMIT {MOST}",
                        low=begin,
                        high=begin + _HIGHEST,
                    )
                )
        for begin in sorted({self.text, self.text.casefold()}):
            self.put_people(
                row[0]
                for row in self.rows(
                    f"SELECT i.person_id FROM store_identity i WHERE i.{_WS} AND i.value{c} >= %(low)s AND i.value{c} < %(high)s"
                    f" AND i.kind <> '{EMAIL_MAC}' ORDER BY i.value{c} LIMIT {MOST}",
                    low=begin,
                    high=begin + _HIGHEST,
                )
            )

    # -- what is shown with it ----------------------------------------------------------------------------------------------

    def around_people(self) -> None:
        """The referrals and rewards of a few people, where the text itself did not name any."""
        people = self.found.people
        if not people or len(people) > FEW or self.found.referrals or self.found.rewards:
            return
        members = [m for person in people for m in one_person(self.session, self.ws, person)]
        self.found.referrals = self.listed(
            REFERRALS, "(r.friend_id = any{people:uuid}) AND r.status <> 'merged'", people=members
        )
        self.found.rewards = self.listed(REWARDS, "w.beneficiary_id = any{people:uuid}", people=members)

    def label(self) -> None:
        found = self.found
        wanted = {*found.people}
        wanted |= {r["friend_id"] for r in found.referrals} | {r["advocate_person_id"] for r in found.referrals}
        wanted |= {r["beneficiary_id"] for r in found.rewards} | {v["person_id"] for v in found.vouchers}
        found.labels = labels(self.session, self.ws, {p for p in wanted if p})


def _ascii_lower(text: str) -> str:
    """As SQLite's LOWER does it."""
    return "".join(c.lower() if c.isascii() else c for c in text)
