"""In a server, what ends a thread or cannot be raised is one log entry like all others, not lines on standard error."""

import logging
import sys
import threading
from types import TracebackType

logger = logging.getLogger(__name__)


def log_what_nobody_catches() -> None:
    """From now on."""

    def of_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            logger.error(
                "a thread ended", exc_info=args.exc_value, extra={"name_of_thread": getattr(args.thread, "name", "")}
            )

    def unraisable(args: "sys.UnraisableHookArgs") -> None:
        if args.exc_value is not None:
            logger.error("an error could not be raised", exc_info=args.exc_value)

    def uncaught(_: type[BaseException], value: BaseException, __: TracebackType | None) -> None:
        logger.error("the process ended", exc_info=value)

    threading.excepthook, sys.unraisablehook, sys.excepthook = of_thread, unraisable, uncaught
