"""The checker of the ledger's laws: used by tests, `ledger verify` and the clock. Every check is set-based, in bounded memory."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from passaparola.actions.ledger.chain import altered_commits, broken_seals
from passaparola.actions.programs.live import live_programs
from passaparola.domain.ledger.accounts import VOUCHER_UNIT
from passaparola.domain.ledger.proof import Violation, balance_sheet
from passaparola.domain.programs.compiled import Program
from passaparola.domain.rewards.limits import measure_of
from passaparola.domain.rewards.tallies import measures
from passaparola.domain.units import is_currency
from passaparola.store.read import ledger_chain, ledger_checkouts, ledger_folds, ledger_transfers, payables, walls
from passaparola.store.read.discrepancies import MOST, Discrepancy
from passaparola.store.read.gather import workspace_row
from passaparola.store.read.ledger import committed_serial, trial_lines
from passaparola.store.read.limits import limits_beside_rewards
from passaparola.store.read.snapshot import snapshot
from passaparola.store.session import Session


@dataclass(frozen=True, slots=True)
class Books:
    """What a check looks at: one workspace, as of one moment."""

    session: Session
    workspace: str
    live: tuple[Program, ...]
    units: frozenset[str]  # what all versions of the programs give that is no money
    full: bool
    tallies: tuple[tuple[str, str], ...] = ()  # (program, measure) by which some version's tiers go


@dataclass(frozen=True, slots=True)
class Check:
    """One law's one question. `find` gives the places where it does not hold."""

    law: str
    what: str
    find: Callable[[Books], Iterable[Discrepancy]]

    def violations(self, books: Books) -> Iterator[Violation]:
        for place in islice(self.find(books), MOST):
            yield Violation(self.law, self.what, place.where, place.found, place.expected)


Progress = Callable[[Check, int, int], None]  # a check, its number from 1, how many there are


def verify_ledger(workspace: str, *, full: bool = True, progress: Progress | None = None) -> list[Violation]:
    """Every place where a law L1–L9, or the wall between workspaces, does not hold; empty when the books are right.

    At most a hundred places of each kind. Without `full` the digests of commits that are sealed already are not made again. `progress` is
    told of each check before it is made. The laws are in docs/rules/ledger.md. With L10, it is `prove_ledger`.
    Raises LookupError when there is no such workspace.
    """
    with snapshot() as session:
        committed_serial(session, workspace)
        programs = live_programs(session, workspace_row(session, workspace))
        every = [rule.unit for found in programs.values() for version in found.versions for rule in version.every_rule]
        live = tuple(versions.live for versions in programs.values())
        tallies = ((key, measure) for key, found in programs.items() for measure in sorted(measures(found.versions)))
        books = Books(session, workspace, live, frozenset(unit for unit in every if unit), full, tuple(tallies))
        return [violation for check in _told(progress) for violation in check.violations(books)]


def _told(progress: Progress | None) -> Iterator[Check]:
    for number, check in enumerate(CHECKS, 1):
        if progress is not None:
            progress(check, number, len(CHECKS))
        yield check


def _plain(find: Callable[[Session, str], Iterable[Discrepancy]]) -> Callable[[Books], Iterable[Discrepancy]]:
    return lambda books: find(books.session, books.workspace)


def _unequal_sides(books: Books) -> Iterator[Discrepancy]:
    for unit in balance_sheet(books.workspace, trial_lines(books.session, books.workspace)).units:
        if unit.difference or unit.pending_difference:
            found = f"a difference of {unit.difference} posted and {unit.pending_difference} pending"
            yield Discrepancy((unit.unit,), found, "0")


def _altered_commits(books: Books) -> Iterator[Discrepancy]:
    return altered_commits(books.session, books.workspace, unsealed_only=not books.full)


def _unknown_units(books: Books) -> Iterator[Discrepancy]:
    for unit in ledger_transfers.units(books.session, books.workspace):
        if unit != VOUCHER_UNIT and unit not in books.units and not is_currency(unit):
            yield Discrepancy((unit,), unit, f"an ISO 4217 currency, {VOUCHER_UNIT}, or a unit that a program gives")


def _budget_drift(books: Books) -> Iterator[Discrepancy]:
    for program in books.live:
        for budget in (b for b in program.budgets if b.period is None):
            yield from ledger_folds.budget_beside_rewards(books.session, books.workspace, program.key, budget.unit)


def _over_budget(books: Books) -> Iterator[Discrepancy]:
    for program in books.live:
        for budget in (b for b in program.budgets if b.period is None):
            yield from ledger_folds.over_budget(books.session, books.workspace, program.key, budget.unit)


