"""Checks of the transfers, one by one: their accounts, amounts, causes and endings. Each is one statement, whatever the number of rows."""

from collections.abc import Iterator

from passaparola.domain.ledger.shapes import SHAPES
from passaparola.store.ids import account_id
from passaparola.store.read.discrepancies import Discrepancy, discrepancies, hex_of, id_in, texts
from passaparola.store.session import Session

_MINE = "t.workspace_id = %(ws)s::uuid"


def strange_accounts(session: Session, workspace: str) -> list[Discrepancy]:
    """Transfers with an account that does not exist, or is of another workspace or unit."""
    return discrepancies(
        session,
        "SELECT t.id, COALESCE(d.unit, 'no debit account') || ' to ' || COALESCE(c.unit, 'no credit account'), t.unit FROM store_transfer t"
        " LEFT JOIN store_account d ON d.id = t.debit_id AND d.workspace_id = t.workspace_id"
        " LEFT JOIN store_account c ON c.id = t.credit_id AND c.workspace_id = t.workspace_id"
        f" WHERE {_MINE} AND (d.id IS NULL OR c.id IS NULL OR d.unit <> t.unit OR c.unit <> t.unit)",
        ws=workspace,
    )


def altered_accounts(session: Session, workspace: str, page: int = 5000) -> Iterator[Discrepancy]:
    """Accounts whose id does not follow from what they are: somebody changed the row."""
    last = "0" * 32
    while rows := session.rows(
        "SELECT id, kind, program_id, person_id, unit FROM store_account WHERE workspace_id = %(ws)s::uuid AND id > %(last)s::uuid"
        " ORDER BY id LIMIT %(page)s",
        ws=workspace,
        last=last,
        page=page,
    ):
        for key, kind, program, person, unit in rows:
            expected = account_id(workspace, kind, program, person or "", unit)
            if key != expected:
                yield Discrepancy((key,), f"{kind} {unit}", f"an account of the id {expected}")
        last = rows[-1][0]


def wrong_shapes(session: Session, workspace: str) -> list[Discrepancy]:
    """Transfers between accounts that their purpose does not move value between."""
    right = " OR ".join(
        f"(t.purpose = '{s.purpose}' AND t.kind IN ({texts(s.kinds)})"
        f" AND d.kind IN ({texts(s.debit)}) AND c.kind IN ({texts(s.credit)}))"
        for s in SHAPES
    )
    return discrepancies(
        session,
        "SELECT t.id, t.purpose || ' ' || t.kind || ' ' || d.kind || ' to ' || c.kind, 'a way its purpose moves value'"
        " FROM store_transfer t"
        " JOIN store_account d ON d.id = t.debit_id JOIN store_account c ON c.id = t.credit_id"
        f" WHERE {_MINE} AND NOT ({right})",
        ws=workspace,
    )


def not_amounts(session: Session, workspace: str) -> list[Discrepancy]:
    """Amounts that are no whole numbers above zero. (PostgreSQL's column holds nothing but whole numbers.)"""
    broken = "" if session.postgres else " OR typeof(t.amount) <> 'integer'"
    return discrepancies(
        session,
        f"SELECT t.id, t.amount, 'a whole number above 0' FROM store_transfer t WHERE {_MINE} AND (t.amount <= 0{broken})",
        ws=workspace,
    )


def units(session: Session, workspace: str) -> list[str]:
    """Every currency or unit that an account, a transfer or a reward is in."""
    tables = ("store_account", "store_transfer", "store_reward")
    rows = session.rows(
        " UNION ".join(f"SELECT DISTINCT unit FROM {table} WHERE workspace_id = %(ws)s::uuid" for table in tables),
        ws=workspace,
    )
    return sorted(str(row[0]) for row in rows)


