"""What was decided about an event, an order, a friend or a reward: the stored explanations, and the facts around them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from passaparola.domain.events.event import DEFAULT_SOURCE
from passaparola.domain.instant import Instant
from passaparola.domain.people.identity import EMAIL_MAC, KINDS, UnableToReadIdentity, canonical
from passaparola.domain.rewards.by_staff import is_prize
from passaparola.store.read.snapshot import Session

PREFIXES = ("evt_", "ref_", "rwd_", "per_")


class NothingKnown(LookupError):
    """No event, order, referral, reward or person goes by this id."""


@dataclass(frozen=True, slots=True)
class FactRow:
    """An event, as stored."""

    id: str
    external_id: str
    source: str
    type: str
    at: Instant
    order: str | None
    amount: int | None
    unit: str | None
    outcome: str
    person: str | None


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision with its explanation, as stored."""

    id: str
    cause: str
    event: str | None
    referral: str | None
    friend: str | None
    at: Instant
    outcome: str
    explanation: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RewardRow:
    """A reward and each step of its life, the first first."""

    id: str
    referral: str | None
    side: str
    person: str
    kind: str
    unit: str
    amount: int
    reversed: int
    state: str
    steps: list[dict[str, Any]] = field(default_factory=list)
    won: dict[str, Any] | None = None  # of a prize: the period, the place, of how many, and by what figure


@dataclass(slots=True)
class Explained:
    """All there is to say. `people` names each of our person ids that occurs, for the operator's eyes."""

    subject: str
    facts: list[FactRow] = field(default_factory=list)
    decisions: list[DecisionRow] = field(default_factory=list)
    rewards: list[RewardRow] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)


def explanations_of(session: Session, workspace: str, name: str) -> Explained:
    """By `evt_… ref_… rwd_… per_…`, by an event's own id, an order's number, or any identity of a person. Raises NothingKnown.

    An event or order has the decisions it caused; a referral, reward or person the newest decision of each referral concerned.
    """
    search = _Search(session, workspace, name)
    prefix, tail = name[:4], name[4:]
    if prefix in PREFIXES and len(tail) == 32 and all(c in "0123456789abcdef" for c in tail):
        found = search.by_our_id(prefix, tail)
    else:
        found = search.by_their_id()
    if not found:
        raise NothingKnown(
            f"Nothing goes by {name!r}. Give evt_…, ref_…, rwd_… or per_…, an event's id, an order's number,"
            " an e-mail address or a customer id"
        )
    search.label()
    return search.result


