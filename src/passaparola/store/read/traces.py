"""The way of one friend through us, from the click to the ledger and to whoever was told: read from the rows that each step has left.

Nothing of a person is in it but our ids.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from passaparola.domain.events.event import LINK_SOURCE
from passaparola.domain.instant import Instant
from passaparola.domain.notices import notice_id
from passaparola.domain.shown import shown
from passaparola.store.read.explanations import PREFIXES, NothingKnown, explanations_of
from passaparola.store.read.snapshot import Session

MESSAGE = "msg_"


@dataclass(frozen=True, slots=True)
class Step:
    """One row on the way. `key` is our id of it, `after` that of the step which it follows from; `end` where it took a while."""

    key: str
    name: str
    shown: str
    at: Instant
    after: str | None = None
    end: Instant | None = None
    facts: dict[str, str | int] = field(default_factory=dict)


def trace_of(session: Session, workspace: str, name: str) -> list[Step]:
    """All steps, the earliest first, by the id of any: a visit's, a webhook's `msg_…`, or what `explain` takes. Raises NothingKnown."""
    tracer = _Tracer(session, workspace)
    tracer.begin(name)
    steps = [*tracer.visits(), *tracer.events(), *tracer.decisions(), *tracer.rewards(), *tracer.told()]
    if not steps:
        raise NothingKnown(
            f"Nothing goes by {name!r}. Give a visit's token, msg_…, evt_…, ref_…, rwd_… or an order's number"
        )
    place = {step.key: n for n, step in enumerate(steps)}
    return sorted(steps, key=lambda step: (step.at, place[step.key]))


class _Tracer:
    def __init__(self, session: Session, workspace: str):
        self.session, self.ws = session, workspace
        self.event_ids: set[str] = set()
        self.visit_ids: set[str] = set()
        self.referrals: set[str] = set()
        self.of_cause: dict[str, str] = {}  # cause → the step that stands for it
        self.decided: dict[tuple[str, str], str] = {}  # (cause, referral) → the decision

    def rows(self, statement: str, **values: Any) -> list[Any]:
        return self.session.rows(statement, ws=self.ws, **values)

    def begin(self, name: str) -> None:
        """From an id to the events, visits and referrals that belong together."""
        if name.startswith(MESSAGE):
            name = self._subject(name)
        if not (_is_ours(name) and self._begin_with_visit(name)):
            found = explanations_of(self.session, self.ws, name)
            self.event_ids |= {fact.id for fact in found.facts}
            self.referrals |= {key for d in found.decisions if (key := d.referral)}
            self.referrals |= {key for reward in found.rewards if (key := reward.referral)}
        self._complete()

    def _begin_with_visit(self, key: str) -> bool:
        self.visit_ids.add(key)
        self._events_of_visits()
        return bool(
            self.event_ids or self.rows(f"SELECT 1 FROM store_visit WHERE {_WS} AND id = %(key)s::uuid", key=key)
        )

    def _events_of_visits(self) -> None:
        """The events that visits are, without their friend and with them, and those that name them."""
        keys = sorted(self.visit_ids)
        self._follow(
            self.rows(
                f"SELECT id FROM store_event WHERE {_WS} AND ((type = 'visit' AND external_id = any{{names:text}})"
                " OR visit_ref = any{keys:text})",
                names=[*keys, *(f"{key}-friend" for key in keys)],
                keys=keys,
            )
        )

    def _subject(self, message: str) -> str:
        """What a webhook was about. A voucher is its reward's, what was paid with credit and a recommendation are their person's."""
        found = self.rows(f"SELECT body FROM store_webhookdelivery WHERE {_WS} AND message = %(m)s LIMIT 1", m=message)
        if not found:
            raise NothingKnown(f"No webhook {message!r} is kept: they are for 30 days")
        data = orjson.loads(found[0][0])["data"]
        own = data["id"] if data["id"].startswith(PREFIXES) else None
        subject = data.get("reward") or own or data.get("person")
        if subject is None:
            raise NothingKnown(f"The webhook {message!r} is about {data['id']}, which no event led to")
        return str(subject)

    def _follow(self, found: Sequence[Any]) -> None:
        self.event_ids |= {row[0] for row in found}

    def _complete(self) -> None:
        """The referrals that the events concern, all events that concerned these, and the visits that they name."""
        causes = [f"event:{key}" for key in self.event_ids]
        self.referrals |= {
            row[0]
            for row in self.rows(
                f"SELECT DISTINCT referral_id FROM store_decision WHERE {_WS} AND cause = any{{causes:text}} AND referral_id IS NOT NULL",
                causes=sorted(causes),
            )
        }
        self._follow(
            self.rows(
                f"SELECT DISTINCT event_id FROM store_decision WHERE {_WS} AND referral_id = any{{keys:uuid}} AND event_id IS NOT NULL",
                keys=sorted(self.referrals),
            )
        )

        self.visit_ids |= {
            text
            for ref, source, external in self.rows(
                f"SELECT visit_ref, source, external_id FROM store_event WHERE {_WS} AND id = any{{keys:uuid}}",
                keys=sorted(self.event_ids),
            )
            for text in (ref, external if source == LINK_SOURCE else None)
            if text is not None and _is_ours(text)
        }
        self._events_of_visits()

    def visits(self) -> list[Step]:
        return [
            Step(key, "visit", key, at, None, confirmed, {"kind": kind, "link": shown("lnk", link), "channel": channel})
            for key, at, confirmed, kind, link, channel in self.rows(
                f"SELECT id, at, confirmed_at, kind, link_id, channel FROM store_visit WHERE {_WS} AND id = any{{keys:uuid}} ORDER BY id",
                keys=sorted(self.visit_ids),
            )
        ]

    def events(self) -> list[Step]:
        """Each follows from the visit that it names; without one, from the first that we heard of the friend."""
        found: list[Step] = []
        for key, kind, source, external, at, decided, ref, outcome, batch in self.rows(
            "SELECT id, type, source, external_id, occurred_at, decided_at, visit_ref, outcome, batch FROM store_event"
            f" WHERE {_WS} AND id = any{{keys:uuid}} ORDER BY occurred_at, id",
            keys=sorted(self.event_ids),
        ):
            named = ref or (external if source == LINK_SOURCE else "")
            visit = named if _is_ours(named) else None
            self.of_cause[f"event:{key}"] = key
            facts = {"outcome": outcome, "commit": batch}
            after = visit or (found[0].key if found else None)
            found.append(Step(key, f"event {kind}", shown("evt", key), at, after, max(at, decided), facts))
        return found

    def decisions(self) -> list[Step]:
        found = []
        for key, cause, event, referral, version, at, outcome, batch in self.rows(
            "SELECT id, cause, event_id, referral_id, version, at, outcome, batch FROM store_decision"
            f" WHERE {_WS} AND referral_id = any{{keys:uuid}} ORDER BY id",
            keys=sorted(self.referrals),
        ):
            self.of_cause[cause] = self.decided[cause, referral] = key
            facts = {"referral": shown("ref", referral), "outcome": outcome, "version": version, "commit": batch}
            found.append(Step(key, "decision", shown("dec", key), at, event, None, facts))
        return found

    def rewards(self) -> list[Step]:
        """The steps of each reward, and the transfers in the ledger that they made."""
        referral_of = dict(
            self.rows(
                f"SELECT id, referral_id FROM store_reward WHERE {_WS} AND referral_id = any{{keys:uuid}}",
                keys=sorted(self.referrals),
            )
        )
        keys = sorted(referral_of)
        stepped: dict[tuple[str, str], str] = {}
        found = []
        for key, reward, cause, step, state, at, batch in self.rows(
            "SELECT id, reward_id, cause, step, to_state, at, batch FROM store_rewardtransition"
            f" WHERE {_WS} AND reward_id = any{{keys:uuid}} ORDER BY id",
            keys=keys,
        ):
            after = self.decided.get((cause, referral_of[reward])) or self.of_cause.get(cause)
            stepped[reward, cause] = key
            self.of_cause.setdefault(cause, key)
            facts = {"reward": shown("rwd", reward), "state": state, "commit": batch}
            found.append(Step(key, f"reward {step}", shown("rwd", reward), at, after, None, facts))
        for key, reward, cause, purpose, kind, amount, unit, at, batch in self.rows(
            "SELECT id, reward_id, cause, purpose, kind, amount, unit, at, batch FROM store_transfer"
            f" WHERE {_WS} AND reward_id = any{{keys:uuid}} ORDER BY id",
            keys=keys,
        ):
            after = stepped.get((reward, cause)) or self.of_cause.get(cause)
            facts = {"reward": shown("rwd", reward), "kind": kind, "amount": amount, "unit": unit, "commit": batch}
            found.append(Step(key, f"transfer {purpose}", shown("trf", key), at, after, None, facts))
        return found

    def told(self) -> list[Step]:
        """The webhooks of all that, as long as the outbox keeps what was told: 30 days."""
        messages: dict[str, str] = {}
        for outbox, cause, notices in self.rows(
            f"SELECT id, cause, notices FROM store_outbox WHERE {_WS} AND cause = any{{causes:text}}",
            causes=sorted(self.of_cause),
        ):
            count = len(orjson.loads(notices))
            messages |= {f"{MESSAGE}{notice_id(outbox, n)}": self.of_cause[cause] for n in range(count)}
        return [
            Step(key, f"webhook {topic}", message, at, messages[message], end, {"state": state, "attempts": attempts})
            for key, message, topic, state, attempts, at, end in self.rows(
                "SELECT id, message, topic, state, attempts, created_at, ended_at FROM store_webhookdelivery"
                f" WHERE {_WS} AND message = any{{messages:text}} ORDER BY id",
                messages=sorted(messages),
            )
        ]


def _is_ours(text: str) -> bool:
    return len(text) == 32 and not set(text) - set("0123456789abcdef")


_WS = "workspace_id = %(ws)s::uuid"


def trace_id(steps: Iterable[Step]) -> str:
    """The id of the whole: that of the first step, which is the visit's where there was one. 32 hex digits, as W3C's trace ids are."""
    return next(iter(steps)).key
