"""Of the mail that a page speaks of: `{% way_of_mail firm as way %}` says whether it leaves, `{% no_mail firm %}` what to do where not."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from passaparola.inbound.mail_way import MailWay, mail_way, no_mail_title, no_mail_words
from passaparola.store.read.offers import Firm

register = template.Library()


@register.simple_tag
def way_of_mail(firm: Firm) -> MailWay:
    """The way of the firm's mails."""
    return mail_way(firm)


@register.simple_tag
def no_mail(firm: Firm) -> SafeString:
    """Whom to write to, as a sentence."""
    return mark_safe(no_mail_words(escape(firm.contact_email)))  # noqa: S308  our own sentence


@register.simple_tag
def no_mail_heading() -> str:
    """The heading above it."""
    return no_mail_title()
