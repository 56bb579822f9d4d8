"""The blocks that a mail is written in. Each becomes a row of HTML with its style inside, or lines of text: one source for both."""

import textwrap
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_percent
from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from passaparola.domain.design.theme import HOUSE_LIGHT
from passaparola.domain.instant import Instant, moment
from passaparola.domain.ledger.accounts import VOUCHER_UNIT
from passaparola.domain.money import decimal_text
from passaparola.domain.programs.subject_words import speaking_of
from passaparola.domain.rewards.kinds import VOUCHERS, gift_text
from passaparola.domain.units import is_currency
from passaparola.inbound.tongue import money_in, the_tongue

register = template.Library()
WIDTH = 72
_HTML = {
    "heading": '<h1 class="ink" style="margin:0 0 14px;font-size:24px;line-height:1.25;font-weight:650;color:#14211f">{}</h1>',
    "paragraph": '<p class="ink" style="margin:0 0 16px;font-size:16px;line-height:1.6;color:#14211f">{}</p>',
    "remark": '<p class="quiet" style="margin:0 0 12px;font-size:14px;line-height:1.55;color:#52635f">{}</p>',
    "quotation": (
        '<div class="quote" style="margin:0 0 18px;padding:12px 16px;font-size:16px;line-height:1.6;color:{on_tint};'
        'background:{tint};border-radius:10px">{}</div>'
    ),
}


def _block(context: Context, content: str, name: str) -> SafeString | str:
    if context["form"] == "html":
        paint = context.get("light") or HOUSE_LIGHT
        safe = mark_safe(content.strip())  # noqa: S308  rendered and escaped by the template around it
        return format_html(_HTML[name], safe, tint=paint.tint, on_tint=paint.on_tint)
    return f"\n\n{_wrapped(content)}\n\n"


def _wrapped(content: str) -> str:
    words = " ".join(content.split())
    return textwrap.fill(words, WIDTH, break_long_words=False, break_on_hyphens=False)


@register.simple_block_tag(takes_context=True)
def heading(context: Context, content: str) -> str:
    """What the mail says, in a few words."""
    return _block(context, content, "heading")


@register.simple_block_tag(takes_context=True)
def paragraph(context: Context, content: str) -> str:
    """Running text."""
    return _block(context, content, "paragraph")


@register.simple_block_tag(takes_context=True)
def remark(context: Context, content: str) -> str:
    """Small print."""
    return _block(context, content, "remark")


@register.simple_block_tag(takes_context=True)
def quotation(context: Context, content: str) -> str:
    """A person's own words."""
    if context["form"] == "html":
        return _block(context, content, "quotation")
    return "\n\n" + textwrap.indent(_wrapped(content), "  ") + "\n\n"


@register.simple_tag(takes_context=True)
def saying(context: Context, text: str, shown_as: str, language: str) -> str:
    """What somebody says, and under which name: each in its own language and direction."""
    if context["form"] != "html":
        lines = (_wrapped(text), f"— {shown_as}")
        return "\n\n" + "\n".join(textwrap.indent(line, "  ") for line in lines) + "\n\n"
    lang = format_html(' lang="{}"', language) if language else ""
    paint = context.get("light") or HOUSE_LIGHT
    said = format_html(
        '<div dir="auto"{}>{}</div><div style="font-weight:600">— <bdi>{}</bdi></div>', lang, text, shown_as
    )
    return format_html(_HTML["quotation"], said, tint=paint.tint, on_tint=paint.on_tint)


@register.simple_block_tag(takes_context=True)
def button(context: Context, content: str, address: str) -> str:
    """The one thing to do. In text the address stands below."""
    if context["form"] != "html":
        return f"\n\n{_wrapped(content)}:\n{address}\n\n"
    paint = context.get("light") or HOUSE_LIGHT
    return format_html(
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:6px 0 20px"><tr>'
        '<td class="button" bgcolor="{accent}" style="border-radius:10px;background:{accent}">'
        '<a class="button-text" href="{}" style="display:inline-block;padding:13px 26px;font-size:16px;font-weight:600;line-height:1.3;'
        'color:{on_accent};text-decoration:none;border-radius:10px">{}</a></td></tr></table>',
        address,
        mark_safe(content.strip()),  # noqa: S308  rendered and escaped by the template around it
        accent=paint.accent,
        on_accent=paint.on_accent,
    )


