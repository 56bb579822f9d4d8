"""How the pages of staff write amounts, moments, states and sentences. Everything is escaped first."""

import re
from fractions import Fraction
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.template import Context
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from passaparola.domain.explain import outcome_words
from passaparola.domain.instant import Instant, moment, parse_instant
from passaparola.domain.ledger.accounts import VOUCHER_UNIT
from passaparola.domain.money import decimal_text, money_text
from passaparola.domain.reasons import OPERATOR_WORDS, Reason
from passaparola.domain.units import UNIT_WORDS
from passaparola.inbound.tongue import short_day, the_exact_tongue, the_tongue
from passaparola.inbound.web.operators import words
from passaparola.inbound.web.operators.display import chosen_scheme
from passaparola.inbound.web.operators.here import second_factor_demanded
from passaparola.inbound.web.operators.stories import FSI, PDI

register = template.Library()
register.filter("short_day", short_day)
_MOMENT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_SUM = re.compile(r"(?<![\w.,:-])-?\d+(?:\.\d+)? [A-Z]{3}\b")
_REASON = re.compile(r" \[([a-z_]+)\]")


@register.simple_tag
def amount(minor: int, unit: str) -> SafeString:
    """`41.44 EUR`, kept together and left to right; a number of vouchers in words."""
    if unit == VOUCHER_UNIT:
        return format_html("{}", ngettext("%(n)d voucher", "%(n)d vouchers", minor) % {"n": minor})
    if unit in UNIT_WORDS:
        return format_html("{}", ngettext(*UNIT_WORDS[unit], minor) % {"n": minor})
    return format_html('<bdi class="sum">{}</bdi>', money_text(minor, unit))


@register.filter
def when(at: Instant | None) -> SafeString | str:
    """A moment as people write it, in UTC, with the exact one behind it."""
    if at is None:
        return "–"
    exact = moment(at)
    local = timezone.localtime(exact)
    text = f"{short_day(local)}, {local:%H:%M}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', exact.isoformat(), f"{exact:%Y-%m-%d %H:%M:%S} UTC", text
    )


@register.filter
def translated(sentence: str) -> str:
    """A sentence that was marked where it stands, in the language of who looks."""
    return gettext(sentence)


@register.filter
def day(at: Instant | None) -> SafeString | str:
    """The day of a moment, in UTC."""
    if at is None:
        return "–"
    exact = moment(at)
    text = short_day(timezone.localtime(exact))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', exact.isoformat(), f"{exact:%Y-%m-%d %H:%M:%S} UTC", text
    )


@register.simple_tag
def badge(kind: str, state: str) -> SafeString:
    """A state as a small coloured word; `kind` is reward, referral, program, advocate or voucher."""
    known = getattr(words, f"{kind.upper()}_STATES")
    tone = words.TONES.get(state, "calm")
    return format_html('<span class="badge tone-{}">{}</span>', tone, known.get(state, state))


@register.filter
def prose(sentence: str) -> SafeString:
    """A sentence of an explanation: names and amounts apart, moments as people write them, the name of a reason small behind its words."""
    text = str(conditional_escape(sentence)).replace(FSI, "<bdi>").replace(PDI, "</bdi>")
    text = _SUM.sub(lambda found: f'<bdi class="sum">{found.group()}</bdi>', text)
    text = _MOMENT.sub(lambda found: str(when(parse_instant(found.group()))), text)
    text = _REASON.sub(lambda found: f' <span class="name" dir="ltr">{found.group(1)}</span>', text)
    return mark_safe(text)  # noqa: S308  escaped above; what was put in is ours


@register.filter
def because(reason: str | None) -> str:
    """The words of a reason."""
    if not reason:
        return ""
    try:
        return gettext(OPERATOR_WORDS[Reason(reason)])
    except ValueError:
        return reason.replace("_", " ")


@register.filter
def word(key: str, table: str) -> Any:
    """The word for a key in one of the tables of words.py."""
    return getattr(words, table).get(key, key)


@register.filter
def counted(outcome: str) -> str:
    """What counts of an event about an order that was known; empty of any other."""
    return outcome_words(outcome, the_exact_tongue())


