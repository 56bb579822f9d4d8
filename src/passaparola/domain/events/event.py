"""An event as it is decided: read, checked, in whole minor units and microseconds."""

import hashlib
from enum import StrEnum

from passaparola.domain.instant import Instant
from passaparola.domain.people.identity import Identity
from passaparola.domain.values import value


class EventType(StrEnum):
    SHARE = "share"
    VISIT = "visit"
    SIGNUP = "signup"
    PURCHASE = "purchase"
    REFUND = "refund"
    STAGE = "stage"  # a step on the way: a lead, a meeting, a contract, a candidate hired
    CUSTOMER = "customer"  # a record of the customers import: since when somebody is a customer


DEFAULT_SOURCE = "default"
LINK_SOURCE = "link"  # visits through our own links
PLAIN = "order"  # what a purchase pays for unless it says otherwise; kept as no item
CANCELLED = "cancelled"  # the stage of somebody who left: it binds nobody
Facts = tuple[tuple[str, str | int | bool], ...]  # by name, sorted
BROWSER_SOURCE = "browser"  # orders that a page of the firm tells of with a publishable key, and what confirms them
STAFF_SOURCE = "staff"  # what a friend said when staff asked them: `referrals add`
ORGANIC_SOURCE = "organic"  # past referrals that staff enter: `referrals import`
NAMED_SOURCE = "named"  # whom a friend named on our page, and who confirmed it
MAILBOX_SOURCE = "mailbox"  # a friend who is a customer already, under another spelling of their address
BY_STAFF = frozenset({STAFF_SOURCE, ORGANIC_SOURCE, NAMED_SOURCE})
OWN_SOURCES = frozenset(
    {LINK_SOURCE, "landing", BROWSER_SOURCE, ORGANIC_SOURCE, STAFF_SOURCE, NAMED_SOURCE, MAILBOX_SOURCE}
)  # what we tell ourselves: nobody else may
BROWSER_ID = "web-"  # ids of events that only a browser told begin so: anybody can send them


def told_by_browser(event: str) -> bool:
    """Whether nobody but a browser vouches for the event of this id."""
    return event.startswith(BROWSER_ID)


@value(frozen=True, slots=True)
class Event:
    """One fact. `person` and the other references are identities, strongest first, or one ("person", our id).

    `order` is the order's own number (a purchase without one is its own order); `refund` the refund's. On a refund an `amount` of None
    is the whole order.
    On a stage `order` is the deal's number and `amount` its value. `item` is what a purchase paid for, "" for a plain order; `facts` what
    else is known.
    `visit` names a visit by its event id. `now` is set by who records the event.
    """

    source: str
    id: str
    type: str
    at: Instant
    person: tuple[Identity, ...] = ()
    to: tuple[Identity, ...] = ()
    referred_by: tuple[Identity, ...] = ()
    code: str | None = None
    visit: str | None = None
    order: str | None = None
    refund: str | None = None
    amount: int | None = None
    unit: str | None = None
    channel: str = ""
    customer_since: Instant | None = None
    only_date: bool = False
    at_told: bool = True  # False: nobody said when, so `at` is the time of arrival
    item: str = ""
    stage: str = ""
    facts: Facts = ()

    def content_hash(self) -> str:
        """Tells whether an event told again says the same. Time of arrival and route are not in it."""
        text = repr(
            (
                str(self.type),
                self.at if self.at_told else None,
                self.person,
                self.to,
                self.referred_by,
                self.code,
                self.visit,
                self.order,
                self.refund,
                self.amount,
                self.unit,
                self.channel,
                self.customer_since,
                self.only_date,
            )
        )
        if self.item or self.stage or self.facts:
            text += repr((self.item, self.stage, self.facts))
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