@register.simple_block_tag(takes_context=True)
def figures(context: Context, content: str) -> str:
    """A table of figures, made of `figure`."""
    if context["form"] != "html":
        lines = [line.strip() for line in content.splitlines() if line.strip()]
        return "\n\n" + "\n".join(lines) + "\n\n"
    return format_html(
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 20px">{}</table>',
        mark_safe(content),  # noqa: S308
    )


@register.simple_block_tag(takes_context=True)
def figure(context: Context, content: str, label: str) -> str:
    """One line of a table: what it is, and how much."""
    if context["form"] != "html":
        return f"\n{label}: {' '.join(content.split())}\n"
    end = "left" if context["rtl"] else "right"
    line = "padding:10px 0;border-bottom:1px solid #d5dedb;font-size:15px;line-height:1.45"
    return format_html(
        '<tr><td class="quiet line" style="{0};color:#52635f">{1}</td>'
        '<td class="ink line" align="{2}" style="{0};text-align:{2};font-weight:600;color:#14211f;padding-inline-start:16px">{3}</td></tr>',
        line,
        label,
        end,
        mark_safe(content.strip()),  # noqa: S308
    )


@register.simple_tag(takes_context=True)
def code(context: Context, text: str) -> str:
    """A code to type at a checkout: always from left to right."""
    if context["form"] != "html":
        return text
    return format_html(
        '<span class="code" dir="ltr" style="display:inline-block;padding:3px 9px;font-family:ui-monospace,Menlo,Consolas,monospace;'
        'font-size:15px;letter-spacing:0.04em;background:#f0f5f3;border-radius:6px">{}</span>',
        text,
    )


@register.simple_tag(takes_context=True)
def name(context: Context, text: str) -> str:
    """Somebody's name, whose direction of writing reaches no further than itself."""
    return format_html("<bdi>{}</bdi>", text) if context["form"] == "html" else text


@register.filter
def money(minor: int, unit: str) -> str:
    """Minor units as the language writes them: `€5.00`, `5,00 €`; a number of another unit in words."""
    if not is_currency(unit):
        return money_in(_locale(), minor, unit)
    return str(format_currency(Decimal(decimal_text(minor, unit)), unit, locale=_locale()))


@register.filter
def worth(item: Mapping[str, Any]) -> str:
    """`€5.00 in store credit`, `a voucher worth €5.00`, `a voucher for 20%`."""
    minor = item["amount"]
    if item["kind"] not in VOUCHERS:
        return gift_text(item["kind"], minor, money(minor, item["unit"]), gettext=gettext)
    if item["unit"] == VOUCHER_UNIT and not item.get("percent"):
        return gettext("a voucher")
    if item.get("percent"):
        return gettext("a voucher for %(percent)s off") % {"percent": _percent(item["percent"])}
    return gettext("a voucher worth %(amount)s") % {"amount": money(minor, item["unit"])}


@register.filter
def day(at: Instant) -> str:
    """A date as the language writes it."""
    return str(format_date(moment(at).date(), format="long", locale=_locale()))


@register.filter
def month(at: Instant) -> str:
    """A month with its year."""
    return str(format_date(moment(at).date(), format="MMMM y", locale=_locale()))


@register.filter
def friends_won(count: int, subject: str) -> str:
    """How many friends, or whoever the program's subject is, came through somebody."""
    said = speaking_of(the_tongue(), subject).ngettext(
        "%(friends)s friend came through your recommendation.",
        "%(friends)s friends came through your recommendation.",
        count,
    )
    return said % {"friends": count}


@register.filter
def vouchers(number: int) -> str:
    """How many vouchers."""
    return ngettext("%(number)s voucher", "%(number)s vouchers", number) % {"number": number}


def _percent(basis_points: int) -> str:
    return str(format_percent(Decimal(basis_points) / 10_000, format="#,##0.##%", locale=_locale()))


def _locale() -> Locale:
    try:
        return Locale.parse(get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
