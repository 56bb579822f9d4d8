"""The pictures of a workspace: where each is shown, and deleting those that nothing shows."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from passaparola.actions.design.pictures import MOST_KEPT, MOST_PICTURES, remove_picture
from passaparola.domain.design.choices import PictureUse
from passaparola.inbound.design import picture_address
from passaparola.inbound.web.operators.acting import act
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.design import pictures, pictures_kept, pictures_used, workspace_slug
from passaparola.store.read.snapshot import reading

USES = {
    PictureUse.LOGO: gettext_lazy("Logo"),
    PictureUse.HERO: gettext_lazy("Wide picture"),
    PictureUse.PRODUCT: gettext_lazy("Product"),
    PictureUse.POSTER: gettext_lazy("Film"),
    PictureUse.MATERIAL: gettext_lazy("To share"),
}


@require_safe
@needs(Permit.DESIGN)
def all_pictures(request: HttpRequest) -> HttpResponse:
    """Every picture, the newest first."""
    workspace = the_workspace()
    with reading() as session:
        where, used = workspace_slug(session, workspace), pictures_used(session, workspace)
        count, weight = pictures_kept(session, workspace)
        shown = [
            {
                "digest": row.digest,
                "address": picture_address(where, row),
                "use": USES[PictureUse(row.use)],
                "width": row.width,
                "height": row.height,
                "kilobytes": -(-row.weight // 1000),
                "at": row.created_at,
                "used": row.digest in used,
            }
            for row in pictures(session, workspace, MOST_PICTURES)
        ]
        given = {"pictures": shown, "count": count, "most": MOST_PICTURES}
        given |= {"megabytes": -(-weight // 1_000_000), "room": MOST_KEPT // 1_000_000}
        return page(request, "design/pictures.html", session, workspace, given)


@require_POST
@needs(Permit.DESIGN)
def delete(request: HttpRequest, digest: str) -> HttpResponse:
    """Delete one that nothing shows."""
    to, said = reverse("design-pictures"), gettext("The picture is deleted.")
    return act(request, lambda asked: remove_picture(digest, asked=asked), to=to, said=said)
