"""How a workspace looks, its pictures, and what is written on its landing pages."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from passaparola.domain.instant import Instant
from passaparola.domain.values import value
from passaparola.store.session import Session


@value(frozen=True, slots=True)
class BrandingRow:
    """`custom_css` is what the operator wrote, `css` what pages are given of it."""

    accent: str
    typeface: str
    corners: str
    tone: str
    logo: str
    custom_css: str
    css: str
    updated_at: Instant


@value(frozen=True, slots=True)
class PictureRow:
    """A picture without its bytes. `digest` is the SHA-256 of them."""

    digest: str
    use: str
    content_type: str
    width: int
    height: int
    weight: int
    created_at: Instant

    @property
    def extension(self) -> str:
        return self.content_type.rpartition("/")[2]


@value(frozen=True, slots=True)
class PageTextRow:
    language: str
    block: str
    content: Mapping[str, Any]
    updated_at: Instant


_DIGEST = re.compile(r'"([0-9a-f]{64})"')
_PICTURE = "digest, use, content_type, width, height, length(content), created_at"


def branding_of(session: Session, workspace: str) -> BrandingRow | None:
    """How the workspace looks; None where nobody has said anything."""
    rows = session.rows(
        "SELECT accent, typeface, corners, tone, logo, custom_css, css, updated_at FROM store_branding"
        " WHERE workspace_id = %(ws)s::uuid",
        ws=workspace,
    )
    return BrandingRow(*rows[0]) if rows else None


def workspace_slug(session: Session, workspace: str) -> str:
    """The slug of a workspace, as public addresses have it."""
    return str(session.rows("SELECT slug FROM store_workspace WHERE id = %(ws)s::uuid", ws=workspace)[0][0])


def pictures_of(session: Session, workspace: str, digests: Iterable[str], *, hold: str = "") -> dict[str, PictureRow]:
    """The pictures of these digests that the workspace has.

    Until the commit they stay (`hold="SHARE"`: something is going to show them), or nobody else looks whether they are there
    (`hold="UPDATE"`: they are going to be deleted). SQLite has one writer, and holds nothing.
    """
    wanted = sorted(set(digests))
    if not wanted:
        return {}
    held = f" ORDER BY digest FOR {hold}" if hold and session.postgres else ""
    rows = session.rows(
        f"SELECT {_PICTURE} FROM store_picture WHERE workspace_id = %(ws)s::uuid AND digest = any{{digests:text}}{held}",
        ws=workspace,
        digests=wanted,
    )
    return {row[0]: PictureRow(*row) for row in rows}


def pictures(session: Session, workspace: str, most: int = 200) -> list[PictureRow]:
    """The pictures of a workspace, the newest first."""
    rows = session.rows(
        f"SELECT {_PICTURE} FROM store_picture WHERE workspace_id = %(ws)s::uuid ORDER BY created_at DESC, id DESC LIMIT %(most)s",
        ws=workspace,
        most=most,
    )
    return [PictureRow(*row) for row in rows]


def picture_content(session: Session, workspace: str, digest: str) -> tuple[str, bytes] | None:
    """(content type, bytes) of a picture."""
    rows = session.rows(
        "SELECT content_type, content FROM store_picture WHERE workspace_id = %(ws)s::uuid AND digest = %(digest)s",
        ws=workspace,
        digest=digest,
    )
    return (rows[0][0], bytes(rows[0][1])) if rows else None


def pictures_kept(session: Session, workspace: str) -> tuple[int, int]:
    """How many pictures a workspace has, and their bytes."""
    rows = session.rows(
        "SELECT COUNT(*), COALESCE(SUM(length(content)), 0) FROM store_picture WHERE workspace_id = %(ws)s::uuid",
        ws=workspace,
    )
    return int(rows[0][0]), int(rows[0][1])


def pictures_used(session: Session, workspace: str) -> set[str]:
    """The digests of the pictures that something shows: branding, a block of a page, a material."""
    rows = session.rows(
        "SELECT logo FROM store_branding WHERE workspace_id = %(ws)s::uuid"
        " UNION SELECT picture FROM store_material WHERE workspace_id = %(ws)s::uuid",
        ws=workspace,
    )
    texts = session.rows("SELECT content FROM store_pagetext WHERE workspace_id = %(ws)s::uuid", ws=workspace)
    written = (_DIGEST.findall(content) for (content,) in texts)
    return {digest for (digest,) in rows if digest} | {digest for found in written for digest in found}


def page_texts(session: Session, workspace: str, program: str) -> list[PageTextRow]:
    """All that is written on the landing page of a program (its slug), in all languages."""
    rows = session.rows(
        "SELECT language, block, content, updated_at FROM store_pagetext WHERE workspace_id = %(ws)s::uuid AND program = %(program)s"
        " ORDER BY language, block",
        ws=workspace,
        program=program,
    )
    return [PageTextRow(language, block, orjson.loads(content), at) for language, block, content, at in rows]


def plays_of(session: Session, workspace: str, program: str) -> int:
    """How many visits of a program's landing page (its slug) asked for its film."""
    rows = session.rows(
        "SELECT COUNT(*) FROM store_videoplay WHERE workspace_id = %(ws)s::uuid AND program = %(program)s",
        ws=workspace,
        program=program,
    )
    return int(rows[0][0])


def taken_of(session: Session, workspace: str, program: str) -> int:
    """How many visits took the offer of a program (its id)."""
    rows = session.rows(
        "SELECT COUNT(*) FROM store_acceptance WHERE workspace_id = %(ws)s::uuid AND program_id = %(program)s::uuid",
        ws=workspace,
        program=program,
    )
    return int(rows[0][0])


def personal_words(session: Session, workspace: str, program: str, people: Iterable[str]) -> str:
    """What an advocate says to friends in a program (its id); of people who were merged, what was said last. Empty: nothing."""
    rows = session.rows(
        "SELECT words FROM store_personalwords WHERE workspace_id = %(ws)s::uuid AND program_id = %(program)s::uuid"
        " AND person_id = any{people:uuid} ORDER BY updated_at DESC LIMIT 1",
        ws=workspace,
        program=program,
        people=sorted(set(people)),
    )
    return str(rows[0][0]) if rows else ""
