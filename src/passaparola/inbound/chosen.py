"""Which workspace a command is for. It is said on the command line, and goes with the command to a running server."""

from contextvars import ContextVar

CHOSEN: ContextVar[str | None] = ContextVar("workspace", default=None)  # its slug; None: the main one
