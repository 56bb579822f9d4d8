"""The command line."""


def main() -> None:
    """Run `passaparola`. Whoever breaks it off while it is still loading reads the same as later."""
    try:
        from passaparola.inbound.cli.commands import passaparola
    except KeyboardInterrupt:
        raise SystemExit("\nAborted!") from None

    passaparola(prog_name="passaparola")
