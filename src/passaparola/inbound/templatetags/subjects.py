"""Sentences about friends in templates, as they are said of a program's subject: `{% of_friends _("Your friends") %}`.

The page says of which by `subject`. Places are filled from what is given: `{% of_friends _("A friend, about %(day)s") day=row.day %}`. The
sentence may also be a variable that holds it in English.
"""

from django import template
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from passaparola.domain.programs.subject_words import speaking_of
from passaparola.inbound.tongue import the_tongue

register = template.Library()


@register.tag
def of_friends(parser: Parser, token: Token) -> "OfFriends":
    """The sentence in the reader's language. Raises TemplateSyntaxError where there is none."""
    _, *bits = token.split_contents()
    if not bits:
        raise template.TemplateSyntaxError("of_friends needs a sentence")
    given, *rest = bits
    text = given[3:-2] if given.startswith('_("') else parser.compile_filter(given)
    return OfFriends(text, token_kwargs(rest, parser))


class OfFriends(template.Node):
    """`text` is the sentence as it stands, or where it is."""

    def __init__(self, text: str | FilterExpression, places: dict[str, FilterExpression]) -> None:
        self.text, self.places = text, places

    def render(self, context: Context) -> SafeString:
        """What stands in its places is escaped as the template escapes."""
        text = self.text if isinstance(self.text, str) else str(self.text.resolve(context))
        said = speaking_of(the_tongue(), str(context.get("subject", ""))).gettext(text)
        values = {name: value.resolve(context) for name, value in self.places.items()}
        if context.autoescape:
            values = {name: conditional_escape(value) for name, value in values.items()}
        return mark_safe(said % values if values else said)  # noqa: S308  our own sentence
