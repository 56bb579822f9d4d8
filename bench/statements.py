"""How many statements each page of staff takes: `python -m bench.statements` writes the table into docs/performance.md and bench/notes.md.

The pages are those of tests/journeys/staff_pages.py, opened by an administrator in a shop with one friend, and again with thirty more: a
page whose count grows with the rows has a test that fails.
"""

import logging
import re
import sys

from bench import ground
from passaparola.analytics.overview import forget_overviews
from passaparola.store import session as sessions

PLACES = (ground.ROOT / "docs" / "performance.md", ground.ROOT / "bench" / "notes.md")
BETWEEN = re.compile(r"(<!-- statements -->\n).*?(<!-- end -->)", re.DOTALL)
FRIENDS = 30


def counted() -> list[tuple[str, int, int]]:
    """(address as the table has it, statements with one friend, with thirty more). In an empty database."""
    from django.test import Client

    from passaparola.actions.programs.apply import apply_program
    from tests.journeys.caller import HELD, now, open_shop, purchase, sign_up
    from tests.journeys.staff import an_operator
    from tests.journeys.staff_pages import PAGES, paths

    shop = open_shop()
    apply_program(HELD.format(slug="held"), workspace=shop.workspace, now=now(), actor="Olga")
    shop.conversion(order="A-1001")
    client, addresses = Client(headers={"host": "localhost"}), list(paths())
    client.force_login(an_operator())

    def once() -> list[int]:
        found = []
        for address in addresses:
            forget_overviews()
            before = sessions.statements
            if client.get(address).status_code != 200:
                raise RuntimeError(f"{address} was not shown")
            found.append(sessions.statements - before)
        return found

    few = once()
    shop.event([e for n in range(FRIENDS) for e in (sign_up(f"f{n}", "ada"), purchase(f"f{n}", f"o-{n}"))])
    return [(page.path, first, more) for page, first, more in zip(PAGES, few, once(), strict=True)]


def table(rows: list[tuple[str, int, int]]) -> str:
    """As Markdown."""
    lines = [f"| `{path}` | {few} | {many} |" for path, few, many in rows]
    return "\n".join([f"| page | one friend | {FRIENDS} more |", "|---|---|---|", *lines, ""])


def main() -> None:
    """Count, print, and write it where it belongs."""
    logging.disable(logging.INFO)
    try:
        with ground.sqlite_template().copy().use():
            text = table(counted())
    finally:
        ground.clean()
    sys.stdout.write(text)
    for place in PLACES:
        place.write_text(BETWEEN.sub(lambda m: m[1] + text + m[2], place.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
