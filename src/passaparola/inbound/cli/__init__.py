"""The command line."""


def main() -> None:
    """Run `passaparola`."""
    from passaparola.inbound.cli.commands import passaparola

    passaparola(prog_name="passaparola")
