"""All commands. Importing them loads neither Django nor the database."""

from passaparola.inbound.cli import (
    backups,
    customers,
    events,
    keys,
    launching,
    ledger,
    mails,
    operators,
    programs,
    reports,
    running,
    webhooks,
)
from passaparola.inbound.cli.root import passaparola

__all__ = [
    "backups",
    "customers",
    "events",
    "keys",
    "launching",
    "ledger",
    "mails",
    "operators",
    "passaparola",
    "programs",
    "reports",
    "running",
    "webhooks",
]
