"""What the installation says of itself before a program is launched."""

from passaparola.domain.programs.readiness import LaunchFacts
from passaparola.store.read.messages import contact_row
from passaparola.store.read.snapshot import snapshot


def launch_facts(workspace: str, *, mail_is_set: bool, public_address: bool) -> LaunchFacts:
    """Gathered in one moment; what the settings say is given."""
    with snapshot() as session:
        row = contact_row(session, workspace)
        events = session.rows("SELECT 1 FROM store_event WHERE workspace_id = %(ws)s::uuid LIMIT 1", ws=workspace)
    mail_leaves = mail_is_set and row.mail_paused_at is None
    return LaunchFacts(bool(events), mail_leaves, public_address, bool(row.contact_email or row.website))
