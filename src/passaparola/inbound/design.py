"""How a workspace looks, as pages, mails and the API take it: addresses that change with what they give."""

from typing import Any

from django.conf import settings

from passaparola.actions.design.branding import look_of, plain_branding
from passaparola.domain.design.colours import contrast
from passaparola.domain.design.theme import palettes, theme_revision
from passaparola.domain.instant import iso
from passaparola.store.read.design import BrandingRow, PictureRow, branding_of, workspace_slug
from passaparola.store.read.snapshot import Session


def theme_address(session: Session, workspace: str, row: BrandingRow | None = None) -> str:
    """Where the style sheet of a workspace is: another address when it is another."""
    look = look_of(row or branding_of(session, workspace))
    return f"/theme/{workspace_slug(session, workspace)}/{theme_revision(look)}.css"


def picture_address(slug: str, picture: PictureRow) -> str:
    """Where a picture of the workspace of this slug is."""
    return f"/media/{slug}/{picture.digest}.{picture.extension}"


def most_bytes() -> int:
    """The largest file of a picture."""
    return int(settings.PICTURE_MB) * 1_000_000


def branding_document(row: BrandingRow | None, theme: str) -> dict[str, Any]:
    """How a workspace looks, with what follows for light and dark pages."""
    shown = row or plain_branding()
    light, dark = palettes(shown.accent)
    return {
        "accent": shown.accent,
        "typeface": shown.typeface,
        "corners": shown.corners,
        "tone": shown.tone,
        "logo": shown.logo,
        "custom_css": shown.custom_css,
        "theme": theme,
        "contrast": round(contrast(shown.accent, "#ffffff"), 2),
        "light": {"accent": light.accent, "on_accent": light.on_accent},
        "dark": {"accent": dark.accent, "on_accent": dark.on_accent},
    }


def picture_document(row: PictureRow, slug: str) -> dict[str, Any]:
    """A picture, with its address."""
    return {
        "digest": row.digest,
        "use": row.use,
        "content_type": row.content_type,
        "width": row.width,
        "height": row.height,
        "bytes": row.weight,
        "address": picture_address(slug, row),
        "created_at": iso(row.created_at),
    }
