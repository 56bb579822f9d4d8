"""Checks of what is kept beside the transfers: rewards, reservations, vouchers and counters say what the transfers add up to."""

from collections.abc import Iterable

from passaparola.domain.ledger.accounts import OWED_TO_PEOPLE, AccountKind
from passaparola.store.read.discrepancies import MOST, Discrepancy, discrepancies, hex_of
from passaparola.store.read.ledger import POSTED_KINDS, WAITING
from passaparola.store.session import Session

_OWED = ", ".join(f"'{kind}'" for kind in sorted(OWED_TO_PEOPLE))
_GIVEN = "('issued', 'redeemed', 'expired', 'reversed')"  # states of a reward whose value is in the books
_EARNED = "CASE WHEN r.state IN ('pending', 'issued', 'redeemed', 'expired') THEN r.amount - r.reversed ELSE 0 END"
_NET = (
    "CASE WHEN r.queued_on IS NULL AND r.state IN ('pending', 'issued', 'redeemed', 'expired')"
    " THEN r.amount - r.reversed ELSE 0 END"
)


_EXPENSE, _REDEEMED, _BREAKAGE = (
    f"'{kind}'" for kind in (AccountKind.EXPENSE, AccountKind.REDEEMED, AccountKind.BREAKAGE)
)


def _posted(purpose: str) -> str:
    return f"SUM(CASE WHEN t.purpose = '{purpose}' AND t.kind IN ({POSTED_KINDS}) THEN t.amount ELSE 0 END)"


def _flow(debit: str, credit: str) -> str:
    """What was posted from one kind of account to another, less what was posted back."""
    forth = f"WHEN d.kind IN ({debit}) AND c.kind IN ({credit}) THEN t.amount"
    back = f"WHEN d.kind IN ({credit}) AND c.kind IN ({debit}) THEN -t.amount"
    return f"SUM(CASE WHEN t.kind NOT IN ({POSTED_KINDS}) THEN 0 {forth} {back} ELSE 0 END)"


def rewards_beside_transfers(session: Session, workspace: str) -> list[Discrepancy]:
    """What each reward says was given, lies in a checkout, was used and expired, against the sum of its transfers."""
    moved = (
        f"SELECT t.reward_id, {_flow(_EXPENSE, _OWED)} AS given, {_flow(_OWED, _REDEEMED)} AS used, {_flow(_OWED, _BREAKAGE)} AS lapsed,"
        f" SUM(CASE WHEN d.kind IN ({_OWED}) AND c.kind = {_REDEEMED} THEN {WAITING} ELSE 0 END) AS held FROM store_transfer t"
        " JOIN store_account d ON d.id = t.debit_id JOIN store_account c ON c.id = t.credit_id"
        " WHERE t.workspace_id = %(ws)s::uuid GROUP BY t.reward_id"
    )
    rows = session.rows(
        "SELECT r.id, r.given, r.reserved, r.redeemed, r.expired, COALESCE(m.given, 0), COALESCE(m.held, 0), COALESCE(m.used, 0),"
        " COALESCE(m.lapsed, 0) FROM (SELECT id, reserved, redeemed, expired,"
        f" CASE WHEN state IN {_GIVEN} THEN amount - reversed ELSE 0 END AS given FROM store_reward WHERE workspace_id = %(ws)s::uuid) r"
        f" LEFT JOIN ({moved}) m ON m.reward_id = r.id WHERE r.given <> COALESCE(m.given, 0) OR r.reserved <> COALESCE(m.held, 0)"
        " OR r.redeemed <> COALESCE(m.used, 0) OR r.expired <> COALESCE(m.lapsed, 0) LIMIT %(most)s",
        ws=workspace,
        most=MOST,
    )
    return [Discrepancy((row[0],), _parts(row[1:5]), _parts(row[5:])) for row in rows]


def _parts(sums: Iterable[object]) -> str:
    return ", ".join(
        f"{word} {part}" for word, part in zip(("given", "reserved", "used", "expired"), sums, strict=True)
    )


def owed_below_zero(session: Session, workspace: str) -> list[Discrepancy]:
    """Accounts of people with less than nothing, or with more set aside than there is."""

    def total(expression: str, side: str) -> str:
        return f"COALESCE((SELECT SUM({expression}) FROM store_transfer t WHERE t.{side}_id = a.id), 0)"

    posted = f"CASE WHEN t.kind IN ({POSTED_KINDS}) THEN t.amount ELSE 0 END"
    return discrepancies(
        session,
        "SELECT s.id, s.balance || ', of which reserved ' || s.held, 'not below 0' FROM (SELECT a.id,"
        f" {total(posted, 'credit')} - {total(posted, 'debit')} AS balance, {total(WAITING, 'debit')} AS held"
        f" FROM store_account a WHERE a.workspace_id = %(ws)s::uuid AND a.kind IN ({_OWED})) s WHERE s.balance < 0 OR s.balance < s.held",
        ws=workspace,
    )


