"""A small shop with a lively history, to look around in. The same every time; nobody in it is real.

The history ends when the demo was first loaded, so that loading it again finds the same events and changes nothing.
"""

import random
from collections.abc import Callable, Iterator
from typing import Any

from passaparola.domain.instant import DAY, SECOND, Instant, iso
from passaparola.inbound.commands import workspace_id
from passaparola.inbound.handover import Door
from passaparola.store.read.catalogue import find_program
from passaparola.store.read.gather import people_by_identity
from passaparola.store.read.messages import contact_row, first_link, link_slug
from passaparola.store.read.snapshot import reading

SOURCE = "demo"
DAYS = 120
BATCH = 200
COFFEE_FIVE = """\
# Demo: both get 5.00 EUR at the friend's first paid order; the advocate's waits two weeks for returns.
program: demo-coffee-five
name: Coffee for two
currency: EUR
timezone: Europe/Rome

trigger: {kind: first_purchase, min_value: 10.00}

windows:
  bind_days: 60
  earn_days: 90

rewards:
  - id: advocate-five
    side: advocate
    kind: store_credit
    amount: 5.00
    hold_days: 14
    expires_days: 365
  - id: friend-five
    side: friend
    kind: store_credit
    amount: 5.00
    expires_days: 90

caps:
  - {per: advocate, metric: value, max: 30.00, policy: clip}

budget:
  total: 600.00

goal: {kind: new_customers, target: 60, months: 12}

combine: true
precedence: 50  # a program of your own comes first
"""
REGULARS = """\
# Demo: for every three friends who buy, a voucher for 20 % off one order.
program: demo-regulars
name: Three friends, one treat
currency: EUR
timezone: Europe/Rome

trigger: first_purchase

rewards:
  - id: treat
    side: advocate
    kind: voucher
    structure: {kind: milestone, every: 3, repeat: true}
    voucher: {percent: 20, max_discount: 15.00}

goal: {kind: loyalty, target: 40, months: 12}

combine: true
precedence: 50  # a program of your own comes first
"""
ADVOCATES = ("ada", "carla", "dario", "elena", "felix", "greta", "hugo", "irma")
FRIENDS = (
    "ben",
    "clio",
    "dana",
    "egon",
    "fulvia",
    "gino",
    "hana",
    "ivo",
    "jana",
    "karl",
    "lia",
    "marco",
    "nora",
    "otto",
    "pia",
    "quirin",
    "rosa",
    "sami",
    "tea",
    "ugo",
    "vera",
    "walt",
    "xenia",
    "yuri",
    "zoe",
    "alba",
    "bruno",
    "cleo",
    "dino",
    "emma",
)


SURNAMES = ("Conti", "Bianchi", "Moretti", "Nowak", "Ionescu", "Haddad", "Weber", "Serra", "Lund")
NAMES = {who: f"{who.title()} {SURNAMES[n % len(SURNAMES)]}" for n, who in enumerate((*ADVOCATES, *FRIENDS, "mallory"))}
FIRM = {
    "name": "Caffè Passaparola",
    "contact_email": "ciao@example.com",
    "postal_address": "Via del Corso 1, 00186 Roma",
    "website": "https://shop.example.com",
}
QUOTES = (
    ("marco", "Marco", "en", "Honest prices, kind people, and beans that smell as they should."),
    ("irma", "Irma, Trieste", "en", "Their espresso is why I get up before seven."),
    (
        "elena",
        "Elena, Roma",
        "en",
        "I came for one coffee and stayed for the whole morning. My colleagues meet here every Friday now.",
    ),
    ("carla", "Carla", "it", "Il caffè è buono come quello di mia nonna, e non lo dico spesso."),
    ("hana", "هناء", "ar", "أفضل قهوة في الحي، والناس هنا لطفاء."),
    ("greta", "Greta", "en", "The only place that remembers how I take it."),
)  # who, the name to show, language, words
CHANNELS = ("whatsapp", "whatsapp", "email", "telegram", "facebook", "qr")


def load_demo(door: Door, progress: Callable[[int, int], None] | None = None) -> dict[str, Any]:
    """Apply the demo's programs and bring in its history; how much was new. `progress` is told (events done, of all)."""
    applied = [
        door.call("program.apply", document=text, source="the demo")["program"] for text in (COFFEE_FIVE, REGULARS)
    ]
    with reading() as session:
        began = find_program(session, workspace_id(), applied[0]).created_at
    events = list(enumerate(demo_events(began), start=1))
    recorded = duplicates = 0
    for start in range(0, len(events), BATCH):
        result = door.call("events.import.batch", lines=events[start : start + BATCH], source=SOURCE)
        recorded, duplicates = recorded + result["recorded"], duplicates + result["duplicates"]
        if progress is not None:
            progress(min(start + BATCH, len(events)), len(events))
    if recorded:
        door.call("people.name", names={f"demo-{who}": name for who, name in NAMES.items()})
        _introduce(door)
        _quote(door, applied[0])
    shown = {"link": _link_of("demo-ada", applied[0])}
    return {"programs": applied, "recorded": recorded, "known": duplicates, "changed": recorded > 0, **shown}


