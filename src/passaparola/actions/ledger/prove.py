"""The whole proof of the books: every law, with the log done again."""

from passaparola.actions.ledger.replay import verify_replay
from passaparola.actions.ledger.verify import CHECKS, Check, Progress, verify_ledger
from passaparola.domain.ledger.proof import Violation

REPLAY = Check("L10", "the log done again gives other books", lambda _: ())


def prove_ledger(workspace: str, *, progress: Progress | None = None) -> list[Violation]:
    """Every place where a law L1–L10, or the wall between workspaces, does not hold; empty when the books are right.

    The log is done again in a temporary database, which takes about as long as an import of it. `progress` as in `verify_ledger`. Raises
    LookupError when there is no such workspace.
    """
    most = len(CHECKS) + 1
    if progress is None:
        return [*verify_ledger(workspace), *verify_replay(workspace)]
    violations = verify_ledger(workspace, progress=lambda check, number, _: progress(check, number, most))
    progress(REPLAY, most, most)
    return [*violations, *verify_replay(workspace)]