class _Search:
    def __init__(self, session: Session, workspace: str, name: str):
        self.session, self.ws, self.name = session, workspace, name
        self.result = Explained(name)

    def rows(self, statement: str, **values: Any) -> list[Any]:
        return self.session.rows(statement, ws=self.ws, **values)

    def by_our_id(self, prefix: str, key: str) -> bool:
        if prefix == "evt_":
            return self.events("e.id = %(key)s::uuid", key=key)
        if prefix == "per_":
            return bool(
                self.rows(f"SELECT id FROM store_person WHERE {_WS} AND id = %(key)s::uuid", key=key)
            ) and self.person(key)
        if prefix == "ref_":
            return self.referrals([key])
        found = self.rows(f"SELECT referral_id FROM store_reward WHERE {_WS} AND id = %(key)s::uuid", key=key)
        if found and found[0][0]:
            self.referrals([found[0][0]])
        return self.rewards("w.id = %(key)s::uuid", key=key)

    def by_their_id(self) -> bool:
        near = "(e.source = %(source)s AND e.external_id = %(key)s) OR e.order_key = %(key)s"
        if self.events(near, key=self.name, source=DEFAULT_SOURCE) or self.events(
            "e.external_id = %(key)s", key=self.name
        ):
            return True
        for kind in KINDS:
            try:
                _, value = canonical(kind, self.name)
            except UnableToReadIdentity:
                continue
            found = self.rows(
                f"SELECT person_id FROM store_identity WHERE {_WS} AND kind = %(kind)s AND value = %(value)s",
                kind=kind,
                value=value,
            )
            if found:
                return self.person(found[0][0])
        return False

    def events(self, condition: str, **values: Any) -> bool:
        found = self.rows(
            "SELECT e.id, e.external_id, e.source, e.type, e.occurred_at, e.order_key, e.amount_minor, e.unit, e.outcome, e.person_id"
            f" FROM store_event e WHERE e.workspace_id = %(ws)s::uuid AND ({condition}) ORDER BY e.id",
            **values,
        )
        self.result.facts = [FactRow(*row) for row in found]
        causes = [f"event:{row[0]}" for row in found]
        if causes:
            self.decisions("d.cause = any{causes:text}", causes=causes)
            self.rewards_of_referrals({d.referral for d in self.result.decisions if d.referral})
        return bool(found)

    def person(self, key: str) -> bool:
        """The person, whoever stands for a merged one, and all merged into it."""
        rows = self.rows(
            f"SELECT COALESCE(alias_of_id, id) FROM store_person WHERE {_WS} AND id = %(key)s::uuid", key=key
        )
        root = rows[0][0] if rows else key
        members = [
            root,
            *(
                r[0]
                for r in self.rows(
                    f"SELECT id FROM store_person WHERE {_WS} AND alias_of_id = %(root)s::uuid", root=root
                )
            ),
        ]
        self.result.people[root] = ""
        found = self.rows(
            f"SELECT id FROM store_referral WHERE {_WS} AND friend_id = any{{people:uuid}}", people=members
        )
        self.referrals([row[0] for row in found], with_rewards=False)
        self.rewards("w.beneficiary_id = any{people:uuid}", people=members)
        return True

    def referrals(self, keys: Sequence[str], with_rewards: bool = True) -> bool:
        """The newest decision of each."""
        if not keys:
            return False
        newest = (
            "d.id = (SELECT MAX(n.id::text)::uuid FROM store_decision n WHERE n.workspace_id = d.workspace_id"
            " AND n.referral_id = d.referral_id)"
        )
        self.decisions(f"d.referral_id = any{{keys:uuid}} AND {newest}", keys=list(keys))
        if with_rewards:
            self.rewards_of_referrals(keys)
        return bool(self.result.decisions)

    def decisions(self, condition: str, **values: Any) -> None:
        found = self.rows(
            "SELECT d.id, d.cause, d.event_id, d.referral_id, r.friend_id, d.at, d.outcome, d.explanation FROM store_decision d"
            " LEFT JOIN store_referral r ON r.workspace_id = d.workspace_id AND r.id = d.referral_id"
            f" WHERE d.workspace_id = %(ws)s::uuid AND {condition} ORDER BY d.id",
            **values,
        )
        self.result.decisions = [DecisionRow(*[*row[:-1], orjson.loads(row[-1])]) for row in found]

    def rewards_of_referrals(self, keys: Iterable[str]) -> None:
        if keys := sorted(set(keys)):
            self.rewards("w.referral_id = any{keys:uuid}", keys=keys)

    def rewards(self, condition: str, **values: Any) -> bool:
        found = self.rows(
            "SELECT w.id, w.referral_id, w.side, w.beneficiary_id, w.kind, w.unit, w.amount, w.reversed, w.state, w.occasion, p.slug"
            " FROM store_reward w JOIN store_program p ON p.id = w.program_id"
            f" WHERE w.workspace_id = %(ws)s::uuid AND {condition} ORDER BY w.id",
            **values,
        )
        known = {row[0]: RewardRow(*[*row[:9], [], self.won(row[10], row[9], row[3])]) for row in found}
        steps = ("step", "from", "to", "amount", "reason", "actor", "note", "at")
        if known:
            for reward, *step in self.rows(
                "SELECT reward_id, step, from_state, to_state, amount, reason, actor, note, at FROM store_rewardtransition"
                f" WHERE {_WS} AND reward_id = any{{keys:uuid}} ORDER BY id",
                keys=list(known),
            ):
                known[reward].steps.append(dict(zip(steps, step, strict=True)))
        self.result.rewards = list(known.values())
        return bool(found)

    def won(self, program: str, occasion: str, person: str) -> dict[str, Any] | None:
        """What the close of the contest said of this person's place."""
        if not is_prize(occasion):
            return None
        period, _, place = occasion.partition(":")[2].rpartition(":")
        rows = self.rows(
            f"SELECT input FROM store_act WHERE {_WS} AND verb = 'contest.close' AND subject = %(program)s ORDER BY id DESC",
            program=program,
        )
        for given in (orjson.loads(row[0]) for row in rows):
            for number, who, figure in given["places"] if given.get("period") == period else ():
                if (str(number), who) == (place, person):
                    keys = {
                        "period": period,
                        "place": number,
                        "of": given["of"],
                        "figure": figure,
                        "unit": given["unit"],
                    }
                    return {"program": program, **keys}
        return None

    def label(self) -> None:
        """Name everybody: their name, the firm's customer id, the strongest other identity, or our id."""
        result = self.result
        people = {
            *result.people,
            *(f.person for f in result.facts),
            *(d.friend for d in result.decisions),
            *(w.person for w in result.rewards),
        }
        for decision in result.decisions:
            people |= {c["advocate"] for c in decision.explanation["contenders"]}
            people |= {e["person"] for e in decision.explanation["effects"]}
            people |= {(decision.explanation["bound"] or {}).get("advocate")}
        result.people = labels(self.session, self.ws, {p for p in people if p})


def labels(session: Session, workspace: str, people: set[str]) -> dict[str, str]:
    """How an operator knows each person; whoever gave neither name nor identity, by a code. Personal data: not for advocates or friends."""
    if not people:
        return {}
    known = session.rows(
        "SELECT p.id, p.name, i.kind, i.value FROM store_person p LEFT JOIN store_identity i ON i.workspace_id = p.workspace_id"
        f" AND i.person_id = p.id AND i.kind <> '{EMAIL_MAC}' WHERE p.workspace_id = %(ws)s::uuid AND p.id = any{{people:uuid}}",
        ws=workspace,
        people=sorted(people),
    )
    best: dict[str, tuple[int, str]] = {}
    for person, name, kind, value in known:
        rank = KINDS.index(kind) if kind in KINDS else len(KINDS)
        text = " ".join(part for part in (name, f"({value})" if name and value else value) if part)
        if text:
            best[person] = min(best.get(person, (99, "")), (rank, text))
    codes = _codes(session, workspace, people - best.keys())
    return {person: best[person][1] if person in best else codes.get(person, f"per_{person}") for person in people}


def _codes(session: Session, workspace: str, people: set[str]) -> dict[str, str]:
    if not people:
        return {}
    rows = session.rows(
        "SELECT l.person_id, MIN(l.code) FROM store_program p JOIN store_sharelink l ON l.workspace_id = p.workspace_id"
        " AND l.program_id = p.id AND l.person_id = any{people:uuid} WHERE p.workspace_id = %(ws)s::uuid GROUP BY l.person_id",
        ws=workspace,
        people=sorted(people),
    )
    return dict(rows)


_WS = "workspace_id = %(ws)s::uuid"
