"""The gallery: every program that is shipped, for whom it is, and the point that makes it special."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from passaparola.domain.programs.gallery import Vertical
from passaparola.inbound.gallery import NoSuchTemplate, shipped, template_named
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.inbound.web.operators.writing.editor import Draft, edited
from passaparola.store.read.snapshot import reading

VERTICALS = {
    Vertical.B2C: _("Consumers"),
    Vertical.ECOMMERCE: _("Online shops"),
    Vertical.SERVICES: _("Services"),
    Vertical.SMALL_BUSINESS: _("Small businesses"),
    Vertical.B2B: _("Business to business"),
    Vertical.SAAS: _("Software as a service"),
    Vertical.SUBSCRIPTION: _("Subscriptions"),
}


@require_safe
@needs(Permit.WRITE_PROGRAMS)
def gallery(request: HttpRequest) -> HttpResponse:
    """All of them, or those for one kind of firm."""
    chosen = next((v for v in Vertical if v.value == request.GET.get("for", "")), None)
    cards = [
        {
            "name": s.template.name,
            "title": s.title,
            "point": s.template.point,
            "for": [VERTICALS[v] for v in s.template.verticals],
        }
        for s in shipped(chosen)
    ]
    with reading() as session:
        shown = {"cards": cards, "choices": [(v.value, words) for v, words in VERTICALS.items()], "chosen": chosen}
        return page(request, "writing/gallery.html", session, the_workspace(), shown)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.WRITE_PROGRAMS)
def begin(request: HttpRequest, name: str) -> HttpResponse:
    """A new program that begins with a shipped file."""
    try:
        template = template_named(name)
    except NoSuchTemplate:
        raise Http404 from None
    return edited(request, Draft(template.document, template=template))
