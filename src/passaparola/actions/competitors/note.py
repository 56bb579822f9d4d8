"""Note what a competitor offers, and take it away again."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.domain.competition import UnableToReadWorth, worth_of
from passaparola.domain.money import UnableToReadAmount, exponent
from passaparola.domain.tongue import gettext_noop
from passaparola.store.read.setups import CompetitorRow, competitors
from passaparola.store.write.setups import put_competitor, remove_competitor

INVALID_COMPETITOR, TOO_MANY = "invalid_competitor", "too_many_competitors"
LIMITS = {"name": 120, "website": 2048, "advocate": 32, "friend": 32, "currency": 3, "note": 500}
MOST = 200


def note_competitor(given: Mapping[str, str], *, asked: Asked) -> Performed[CompetitorRow]:
    """`given` has name, website, advocate, friend, currency and note; the same name again is written anew.

    Refused: `invalid_competitor` (422) with `field`, `too_many_competitors`. Raises IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _note(dict(given), desk))


def forget_competitor(key: str, *, asked: Asked) -> Performed[bool]:
    """Take it away. Raises NotFound, IdempotencyMismatch, Conflict."""
    return perform(asked, lambda desk: _forget(key, desk))


def _note(given: dict[str, str], desk: Desk) -> CompetitorRow:
    told = {name: _checked(name, given.get(name, "")) for name in LIMITS}
    _worths(told)
    known = competitors(desk.session, desk.workspace.id, MOST)
    if len(known) >= MOST and told["name"] not in {row.name for row in known}:
        raise Refusal(TOO_MANY, gettext_noop("there are two hundred already: take one away first"))
    put_competitor(desk.session, desk.workspace.id, told, desk.now)
    desk.act("competitor.write", told["name"], **told)
    return next(row for row in competitors(desk.session, desk.workspace.id, MOST) if row.name == told["name"])


def _checked(name: str, text: str) -> str:
    text = text.strip()
    if not text.isprintable() or len(text) > LIMITS[name]:
        sentence = gettext_noop("%(field)s: one line of at most %(most)s characters")
        raise Refusal(INVALID_COMPETITOR, sentence, 422, said={"field": name, "most": str(LIMITS[name])}, field=name)
    if name == "name" and not text:
        raise Refusal(INVALID_COMPETITOR, gettext_noop("say who the competitor is"), 422, field=name)
    if name == "website" and text and not _is_address(text):
        raise Refusal(INVALID_COMPETITOR, gettext_noop("write the address as https://www.example.com"), 422, field=name)
    return text


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _worths(told: Mapping[str, str]) -> None:
    try:
        exponent(told["currency"])
    except UnableToReadAmount:
        sentence = gettext_noop("write the currency as three capitals, such as EUR")
        raise Refusal(INVALID_COMPETITOR, sentence, 422, field="currency") from None
    for side in ("advocate", "friend"):
        try:
            worth_of(told[side], told["currency"], None)
        except UnableToReadWorth:
            sentence = gettext_noop("write what a side gets as an amount or a percentage, or leave it empty")
            raise Refusal(INVALID_COMPETITOR, sentence, 422, field=side) from None


def _forget(key: str, desk: Desk) -> bool:
    known = {row.id: row.name for row in competitors(desk.session, desk.workspace.id, MOST)}
    if key not in known:
        raise NotFound(f"there is no competitor {key}")
    remove_competitor(desk.session, desk.workspace.id, key)
    desk.act("competitor.remove", known[key])
    return True
