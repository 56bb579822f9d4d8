"""(e) What the server keeps in memory as events come in."""

from bench import ground, load
from bench.serving import serving


def measure(few: int, many: int) -> dict[str, int]:
    """Resident bytes after `few` and after `many` events over HTTP, on SQLite."""
    database = ground.SqliteTemplate(ground.FOLDER).copy()
    with database.use():
        workspace = ground.open_shop(2_000)
        with serving(database, workspace) as server:
            _send(server, 0, few)
            small = server.memory()
            _send(server, few, many)
            large = server.memory()
    database.drop()
    return {"few": small, "many": large}


def _send(server: "load.Running", first: int, last: int) -> None:
    while first < last:
        seen = load.run(server, first=first, last=last - 1, seconds=30, size=10, folder=ground.FOLDER)
        first += max(10, seen.events)