def _introduce(door: Door) -> None:
    """A shop that has not said who it is gets the demo's name."""
    with reading() as session:
        firm = contact_row(session, workspace_id())
    if firm.name == firm.slug:
        door.call("workspace.set", contact=FIRM, invites=None)


def _quote(door: Door, program: str) -> None:
    """What some of them say of it, on the pages of this program; the last one waits for staff."""
    for number, (who, shown_as, language, text) in enumerate(QUOTES, start=1):
        given = {"text": text, "shown_as": shown_as, "language": language, "consent": "in_person", "note": ""}
        said = door.call("quote.add", program=program, person=f"demo-{who}", **given)
        if number < len(QUOTES):
            door.call("quote.decide", quote=said["id"], verb="approve")


def _link_of(customer: str, slug: str) -> str:
    """The end of the address of this advocate's link."""
    with reading() as session:
        workspace = workspace_id()
        identity = ("customer_id", customer)
        person = people_by_identity(session, workspace, [identity])[identity]
        program = find_program(session, workspace, slug).key
        found = first_link(session, workspace, program, person)
        return (link_slug(session, workspace, found[0]) or "") if found else ""


def demo_events(until: Instant) -> list[dict[str, Any]]:
    """The history as events of the published shape, in order of time, ending at `until`."""
    dice = random.Random("passaparola demo")  # noqa: S311  a history, no secret
    begin = until - DAYS * DAY
    events = [*_regulars(dice, begin), *_tricks(begin)]
    events += _visitors(random.Random("visitors"), begin)  # noqa: S311
    for number, friend in enumerate(FRIENDS):
        advocate = ADVOCATES[min(int(dice.expovariate(0.4)), len(ADVOCATES) - 1)]
        came = begin + int((8 + dice.random() * (DAYS - 12)) * DAY)
        events += _friend(dice, friend, advocate, came, number)
    return sorted((e for e in events if e["at"] <= iso(until)), key=lambda e: (e["at"], e["id"]))


def _person(name: str) -> dict[str, str]:
    return {"customer_id": f"demo-{name}", "email": f"{name}@example.com"}


def _event(kind: str, key: str, at: Instant, **facts: Any) -> dict[str, Any]:
    return {"id": f"demo-{kind}-{key}", "type": kind, "at": iso(at - at % SECOND), **facts}


def _order(key: str, at: Instant, who: str, minor: int) -> dict[str, Any]:
    return _event("purchase", key, at, person=_person(who), amount_minor=minor, currency="EUR")


def _regulars(dice: random.Random, begin: Instant) -> Iterator[dict[str, Any]]:
    """The advocates were customers first."""
    for name in ADVOCATES:
        at = begin + int(dice.random() * 6 * DAY)
        yield _event("signup", name, at, person=_person(name))
        yield _order(f"{name}-0", at + 3600 * SECOND, name, dice.randrange(900, 4500))


def _visitors(dice: random.Random, begin: Instant) -> Iterator[dict[str, Any]]:
    """People who opened a link; most of them look around and go."""
    for number in range(90):
        advocate = ADVOCATES[min(int(dice.expovariate(0.4)), len(ADVOCATES) - 1)]
        at = begin + int((8 + dice.random() * (DAYS - 9)) * DAY)
        yield _event("visit", f"look-{number}", at, referred_by=_person(advocate), channel=dice.choice(CHANNELS))


def _tricks(begin: Instant) -> Iterator[dict[str, Any]]:
    """Mallory recommends herself, and brings somebody who was a customer long before."""
    yield _event("signup", "mallory", begin + 30 * DAY, person=_person("mallory"), referred_by=_person("mallory"))
    yield _order("mallory-1", begin + 31 * DAY, "mallory", 2500)
    yield _event(
        "signup",
        "old-friend",
        begin + 40 * DAY,
        person=_person("old-friend"),
        referred_by=_person("mallory"),
        customer_since="2020-05-01",
    )
    yield _order("old-friend-1", begin + 41 * DAY, "old-friend", 3200)


def _friend(dice: random.Random, name: str, advocate: str, came: Instant, number: int) -> Iterator[dict[str, Any]]:
    """Invited, brought by a link, or named; then perhaps some orders, and perhaps one goes back."""
    hour = 3600 * SECOND
    facts: dict[str, Any] = {}
    if number % 3 == 0:
        yield _event("share", name, came - 26 * hour, person=_person(advocate), to=_person(name), channel="email")
    elif number % 3 == 1:
        visit = _event("visit", name, came - 2 * hour, referred_by=_person(advocate), channel="whatsapp")
        yield visit
        facts = {"visit": visit["id"]}
    else:
        facts = {"referred_by": _person(advocate)}
    yield _event("signup", name, came, person=_person(name), **facts)
    at = came
    for order in range(dice.choice((0, 1, 1, 1, 2, 3))):
        at += int((1 + dice.expovariate(0.08)) * DAY)
        amount = dice.randrange(800, 9500)
        yield _order(f"{name}-{order}", at, name, amount)
        if dice.random() < 0.15:
            back = {"amount_minor": amount // 2, "currency": "EUR"} if dice.random() < 0.5 else {}
            yield _event("refund", f"{name}-{order}", at + 4 * DAY, order=f"demo-purchase-{name}-{order}", **back)
