"""Small questions of the pages of staff."""

from typing import Any

from passaparola.store.session import Session

MOST_COUNTED = 100


def frame_of(session: Session, workspace: str) -> dict[str, Any]:
    """What the frame of every page shows: the firm's name, whether it is a sandbox, what is open (counting ends at a hundred)."""
    rows = session.rows(
        "SELECT w.name, w.sandbox, (SELECT COUNT(*) FROM (SELECT 1 FROM store_finding WHERE workspace_id = %(ws)s::uuid"
        f" AND resolved_at IS NULL LIMIT {MOST_COUNTED}) f), (SELECT COUNT(*) FROM (SELECT 1 FROM store_referralrequest"
        f" WHERE workspace_id = %(ws)s::uuid AND state = 'open' LIMIT {MOST_COUNTED}) o), (SELECT COUNT(*) FROM (SELECT 1"
        f" FROM store_quote WHERE workspace_id = %(ws)s::uuid AND state = 'proposed' LIMIT {MOST_COUNTED}) q)"
        " FROM store_workspace w WHERE w.id = %(ws)s::uuid",
        ws=workspace,
    )
    name, sandbox, findings, asked, said = rows[0]
    counts = {"open_findings": int(findings), "open_requests": int(asked), "proposed_quotes": int(said)}
    return {"firm_name": name, "sandbox": bool(sandbox), **counts}


def top_advocates(session: Session, workspace: str, program: str, limit: int = 10) -> list[tuple[str, int]]:
    """The advocates of a program with the most converted friends, merged persons once; of equals the lower id first."""
    root = (
        "COALESCE((SELECT p.alias_of_id FROM store_person p WHERE p.id = r.advocate_person_id), r.advocate_person_id)"
    )
    rows = session.rows(
        f"SELECT {root} AS person, COUNT(*) AS friends FROM store_referral r WHERE r.workspace_id = %(ws)s::uuid"
        " AND r.program_id = %(program)s::uuid AND r.advocate_person_id IS NOT NULL AND r.status = 'converted'"
        " GROUP BY 1 ORDER BY friends DESC, person LIMIT %(limit)s",
        ws=workspace,
        program=program,
        limit=limit,
    )
    return [(person, int(friends)) for person, friends in rows]


def ledger_lines(session: Session, workspace: str, reward: str) -> list[dict[str, Any]]:
    """Every transfer of a reward, the first first, with the kinds of the accounts it moved between."""
    rows = session.rows(
        "SELECT t.kind, t.purpose, d.kind, c.kind, t.unit, t.amount, t.at FROM store_transfer t"
        " JOIN store_account d ON d.id = t.debit_id AND d.workspace_id = t.workspace_id"
        " JOIN store_account c ON c.id = t.credit_id AND c.workspace_id = t.workspace_id"
        " WHERE t.workspace_id = %(ws)s::uuid AND t.reward_id = %(reward)s::uuid ORDER BY t.id",
        ws=workspace,
        reward=reward,
    )
    names = ("kind", "purpose", "debit", "credit", "unit", "amount", "at")
    return [dict(zip(names, row, strict=True)) for row in rows]