def _cap_drift(books: Books) -> Iterator[Discrepancy]:
    for program in books.live:
        for cap in (c for c in program.caps if c.is_plain):
            yield from ledger_folds.caps_beside_rewards(
                books.session, books.workspace, program.key, str(cap.per), measure_of(cap)
            )


def _stock_drift(books: Books) -> Iterator[Discrepancy]:
    for program in books.live:
        for rule, _ in program.stocks:
            yield from ledger_folds.stock_beside_rewards(books.session, books.workspace, program.key, rule)


def _limit_drift(books: Books) -> Iterator[Discrepancy]:
    for program in books.live:
        if program.has_periods or any(not cap.is_plain for cap in program.caps) or program.queues:
            yield from limits_beside_rewards(books.session, books.workspace, program)


def _count_drift(books: Books) -> Iterator[Discrepancy]:
    for program in books.live:
        yield from ledger_folds.counts_beside_referrals(books.session, books.workspace, program.key)


def _tally_drift(books: Books) -> Iterator[Discrepancy]:
    for program, measure in books.tallies:
        yield from ledger_folds.tallies_beside_referrals(books.session, books.workspace, program, measure)


CHECKS: tuple[Check, ...] = (
    Check("L1", "an account is missing, or is of another workspace or unit", _plain(ledger_transfers.strange_accounts)),
    Check("L1", "an account's row was changed", _plain(ledger_transfers.altered_accounts)),
    Check("L1", "debits and credits differ", _unequal_sides),
    Check("L2", "a commit's transfers were changed", _altered_commits),
    Check("L2", "a row belongs to no commit", _plain(ledger_chain.rows_without_commit)),
    Check("L2", "a commit holds another workspace's transfers", _plain(ledger_chain.foreign_transfers)),
    Check("L2", "a serial is missing", _plain(ledger_chain.missing_serials)),
    Check("L2", "a seal does not hold", _plain(broken_seals)),
    Check("L3", "a reward says other than its transfers", _plain(ledger_folds.rewards_beside_transfers)),
    Check(
        "L3",
        "a credit reservation says other than its transfers",
        _plain(ledger_checkouts.reservations_beside_transfers),
    ),
    Check(
        "L3", "a reward says other than its credit reservations", _plain(ledger_checkouts.rewards_beside_reservations)
    ),
    Check("L3", "a reward says other than its payout lines", _plain(payables.rewards_beside_handovers)),
    Check("L3", "a voucher says other than its reward", _plain(ledger_checkouts.vouchers_beside_rewards)),
    Check("L3", "a budget's counter has drifted", _budget_drift),
    Check("L3", "a cap's counter has drifted", _cap_drift),
    Check("L3", "a stock's counter has drifted", _stock_drift),
    Check("L3", "a limit's counter has drifted", _limit_drift),
    Check("L3", "a milestone's counter has drifted", _count_drift),
    Check("L3", "a tier's counter has drifted", _tally_drift),
    Check("L4", "an account of a person is below its floor", _plain(ledger_folds.owed_below_zero)),
    Check("L5", "what was issued is not accounted for", _plain(ledger_folds.issued_is_accounted_for)),
    Check("L6", "a reward was given twice", _plain(ledger_folds.rewards_twice)),
    Check("L6", "more was clawed back than given", _plain(ledger_folds.clawed_back_too_much)),
    Check("L6", "a transfer names no reward", _plain(ledger_transfers.without_reward)),
    Check("L7", "a counter is above its ceiling", _plain(ledger_folds.above_ceiling)),
    Check("L7", "a program gave more than its budget", _over_budget),
    Check("L8", "an amount is no whole number above zero", _plain(ledger_transfers.not_amounts)),
    Check("L8", "a unit is unknown", _unknown_units),
    Check("L9", "a cause does not exist", _plain(ledger_transfers.unknown_causes)),
    Check("L9", "one cause moved the same twice", _plain(ledger_transfers.booked_twice)),
    Check("L9", "a purpose does not move value so", _plain(ledger_transfers.wrong_shapes)),
    Check("L9", "a pending transfer was ended twice", _plain(ledger_transfers.ended_twice)),
    Check("L9", "an ending does not match what it ends", _plain(ledger_transfers.wrong_endings)),
    Check("L9", "a waiting reward has not one open pending transfer", _plain(ledger_transfers.waiting_rewards)),
    Check("workspace", "a reference leads nowhere or into another workspace", _plain(walls.strays)),
)