def issued_is_accounted_for(session: Session, workspace: str) -> list[Discrepancy]:
    """Per program and unit: issued = outstanding + redeemed + expired + clawed back. Outstanding is what the rewards say."""

    def one_way(debit: str, credit: str) -> str:
        return f"SUM(CASE WHEN d.kind IN ({debit}) AND c.kind IN ({credit}) THEN t.amount ELSE 0 END)"

    flows = (
        f"SELECT d.program_id AS program, t.unit, {one_way(_EXPENSE, _OWED)} AS issued, {one_way(_OWED, _EXPENSE)} AS back,"
        f" {_flow(_OWED, _REDEEMED)} AS used, {_flow(_OWED, _BREAKAGE)} AS lapsed FROM store_transfer t"
        " JOIN store_account d ON d.id = t.debit_id JOIN store_account c ON c.id = t.credit_id"
        f" WHERE t.workspace_id = %(ws)s::uuid AND t.kind IN ({POSTED_KINDS}) GROUP BY d.program_id, t.unit"
    )
    standing = (
        "SELECT r.program_id AS program, r.unit, SUM(r.amount - r.reversed - r.redeemed - r.expired) AS left_over FROM store_reward r"
        f" WHERE r.workspace_id = %(ws)s::uuid AND r.state IN {_GIVEN} GROUP BY r.program_id, r.unit"
    )
    rest = (
        "COALESCE(s.left_over, 0) || ' outstanding + ' || f.used || ' redeemed + '"
        " || f.lapsed || ' expired + ' || f.back || ' clawed back'"
    )
    return discrepancies(
        session,
        f"SELECT f.program, f.unit, f.issued || ' issued', {rest} FROM ({flows}) f LEFT JOIN ({standing}) s"
        " ON s.program = f.program AND s.unit = f.unit WHERE f.issued <> COALESCE(s.left_over, 0) + f.used + f.lapsed + f.back",
        ws=workspace,
    )


def rewards_twice(session: Session, workspace: str) -> list[Discrepancy]:
    """More than one reward of one program, rule, side, beneficiary and occasion."""
    return discrepancies(
        session,
        "SELECT r.program_id, r.beneficiary_id, COUNT(*) || ' of ' || r.rule || ' ' || r.side || ' ' || r.occasion, 'one'"
        " FROM store_reward r WHERE r.workspace_id = %(ws)s::uuid"
        " GROUP BY r.program_id, r.rule, r.side, r.beneficiary_id, r.occasion HAVING COUNT(*) > 1",
        ws=workspace,
    )


def clawed_back_too_much(session: Session, workspace: str) -> list[Discrepancy]:
    """Rewards of which more was taken back than was ever given."""
    return discrepancies(
        session,
        f"SELECT t.reward_id, {_posted('reverse')} || ' clawed back', 'at most ' || {_posted('issue')} FROM store_transfer t"
        f" WHERE t.workspace_id = %(ws)s::uuid GROUP BY t.reward_id HAVING {_posted('reverse')} > {_posted('issue')}",
        ws=workspace,
    )


def above_ceiling(session: Session, workspace: str) -> list[Discrepancy]:
    """Counters above the ceiling they were last moved under, or below zero."""
    return discrepancies(
        session,
        "SELECT c.key, c.used, CASE WHEN c.used < 0 THEN '0 or more' ELSE 'at most ' || c.ceiling END FROM store_counter c"
        " WHERE c.workspace_id = %(ws)s::uuid AND (c.used < 0 OR c.used > c.ceiling)",
        ws=workspace,
    )


def budget_beside_rewards(session: Session, workspace: str, program: str, unit: str) -> list[Discrepancy]:
    """What the budget's counter has used, against the net of the program's rewards in its unit."""
    return discrepancies(
        session,
        "SELECT k.key, COALESCE(c.used, 0), k.net FROM (SELECT %(key)s::text AS key,"
        f" COALESCE((SELECT SUM({_NET}) FROM store_reward r WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid"
        " AND r.unit = %(unit)s), 0) AS net) k"
        " LEFT JOIN store_counter c ON c.workspace_id = %(ws)s::uuid AND c.key = k.key WHERE COALESCE(c.used, 0) <> k.net",
        ws=workspace,
        program=program,
        unit=unit,
        key=f"budget:{program}:{unit}",
    )


def over_budget(session: Session, workspace: str, program: str, unit: str) -> list[Discrepancy]:
    """The net of the program's rewards, against the ceiling that its counter was last moved under."""
    return discrepancies(
        session,
        "SELECT c.key, k.net || ' given', 'at most ' || c.ceiling FROM store_counter c, (SELECT"
        f" COALESCE(SUM({_NET}), 0) AS net FROM store_reward r WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid"
        " AND r.unit = %(unit)s) k WHERE c.workspace_id = %(ws)s::uuid AND c.key = %(key)s AND k.net > c.ceiling",
        ws=workspace,
        program=program,
        unit=unit,
        key=f"budget:{program}:{unit}",
    )


