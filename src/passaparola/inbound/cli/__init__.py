"""The command line."""

import gc


def main() -> None:
    """Run `passaparola`. Whoever breaks it off while it is still loading reads the same as later."""
    gc.set_threshold(
        100_000, 50, 100
    )  # loading leaves hardly any garbage, and looking for it took a seventh of a start
    try:
        from passaparola.inbound.cli.commands import passaparola
    except KeyboardInterrupt:
        raise SystemExit("\nAborted!") from None

    passaparola(prog_name="passaparola")
