"""All commands. Importing them loads neither Django nor the database."""

from passaparola.inbound.cli import events, programs
from passaparola.inbound.cli.root import passaparola

__all__ = ["events", "passaparola", "programs"]