def stock_beside_rewards(session: Session, workspace: str, program: str, rule: str) -> list[Discrepancy]:
    """What the counter of a rule's stock has used, against the net of the rule's rewards. One without rewards has no counter."""
    return discrepancies(
        session,
        "SELECT k.key, COALESCE(c.used, 0), k.net FROM (SELECT %(key)s::text AS key,"
        f" COALESCE((SELECT SUM({_EARNED}) FROM store_reward r WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid"
        " AND r.rule = %(rule)s), 0) AS net) k"
        " LEFT JOIN store_counter c ON c.workspace_id = %(ws)s::uuid AND c.key = k.key WHERE COALESCE(c.used, 0) <> k.net",
        ws=workspace,
        program=program,
        rule=rule,
        key=f"stock:{program}:{rule}",
    )


def caps_beside_rewards(session: Session, workspace: str, program: str, side: str, measure: str) -> list[Discrepancy]:
    """What one cap's counters have used, against the rewards of each person: their net in the cap's unit, or (`#`) their number."""
    value = f"CASE WHEN ({_NET}) > 0 THEN 1 ELSE 0 END" if measure == "#" else _NET
    of_unit = "" if measure == "#" else " AND r.unit = %(measure)s"
    head = f"cap:{program}:{side}:"
    return _beside(
        session,
        head,
        measure,
        f"SELECT r.beneficiary_id AS person, SUM({value}) AS net FROM store_reward r WHERE r.workspace_id = %(ws)s::uuid"
        f" AND r.program_id = %(program)s::uuid AND r.side = %(side)s{of_unit} GROUP BY r.beneficiary_id",
        ws=workspace,
        program=program,
        side=side,
    )


def counts_beside_referrals(session: Session, workspace: str, program: str) -> list[Discrepancy]:
    """How many friends an advocate's milestones count, against the referrals that say they count for this advocate."""
    counted = "r.state::jsonb ->> 'n'" if session.postgres else "json_extract(r.state, '$.n')"
    person = f"({counted})::uuid"
    return _beside(
        session,
        f"count:{program}:",
        "",
        f"SELECT {person} AS person, COUNT(*) AS net FROM store_referral r WHERE r.workspace_id = %(ws)s::uuid"
        f" AND r.program_id = %(program)s::uuid AND {counted} IS NOT NULL GROUP BY {person}",
        ws=workspace,
        program=program,
    )


def tallies_beside_referrals(session: Session, workspace: str, program: str, measure: str) -> list[Discrepancy]:
    """One measure of the tiers of each advocate, against what the referrals say they add to it."""
    told, person, weight = (
        "json_each(r.state, '$.k[2]') t",
        "json_extract(t.value, '$[1]')",
        "json_extract(t.value, '$[2]')",
    )
    named = "json_extract(t.value, '$[0]')"
    if session.postgres:
        told = "jsonb_array_elements(r.state::jsonb -> 'k' -> 2) t(value)"
        named, person, weight = "t.value ->> 0", "t.value ->> 1", "(t.value ->> 2)::bigint"
    return _beside(
        session,
        f"tier:{program}:",
        measure,
        f"SELECT ({person})::uuid AS person, SUM({weight}) AS net FROM store_referral r, {told}"
        f" WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid AND {named} = %(tally)s"
        f" GROUP BY ({person})::uuid",
        ws=workspace,
        program=program,
        tally=measure,
    )


def _beside(session: Session, head: str, measure: str, nets: str, **values: str) -> list[Discrepancy]:
    """Counters of persons against sums over persons. A person who was merged counts with whom it was merged into."""
    tail = f":{measure}" if measure else ""
    start = len(head) + 1
    person = f"substr(c.key, {start}, 32)::uuid"
    kept = (
        f"SELECT {person} AS person, c.used AS used, 0 AS net FROM store_counter c WHERE c.workspace_id = %(ws)s::uuid"
        f" AND substr(c.key, 1, {len(head)}) = %(head)s AND substr(c.key, {start + 32}) = %(tail)s"
    )
    both = f"{kept} UNION ALL SELECT n.person, 0, n.net FROM ({nets}) n"
    root = "COALESCE(p.alias_of_id, b.person)"
    return discrepancies(
        session,
        f"SELECT %(head)s || {hex_of(root)} || %(tail)s, SUM(b.used), SUM(b.net) FROM ({both}) b"
        f" LEFT JOIN store_person p ON p.id = b.person GROUP BY {root} HAVING SUM(b.used) <> SUM(b.net)",
        head=head,
        tail=tail,
        measure=measure,
        **values,
    )
