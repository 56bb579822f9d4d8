"""The lists of staff, filtered: referrals, rewards, and the shares and visits behind the numbers of the dashboard.

What a number of the dashboard counts, a filter finds: the same conditions, so that their counts agree.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from passaparola.domain.events.event import LINK_SOURCE
from passaparola.domain.rewards.kinds import KINDS, Family
from passaparola.store.read.pages import REFERRALS, REWARDS, Listing
from passaparola.store.read.tallies import FOR_A_PERSON
from passaparola.store.session import Row, Session

_BOUND = "r.status IN ('bound', 'converted')"
_GIVEN = "w.state IN ('issued', 'redeemed', 'expired')"
_GONE = "w.state IN ('denied', 'cancelled', 'reversed', 'failed')"
_OPEN = "w.amount - w.reversed - w.redeemed - w.expired"
_FOR_FRIEND = "w.workspace_id = r.workspace_id AND w.referral_id = r.id"


def _kinds(*families: Family) -> str:
    named = ", ".join(f"'{kind}'" for kind, known in KINDS.items() if known.family in families)
    return f"w.kind IN ({named})"


_REASONS = ", ".join(f"'{reason}'" for reason in sorted(FOR_A_PERSON))
_OWED = _kinds(Family.BALANCE, Family.VOUCHER, Family.PAYABLE)
# How far a friend came: the condition, and the day that it belongs to.
STEPS: dict[str, tuple[str, str]] = {
    "bound": (_BOUND, "COALESCE(r.bound_at, r.created_at)"),
    "signups": (f"{_BOUND} AND r.signed_up_at IS NOT NULL", "r.signed_up_at"),
    "converted": ("r.status = 'converted'", "COALESCE(r.converted_at, r.bound_at, r.created_at)"),
    "rewarded": (
        f"r.status = 'converted' AND EXISTS (SELECT 1 FROM store_reward w WHERE {_FOR_FRIEND} AND {_GIVEN})",
        f"(SELECT MIN(COALESCE(w.issued_at, w.created_at)) FROM store_reward w WHERE {_FOR_FRIEND} AND {_GIVEN})",
    ),
}
MONEY: dict[str, tuple[str, str]] = {  # the condition, and what is summed up
    "issued": (_GIVEN, "w.amount - w.reversed"),
    "waiting": ("w.state = 'pending'", "w.amount - w.reversed"),
    "person": (f"w.state = 'pending' AND w.reason IN ({_REASONS})", "w.amount - w.reversed"),
    "held": (f"w.state = 'pending' AND {_OWED}", "w.amount - w.reversed"),
    "due": (f"{_GIVEN} AND {_OPEN} > 0 AND {_kinds(Family.BALANCE, Family.VOUCHER)}", _OPEN),
    "payable": (f"{_GIVEN} AND {_OPEN} > 0 AND {_kinds(Family.PAYABLE)}", _OPEN),
    "earned": (f"NOT {_GONE} AND w.amount > w.reversed", "w.amount - w.reversed"),
    "used": ("w.redeemed > 0", "w.redeemed"),
    "expired": ("w.expired > 0", "w.expired"),
}
WORTH = f"CASE WHEN {_GONE} THEN 0 ELSE w.amount - w.reversed END"
_CHANNEL = (
    "EXISTS (SELECT 1 FROM store_event e WHERE e.workspace_id = r.workspace_id AND e.person_id = r.friend_id AND e.channel = %(channel)s)"
    " OR EXISTS (SELECT 1 FROM store_event e WHERE e.workspace_id = r.workspace_id AND e.other_person_id = r.friend_id AND e.type = 'share'"
    " AND e.channel = %(channel)s)"
)
FILTERED_REFERRALS = replace(
    REFERRALS,
    filters={
        **REFERRALS.filters,
        "reason": "r.reason = %(reason)s",
        "who": "(r.friend_id = any{who:uuid} OR r.advocate_person_id = any{who:uuid} OR r.id = any{which:uuid})",
        "which": "TRUE",
        "channel": f"({_CHANNEL})",
        "since": "r.created_at >= %(since)s",
        "until": "r.created_at < %(until)s",
        **{f"step_{name}": f"({condition})" for name, (condition, _) in STEPS.items()},
        **{f"since_{name}": f"{at} >= %(since_{name})s" for name, (_, at) in STEPS.items()},
        **{f"until_{name}": f"{at} < %(until_{name})s" for name, (_, at) in STEPS.items()},
    },
)
_AT = "COALESCE(w.issued_at, w.created_at)"
_EARNED_AT = "COALESCE(w.earned_at, w.created_at)"
FILTERED_REWARDS = replace(
    REWARDS,
    filters={
        **REWARDS.filters,
        "reason": "w.reason = %(reason)s",
        "unit": "w.unit = %(unit)s",
        "states": "w.state = any{states:text}",
        "who": "(w.beneficiary_id = any{who:uuid} OR w.id = any{which:uuid} OR w.referral_id = any{of_referrals:uuid})",
        "which": "TRUE",
        "of_referrals": "TRUE",
        "since": f"{_AT} >= %(since)s",
        "until": f"{_AT} < %(until)s",
        "since_earned": f"{_EARNED_AT} >= %(since_earned)s",
        "until_earned": f"{_EARNED_AT} < %(until_earned)s",
        "channel": (
            "EXISTS (SELECT 1 FROM store_referral r WHERE r.workspace_id = w.workspace_id AND r.id = w.referral_id"
            f" AND ({_CHANNEL}))"
        ),
        **{f"money_{name}": f"({condition})" for name, (condition, _) in MONEY.items()},
    },
)
ARRIVALS = Listing(
    "(SELECT e.id, e.workspace_id, e.type AS kind, e.occurred_at AS at, e.channel, e.source, l.program_id, l.person_id AS advocate,"
    " e.person_id AS person, e.other_person_id AS other FROM store_event e LEFT JOIN store_sharelink l ON l.id = e.link_id"
    f" WHERE e.outcome = 'recorded' AND (e.type = 'share' OR (e.type = 'visit' AND e.source <> '{LINK_SOURCE}'))"
    " UNION ALL SELECT v.id, v.workspace_id, 'visit', v.at, v.channel, 'link', l.program_id, l.person_id, NULL, NULL FROM store_visit v"
    " JOIN store_sharelink l ON l.id = v.link_id WHERE v.kind = 'person')",
    "a",
    {
        name: f"a.{name}"
        for name in ("id", "kind", "at", "channel", "source", "program_id", "advocate", "person", "other")
    },
    filters={
        "program": "(a.program_id IS NULL OR a.program_id = %(program)s::uuid)",
        "kind": "a.kind = %(kind)s",
        "channel": "a.channel = %(channel)s",
        "since": "a.at >= %(since)s",
        "until": "a.at < %(until)s",
    },
)


def count_of(session: Session, listing: Listing, workspace: str, given: Mapping[str, Any]) -> int:
    """How many rows fit every filter given."""
    where = "".join(f" AND {listing.filters[name]}" for name in given)
    a = listing.alias
    statement = f"SELECT COUNT(*) FROM {listing.table} {a}{listing.joins} WHERE {a}.workspace_id = %(ws)s::uuid{where}"
    return int(session.rows(statement, ws=workspace, **given)[0][0])


def worth_of(session: Session, workspace: str, given: Mapping[str, Any], money: str = "") -> list[Row]:
    """(unit, how many, minor units) of the rewards that fit; with `money` what is summed up for it, else their value."""
    where = "".join(f" AND {FILTERED_REWARDS.filters[name]}" for name in given)
    worth = MONEY[money][1] if money else WORTH
    return [
        (unit, int(count), int(minor))
        for unit, count, minor in session.rows(
            f"SELECT w.unit, COUNT(*), SUM({worth}) FROM store_reward w WHERE w.workspace_id = %(ws)s::uuid{where}"
            " GROUP BY w.unit ORDER BY w.unit",
            ws=workspace,
            **given,
        )
    ]


def reasons_of(session: Session, workspace: str, listing: Listing) -> list[str]:
    """Every reason that a row of the list has now."""
    a = listing.alias
    rows = session.rows(
        f"SELECT DISTINCT {a}.reason FROM {listing.table} {a} WHERE {a}.workspace_id = %(ws)s::uuid AND {a}.reason IS NOT NULL",
        ws=workspace,
    )
    return sorted(row[0] for row in rows)


def with_aliases(session: Session, workspace: str, people: list[str]) -> list[str]:
    """These, and everybody who was merged into one of them."""
    if not people:
        return []
    rows = session.rows(
        "SELECT id FROM store_person WHERE workspace_id = %(ws)s::uuid AND alias_of_id = any{people:uuid}",
        ws=workspace,
        people=people,
    )
    return [*people, *(row[0] for row in rows)]
