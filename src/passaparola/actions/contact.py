"""What a workspace says of itself to people, its word that it may mail invitations, and how late an event may come."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.domain.countries import UnableToReadCountry, read_countries
from passaparola.domain.people.identity import UnableToReadIdentity, canonical
from passaparola.domain.tongue import gettext_noop
from passaparola.store.read.messages import ContactRow, contact_row

LIMITS = {"name": 200, "contact_email": 320, "postal_address": 500, "website": 2048}
COUNTRIES, LATENESS = "invite_countries", "lateness_days"
LONGEST_LATENESS = 3650
NO_POSTAL_ADDRESS, INVALID_CONTACT = "postal_address_missing", "invalid_contact"
ATTESTATION = (
    "We have the right to mail the friends whose addresses our advocates give us, we name ourselves and a postal address in each mail, "
    "and whoever wants no more mail gets none."
)


def set_contact(
    given: Mapping[str, str], *, asked: Asked, countries: Iterable[str] | None = None, lateness_days: int | None = None
) -> Performed[ContactRow]:
    """Change some of `name`, `contact_email`, `postal_address`, `website`; an empty text removes all but the name. `countries` are those
    whose friends may be invited by mail; none: all, where invitations are allowed. Rewards for events older than `lateness_days` (0 to
    3650; 30 at first) when they arrive wait for a person, with the reason `late_event`.

    Refused: `invalid_contact` (422) with `field`; `postal_address_missing` (409) when it would go while invitations are mailed. Raises
    IdempotencyMismatch, Conflict.
    """
    wanted = None if countries is None else tuple(countries)
    return perform(asked, lambda desk: _put(dict(given), wanted, lateness_days, desk))


def allow_invites(*, asked: Asked, attestation: str) -> Performed[ContactRow]:
    """Invitations to friends may be mailed from now on, because the operator attests to it in words. Again: nothing happens.

    Refused: `attestation_missing` (422), `postal_address_missing` (409). Raises IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _allow(attestation, desk))


def forbid_invites(*, asked: Asked) -> Performed[ContactRow]:
    """No invitation is mailed any more, those that wait included. Again: nothing happens. Raises IdempotencyMismatch, Conflict."""
    return perform(asked, _forbid)


def put_contact(given: Mapping[str, str], countries: tuple[str, ...] | None, desk: Desk) -> ContactRow:
    """The same inside another act."""
    now = contact_row(desk.session, desk.workspace.id)
    changed = {name: checked_contact(name, text) for name, text in given.items()}
    changed = {name: text for name, text in changed.items() if text != getattr(now, name)}
    if countries is not None and (codes := _read(countries)) != now.invite_countries:
        changed[COUNTRIES] = ",".join(codes)
    if now.invites_allowed_at is not None and changed.get("postal_address") == "":
        raise Refusal(
            NO_POSTAL_ADDRESS, gettext_noop("invitations are mailed, and each of them names a postal address")
        )
    if changed:
        desk.act("workspace.contact", "", fields=sorted(changed))
        sets = ", ".join(f"{name} = %({name})s" for name in sorted(changed))
        statement = f"UPDATE store_workspace SET {sets} WHERE id = %(ws)s::uuid"
        desk.session.run(statement, ws=desk.workspace.id, **changed)
    return contact_row(desk.session, desk.workspace.id)


def _put(
    given: Mapping[str, str], countries: tuple[str, ...] | None, lateness_days: int | None, desk: Desk
) -> ContactRow:
    if lateness_days is not None and not 0 <= lateness_days <= LONGEST_LATENESS:
        raise Refusal(INVALID_CONTACT, f"{LATENESS}: 0 to {LONGEST_LATENESS}", 422, field=LATENESS)
    changed = put_contact(given, countries, desk)
    if lateness_days is None or lateness_days == changed.lateness_days:
        return changed
    desk.act("workspace.lateness", "", days=lateness_days, before=changed.lateness_days)
    statement = "UPDATE store_workspace SET lateness_days = %(days)s WHERE id = %(ws)s::uuid"
    desk.session.run(statement, days=lateness_days, ws=desk.workspace.id)
    return contact_row(desk.session, desk.workspace.id)


def checked_contact(name: str, text: str) -> str:
    """One of the texts as it is kept. Raises Refusal (`invalid_contact`)."""
    text = " ".join(text.split()) if name == "postal_address" else text.strip()
    if not text.isprintable() or len(text) > LIMITS[name] or (name == "name" and not text):
        raise Refusal(
            INVALID_CONTACT, f"{name}: one line of at most {LIMITS[name]} printable characters", 422, field=name
        )
    if name == "contact_email" and text:
        try:
            text = canonical("email", text)[1]
        except UnableToReadIdentity as problem:
            raise Refusal(INVALID_CONTACT, f"{name}: {problem}", 422, field=name) from None
    if name == "website" and text and not _is_address(text):
        raise Refusal(INVALID_CONTACT, f"{name}: write it as https://www.example.com", 422, field=name)
    return text


def _read(countries: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return read_countries(countries)
    except UnableToReadCountry as problem:
        raise Refusal(INVALID_CONTACT, f"{COUNTRIES}: {problem}", 422, field=COUNTRIES) from None


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username


def _allow(attestation: str, desk: Desk) -> ContactRow:
    now = contact_row(desk.session, desk.workspace.id)
    if attestation != ATTESTATION:
        raise Refusal("attestation_missing", f"attest to it in these words: {ATTESTATION}", 422)
    if not now.postal_address:
        raise Refusal(NO_POSTAL_ADDRESS, "an invitation names the firm's postal address: set it first")
    if now.invites_allowed_at is None:
        desk.act("invitations.allow", "", attestation=attestation)
        _allowed(desk, desk.now)
    return contact_row(desk.session, desk.workspace.id)


def _forbid(desk: Desk) -> ContactRow:
    if contact_row(desk.session, desk.workspace.id).invites_allowed_at is not None:
        desk.act("invitations.forbid", "")
        _allowed(desk, None)
    return contact_row(desk.session, desk.workspace.id)


def _allowed(desk: Desk, at: int | None) -> None:
    statement = "UPDATE store_workspace SET invites_allowed_at = %(at)s::bigint WHERE id = %(ws)s::uuid"
    desk.session.run(statement, at=at, ws=desk.workspace.id)
