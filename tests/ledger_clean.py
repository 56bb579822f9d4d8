"""The books of a workspace are right: for the end of every test that moves value."""

from passaparola.actions.ledger.replay import verify_replay
from passaparola.actions.ledger.trial_balance import trial_balance
from passaparola.actions.ledger.verify import verify_ledger


def assert_books_balance(workspace: str) -> None:
    """L1–L9, the wall between workspaces, and a trial balance of zero. Fails with every violation, one a line."""
    violations = verify_ledger(workspace)
    assert not violations, "\n".join(["", *(violation.sentence() for violation in violations)])
    balance = trial_balance(workspace)
    assert balance.balanced, balance


def assert_log_gives_the_books(workspace: str) -> None:
    """L10: the log done again gives the same books. For tests of whole histories."""
    violations = verify_replay(workspace)
    assert not violations, "\n".join(["", *(violation.sentence() for violation in violations)])
