"""The trial balance: every account summed from the transfers, both sides equal."""

from passaparola.domain.ledger.proof import TrialBalance, balance_sheet
from passaparola.store.read.ledger import committed_serial, trial_lines
from passaparola.store.read.snapshot import snapshot


def trial_balance(workspace: str) -> TrialBalance:
    """Posted debits and credits and what waits, per unit, program and account kind, as of one moment. Whole minor units.

    Derived from the transfers, not from any balance that is kept. `difference` is 0 for each unit, or the ledger is damaged. Raises
    LookupError when there is no such workspace.
    """
    with snapshot() as session:
        committed_serial(session, workspace)
        return balance_sheet(workspace, trial_lines(session, workspace))
