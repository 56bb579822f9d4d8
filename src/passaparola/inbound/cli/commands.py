"""All commands. Importing them loads neither Django nor the database."""

from passaparola.inbound.cli import (
    backtests,
    backups,
    calculations,
    customers,
    draws,
    events,
    keys,
    launching,
    ledger,
    mails,
    operators,
    payouts,
    programs,
    reports,
    rewards,
    running,
    webhooks,
)
from passaparola.inbound.cli.root import passaparola

__all__ = [
    "backtests",
    "backups",
    "calculations",
    "customers",
    "draws",
    "events",
    "keys",
    "launching",
    "ledger",
    "mails",
    "operators",
    "passaparola",
    "payouts",
    "programs",
    "reports",
    "rewards",
    "running",
    "webhooks",
]