@register.filter
def named(person: str | None, labels: dict[str, str]) -> str:
    """How staff know a person."""
    return labels.get(person or "") or gettext("Somebody")


@register.filter
def share(part: int, whole: int) -> str:
    """part of whole in percent; nothing where there is no whole."""
    return percent(round(part * 100 / whole)) if whole else ""


@register.filter
def percent(count: int) -> str:
    """A whole number of per cent as the language writes it."""
    return the_tongue().percent(count * 100)


@register.filter
def thousands(count: int) -> str:
    """A count with the separators of the language."""
    return formats.number_format(count, use_l10n=True, force_grouping=True)


@register.filter
def value(minor: int, unit: str) -> SafeString:
    """An amount without its unit, where a row or column names it: `41.44`."""
    return format_html('<bdi class="sum">{}</bdi>', decimal_text(minor, unit))


@register.filter
def hours(count: Fraction) -> str:
    """Hours, to the half, as the language writes them."""
    return formats.number_format(float(count), use_l10n=True, decimal_pos=None if count % 1 else 0)


@register.filter
def staff_name(actor: str) -> str:
    """Who of staff it was, without how the log marks them."""
    return actor.removeprefix("staff:")


@register.filter
def at(table: dict[str, Any], key: str) -> Any:
    """The entry of a table."""
    return table.get(key)


@register.filter
def factors(user: Any) -> list[str]:
    """The kinds of second factor that somebody has."""
    return list(user.authenticator_set.values_list("type", flat=True)) if user else []


@register.simple_tag
def factor_demanded() -> bool:
    """Whether nobody goes on without a second factor."""
    return second_factor_demanded()


# -- the frame ---------------------------------------------------------------------------------------------------------

_TURNED = frozenset(
    {"arrow-left", "arrow-right", "arrow-back-up", "chevron-left", "chevron-right", "external-link", "logout", "send"}
)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of docs/vendored.py: ICONS. It says nothing by itself: words stand beside it. What points somewhere is mirrored with the page."""
    return format_html(
        '<svg class="icon{}" width="24" height="24" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        " icon-turned" if name in _TURNED else "",
        static("vendor/tabler/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def scheme(context: Context) -> str:
    """`light` or `dark` as chosen; empty: as the system is."""
    return chosen_scheme(context.get("request"))


@register.inclusion_tag("operator/parts/field.html")
def field(bound: BoundField, optional: bool = False) -> dict[str, Any]:
    """A field of a form with its label, hint and error: `{% field form.name %}`; `optional=True` says where it may stay empty."""
    widget = bound.field.widget
    choices = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    shape = "choices" if choices else "check" if isinstance(widget, CheckboxInput) else ""
    look = "form-check-input" if shape else "form-select" if isinstance(widget, Select) else "form-control"
    if bound.errors:
        look += " is-invalid"
    widget.attrs["class"] = f"{widget.attrs.get('class', '')} {look}".strip()
    return {
        "field": bound,
        "shape": shape,
        "optional": optional,
        "drawn": "" if shape == "choices" else bound.as_widget(),
    }


@register.simple_tag(takes_context=True)
def older(context: Context, cursor: str) -> str:
    """The address of the next page of a list, with the filters of this one."""
    query = context["request"].GET.copy()
    query["before"] = cursor
    return f"{context['here']}?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def newest(context: Context) -> str:
    """The address of the list from its top, with the filters of this page."""
    query = context["request"].GET.copy()
    query.pop("before", None)
    return f"{context['here']}?{query.urlencode()}"


@register.inclusion_tag("operator/parts/chart.html")
def chart(id: str, data: dict[str, Any], name: str, first: str = "") -> dict[str, Any]:  # noqa: A002
    """A chart with a table of the same numbers. `data`: kind (line, bar), labels, series (name, values); `first` heads the labels."""
    rows = zip(data["labels"], zip(*(series["values"] for series in data["series"]), strict=True), strict=True)
    return {"id": id, "data": data, "name": name, "first": first, "rows": list(rows)}