def unknown_causes(session: Session, workspace: str) -> list[Discrepancy]:
    """Transfers whose event, act or due reward does not exist."""
    kinds = (("event:", "store_event"), ("act:", "store_act"), ("due:", "store_reward"))
    joins = " ".join(
        f"LEFT JOIN {table} c{n} ON substr(t.cause, 1, {len(word)}) = '{word}' AND c{n}.workspace_id = t.workspace_id"
        f" AND c{n}.id = {id_in(session, 't.cause', len(word) + 1)}"
        for n, (word, table) in enumerate(kinds)
    )
    missing = " AND ".join(f"c{n}.id IS NULL" for n in range(len(kinds)))
    return discrepancies(
        session,
        f"SELECT t.id, t.cause, 'an event, act or due reward that exists' FROM store_transfer t {joins}"
        f" WHERE {_MINE} AND ({missing} OR (c2.id IS NOT NULL AND c2.id <> t.reward_id))",
        ws=workspace,
    )


def booked_twice(session: Session, workspace: str) -> list[Discrepancy]:
    """One cause that moved the same reward for the same purpose more than once."""
    return discrepancies(
        session,
        "SELECT t.reward_id, t.cause || ' ' || t.purpose || ' ' || t.kind || ' ' || COUNT(*) || ' times', 'once' FROM store_transfer t"
        f" WHERE {_MINE} GROUP BY t.reward_id, t.cause, t.purpose, t.kind, t.debit_id HAVING COUNT(*) > 1",
        ws=workspace,
    )


def ended_twice(session: Session, workspace: str) -> list[Discrepancy]:
    """Pending transfers that were posted or voided more than once."""
    return discrepancies(
        session,
        f"SELECT t.pending, COUNT(*) || ' endings', 'one' FROM store_transfer t WHERE {_MINE} AND t.pending IS NOT NULL"
        " GROUP BY t.pending HAVING COUNT(*) > 1",
        ws=workspace,
    )


def wrong_endings(session: Session, workspace: str) -> list[Discrepancy]:
    """Posts and voids that do not end a pending transfer of the same reward, accounts, unit and amount; others that claim to."""
    same = " AND ".join(
        f"p.{c} = t.{c}" for c in ("workspace_id", "reward_id", "debit_id", "credit_id", "unit", "amount")
    )
    return discrepancies(
        session,
        "SELECT t.id, t.kind || ' of ' || t.amount, COALESCE('its pending transfer, of ' || p.amount, 'a pending transfer')"
        " FROM store_transfer t LEFT JOIN store_transfer p ON p.id = t.pending"
        f" WHERE {_MINE} AND CASE WHEN t.kind IN ('post', 'void') THEN NOT COALESCE(p.kind = 'pending' AND {same}, FALSE)"
        " ELSE t.pending IS NOT NULL END",
        ws=workspace,
    )


def waiting_rewards(session: Session, workspace: str) -> list[Discrepancy]:
    """A reward that waits has one open pending transfer, of what it is worth, and names it; any other has none."""
    opened = (
        "SELECT t.reward_id, COUNT(*) AS n, SUM(t.amount) AS amount, MIN("
        + hex_of("t.id")
        + f") AS id FROM store_transfer t WHERE {_MINE} AND t.kind = 'pending' AND t.purpose = 'issue'"
        " AND NOT EXISTS (SELECT 1 FROM store_transfer e WHERE e.pending = t.id) GROUP BY t.reward_id"
    )
    return discrepancies(
        session,
        "SELECT r.id, COALESCE(o.n, 0) || ' open, of ' || COALESCE(o.amount, 0),"
        " CASE WHEN r.state = 'pending' THEN '1 open, of ' || (r.amount - r.reversed) ELSE '0 open, of 0' END"
        f" FROM store_reward r LEFT JOIN ({opened}) o ON o.reward_id = r.id WHERE r.workspace_id = %(ws)s::uuid AND"
        " CASE WHEN r.state = 'pending' THEN o.n IS NULL OR o.n <> 1 OR o.amount <> r.amount - r.reversed"
        f" OR r.pending_transfer IS NULL OR {hex_of('r.pending_transfer')} <> o.id"
        " ELSE o.n IS NOT NULL END",
        ws=workspace,
    )


def without_reward(session: Session, workspace: str) -> list[Discrepancy]:
    """Transfers, reversals among them, that name no reward of this workspace."""
    return discrepancies(
        session,
        "SELECT t.id, t.kind || ' of no reward', 'one reward' FROM store_transfer t"
        f" LEFT JOIN store_reward r ON r.id = t.reward_id AND r.workspace_id = t.workspace_id WHERE {_MINE} AND r.id IS NULL",
        ws=workspace,
    )
