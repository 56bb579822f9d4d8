"""Which kill switches were turned for the whole installation at once."""

from passaparola.store.session import Session

EVERYWHERE = "everywhere"  # the subject of the act that pauses one workspace together with all others
_SINCE = {"mail.pause": "mail_paused_at", "rewards.pause": "rewards_paused_at"}


def paused_together(session: Session, verb: str) -> list[str]:
    """The workspaces whose switch is on since it was turned in all of them; one that was paused by itself is not among them."""
    rows = session.rows(
        "SELECT w.id FROM store_workspace w JOIN store_act a ON a.workspace_id = w.id AND a.subject = %(subject)s AND a.verb = %(verb)s"
        f" AND a.at = w.{_SINCE[verb]} GROUP BY w.id ORDER BY w.id",
        subject=EVERYWHERE,
        verb=verb,
    )
    return [row[0] for row in rows]
