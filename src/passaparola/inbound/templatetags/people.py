"""What the frame of people's pages needs."""

from django import template

from passaparola.inbound.web.nowhere import firm_remembered
from passaparola.store.read.offers import Firm

register = template.Library()


@register.simple_tag
def the_only_firm() -> Firm | None:
    """Whom to ask where a page does not know whose it is. The database is not asked."""
    return firm_remembered()
