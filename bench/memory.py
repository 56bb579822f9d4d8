"""(e) What the server keeps in memory as events come in."""

from bench import ground, load
from bench.serving import Running, serving
from passaparola.store.session import Session

SIZE = 10  # events a request


def measure(few: int, many: int) -> dict[str, int]:
    """Resident bytes after `few` and after `many` events over HTTP, on SQLite."""
    database = ground.sqlite_template().copy()
    with database.use():
        workspace = ground.open_shop(2_000)
        with serving(database, workspace) as server:
            next_order = _send(server, 0, few)
            small = server.memory()
            _send(server, next_order, many)
            large = server.memory()
    database.drop()
    return {"few": small, "many": large}


def _send(server: Running, order: int, wanted: int) -> int:
    """Send until so many events are stored, counted in the database; the number of the next order."""
    while (stored := _stored()) < wanted:
        last = order + wanted - stored + SIZE * load.LISTS
        seen = load.run(server, first=order, last=last, seconds=20, size=SIZE, folder=ground.FOLDER)
        if _stored() < stored + seen.events:
            raise RuntimeError(f"{seen.events} were answered, and {_stored() - stored} are stored")
        order = last + 1 + 2 * SIZE * load.LISTS  # wrk sends a few beyond the last before it stops
    return order


def _stored() -> int:
    return int(Session().rows("SELECT COUNT(*) FROM store_event WHERE type = 'purchase'")[0][0])
