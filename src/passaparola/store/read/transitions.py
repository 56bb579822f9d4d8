"""The steps a reward has taken, as they decide about its next one."""

from passaparola.store.session import Session


def approved_by_person(session: Session, workspace: str, reward: str) -> bool:
    """Whether the last thing that issued this reward was a person's approval."""
    rows = session.rows(
        "SELECT t.step, t.from_state, t.cause FROM store_rewardtransition t JOIN store_batch b ON b.id = t.batch"
        " WHERE t.workspace_id = %(ws)s::uuid AND t.reward_id = %(reward)s::uuid AND t.step IN ('issued', 'restored', 'reopened')"
        " ORDER BY b.serial DESC, t.id DESC LIMIT 1",
        ws=workspace,
        reward=reward,
    )
    if not rows or rows[0][:2] != ("issued", "pending") or not str(rows[0][2]).startswith("act:"):
        return False
    act = session.rows(
        "SELECT verb FROM store_act WHERE workspace_id = %(ws)s::uuid AND id = %(act)s::uuid",
        ws=workspace,
        act=str(rows[0][2]).removeprefix("act:"),
    )
    return [row[0] for row in act] == ["reward.approve"]  # not an end of a pause, nor a confirmed address
