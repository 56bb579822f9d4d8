"""Workspaces: one firm's live data, or its sandbox."""

from passaparola.domain.instant import Instant
from passaparola.store.ids import new_id
from passaparola.store.session import writing

DEFAULT_SLUG = "main"


def ensure_workspace(*, slug: str = DEFAULT_SLUG, name: str = "", sandbox: bool = False, now: Instant) -> str:
    """The id of the workspace of this slug, made when there is none. The clock of a sandbox stands at `now`."""
    with writing() as session:
        rows = session.rows("SELECT id FROM store_workspace WHERE slug = %(slug)s", slug=slug)
        if rows:
            return str(rows[0][0])
        key = new_id()
        session.run(
            "INSERT INTO store_workspace (id, slug, name, sandbox, serial, programs_version, merges, lateness_days,"
            " contact_email, postal_address, website, invite_countries, keeps_macs, clock_at, created_at)"
            " VALUES (%(id)s::uuid, %(slug)s, %(name)s, %(sandbox)s, 0, 0, 0, 30, '', '', '', '', %(no)s, %(clock)s::bigint, %(now)s)",
            id=key,
            slug=slug,
            name=name or slug,
            sandbox=sandbox,
            no=False,
            clock=now if sandbox else None,
            now=now,
        )
        return key
