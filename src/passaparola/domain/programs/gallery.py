"""The gallery: what each shipped program file is for, and the point that makes it special; and a plain file for each type of program."""

from dataclasses import dataclass
from enum import StrEnum

from passaparola.domain.money import UnableToReadAmount, exponent
from passaparola.domain.programs.vocabulary import ProgramType
from passaparola.domain.tongue import gettext_noop as _


class Vertical(StrEnum):
    B2C = "b2c"
    ECOMMERCE = "ecommerce"
    SERVICES = "services"
    SMALL_BUSINESS = "small_business"
    B2B = "b2b"
    SAAS = "saas"
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True, slots=True)
class Template:
    """One shipped file, without its ending; for whom it is, and what is special in it."""

    name: str
    verticals: tuple[Vertical, ...]
    point: str


_V = Vertical
_SHOPS = (_V.B2C, _V.ECOMMERCE)

GALLERY: tuple[Template, ...] = (
    Template("five-friends", _SHOPS, _("A reward for every five friends, not for each.")),
    Template("give-5-get-5", _SHOPS, _("The plainest of all: both get the same, at the friend's first order.")),
    Template("one-sided", _SHOPS, _("Only who recommends is thanked.")),
    Template("percent-with-limits", _SHOPS, _("A share of each order, with the limits that keep it affordable.")),
    Template("ten-percent", _SHOPS, _("A share of what friends buy, in one line.")),
    Template(
        "x01-dropbox",
        (_V.SAAS, _V.B2C),
        _("The reward is the product itself: it costs next to nothing, and asking is the last step of joining."),
    ),
    Template(
        "x02-trendy-butler",
        (_V.SUBSCRIPTION, _V.ECOMMERCE),
        _("Ambassadors come by invitation only, so that to be asked is an honour."),
    ),
    Template(
        "x03-uber", (_V.SERVICES, _V.B2C), _("Credit for a later ride brings both the newcomer and the advocate back.")
    ),
    Template(
        "x03-uber-both",
        (_V.SERVICES, _V.B2C),
        _("The same credit for rider and advocate: there is nothing to explain."),
    ),
    Template(
        "x04-airbnb", (_V.SERVICES, _V.B2C), _("Nothing is owed until a stay is over, and only above a least amount.")
    ),
    Template(
        "x04-airbnb-growing",
        (_V.SERVICES, _V.B2C),
        _("It begins small, and grows by itself once enough guests come back."),
    ),
    Template("x05-paypal", _SHOPS, _("Real money for each verified user, with a budget that ends it in time.")),
    Template("x06-robinhood", (_V.B2C,), _("Which share one gets is a draw that anybody can verify afterwards.")),
    Template(
        "x07-pottery-barn-kids",
        (_V.ECOMMERCE,),
        _("The link itself carries the discount, and tells who shared and what was bought."),
    ),
    Template(
        "x08-five-friends-voucher",
        _SHOPS,
        _("A voucher that only the next purchase can use: the reward brings a sale."),
    ),
    Template(
        "x09-software-bill-credit",
        (_V.B2B, _V.SAAS),
        _("Money off the bill that comes anyway, carried forward where the bill is smaller."),
    ),
    Template("x10-influencer-review", (_V.ECOMMERCE,), _("A blogger gets the product, and says so.")),
    Template("x11-clothing-advice", (_V.ECOMMERCE,), _("Advice is what is shared; nobody is paid for it.")),
    Template("x12-one-sided", _SHOPS, _("One-sided, with a window after which nothing is owed any more.")),
    Template("x13-two-sided", _SHOPS, _("Both or neither: one reward never stands without the other.")),
    Template("x14-flat", _SHOPS, _("The same each time: easy to say, easy to remember.")),
    Template("x15-tiers", _SHOPS, _("Each further friend is worth more than the last.")),
    Template("x16-points", (_V.B2C, _V.ECOMMERCE), _("Points that are worth money at the checkout.")),
    Template(
        "x17-proportional", (_V.ECOMMERCE, _V.SERVICES), _("Who brings more gets more, between a least and a most.")
    ),
    Template("x18-chain", _SHOPS, _("Each friend becomes an advocate in turn, and each is paid for their own.")),
    Template("x19-new-customers", _SHOPS, _("Nothing is spent on people the firm knows already.")),
    Template("x20-frequency", _SHOPS, _("To recommend often is what is rewarded, not to do it once.")),
    Template(
        "x21-employee-bonus", (_V.B2B, _V.SERVICES), _("All staff may take part, and the bonus comes with the wages.")
    ),
    Template(
        "x22-candidates",
        (_V.B2B, _V.SERVICES),
        _("What is brought is a candidate, and the bonus waits for the probation."),
    ),
    Template(
        "x23-affiliates", (_V.ECOMMERCE, _V.SAAS), _("Open to anybody, customer or not, with a statement each month.")
    ),
    Template("x24-b2b-lead", (_V.B2B,), _("A long sale is rewarded in parts: at the lead, the meeting, the contract.")),
    Template(
        "x25-saas-recurring",
        (_V.SAAS, _V.SUBSCRIPTION),
        _("A share of every invoice for a year, while the friend stays."),
    ),
    Template("x26-minimal-loyalty", _SHOPS, _("A small thank-you for both, and one for coming back.")),
    Template("x27-shout-out", (_V.ECOMMERCE,), _("To be thanked in public is the reward, when one agrees.")),
    Template(
        "x28-services-ambassador",
        (_V.SERVICES,),
        _("A discount and a freebie, asked for after a service that pleased."),
    ),
    Template(
        "x29-small-local",
        (_V.SMALL_BUSINESS,),
        _("Codes on paper, low caps, an offer for each shop, nothing to spend."),
    ),
    Template(
        "x30-surplus-bundle",
        (_V.SMALL_BUSINESS, _V.ECOMMERCE),
        _("What is left in stock is the reward, while it lasts."),
    ),
    Template(
        "x31-surprise-upgrade",
        (_V.SUBSCRIPTION, _V.SAAS),
        _("Nobody expects it: a month on a better plan, given by a person."),
    ),
    Template("x32-recognition", (_V.B2C, _V.SERVICES), _("Prizes for the first three of the month.")),
    Template(
        "x33-no-reward",
        (_V.SMALL_BUSINESS, _V.SERVICES),
        _("Nothing is given and everything is counted: it costs nothing."),
    ),
    Template(
        "x34-high-value",
        (_V.B2B, _V.SERVICES),
        _("For a purchase that takes two years: ten, twenty and seventy per cent."),
    ),
    Template(
        "x35-exclusive-access", (_V.SUBSCRIPTION, _V.ECOMMERCE), _("Advocates see what is new a week before everybody.")
    ),
    Template("x36-swag", (_V.B2C,), _("A thing with one's name on it, sent when the size is known.")),
    Template("x37-free-subscription", (_V.SUBSCRIPTION,), _("A free month moves the day of the next payment.")),
    Template("x38-content-sharing", (_V.B2C, _V.SAAS), _("What is shared and read counts; nobody has to buy.")),
    Template(
        "x39-top-customers",
        (_V.SERVICES, _V.ECOMMERCE),
        _("Only the best customers are asked, by a list that is computed."),
    ),
    Template("x40-reward-card", (_V.SMALL_BUSINESS,), _("A card of paper or plastic that works at the counter.")),
)

_HEAD = "program: my-{type}\nname: {name}\ntype: {type}\ncurrency: {currency}\n"

# What a type begins with. The amounts are ours, to be changed.
_STARTS: dict[ProgramType, tuple[str, str]] = {
    ProgramType.CUSTOMER: (
        "Tell a friend",
        (
            "access: customers\ntrigger: {kind: first_purchase, friend_must_be: new_customer}\nwindows: {bind_days: 30, earn_days: 90}\n"
            "rewards:\n  - {id: thanks, side: advocate, kind: store_credit, amount: 10.00, hold_days: 14}\n"
            "  - {id: welcome, side: friend, kind: voucher, amount: 10.00}\ncaps:\n  - {per: advocate, metric: value, max: 500.00}\n"
        ),
    ),
    ProgramType.EMPLOYEE: (
        "Our people recommend us",
        (
            "access: employees\ntrigger: first_purchase\nwindows: {bind_days: 90, earn_days: 365}\n"
            "rewards:\n  - {id: bonus, side: advocate, kind: payroll_bonus, amount: 50.00, hold_days: 30, fulfil: batch}\n"
        ),
    ),
    ProgramType.AMBASSADOR: (
        "Our ambassadors",
        (
            "access: invite_only\ntrigger: first_purchase\nwindows: {bind_days: 60}\n"
            "rewards:\n  - {id: thanks, side: advocate, kind: store_credit, percent: 10, maximum: 50.00, hold_days: 30}\n"
            "  - {id: welcome, side: friend, kind: voucher, amount: 10.00}\n"
        ),
    ),
    ProgramType.AFFILIATE: (
        "Partners",
        (
            "access: open\ntrigger: purchase\nwindows: {bind_days: 30, earn_days: 365}\n"
            "rewards:\n  - {id: share, side: advocate, kind: commission, percent: 10, hold_days: 30}\nbudget: {total: 5000.00}\n"
        ),
    ),
    ProgramType.INFLUENCER: (
        "Reviews and posts",
        (
            "access: invite_only\ntrigger: first_purchase\nwindows: {bind_days: 30}\n"
            "rewards:\n  - {id: share, side: advocate, kind: commission, percent: 5, hold_days: 30}\n"
            "  - {id: welcome, side: friend, kind: voucher, amount: 5.00}\n"
        ),
    ),
    ProgramType.B2B: (
        "Recommend us to another firm",
        (
            "access: customers\ntrigger: contract\nwindows: {bind_days: 365}\n"
            "rewards:\n  - {id: thanks, side: advocate, kind: gift_card, amount: 250.00, fulfil: approval}\n"
        ),
    ),
    ProgramType.SAAS: (
        "A share of every invoice",
        (
            "access: customers\ntrigger: each_invoice_paid\nwindows: {bind_days: 60}\n"
            "rewards:\n  - {id: share, side: advocate, kind: bill_credit, percent: 20, structure: {kind: recurring, periods: 12}}\n"
        ),
    ),
    ProgramType.CONTENT: (
        "What you share counts",
        (
            "access: open\ntrigger: content_visit\nwindows: {bind_days: 7, earn_days: 7}\n"
            "rewards:\n  - {id: points, side: advocate, kind: points, amount: 5}\n"
            "caps:\n  - {per: advocate, metric: count, max: 20, period: month}\n"
        ),
    ),
    ProgramType.ADVICE: (
        "Advice from customers",
        "access: customers\ntrigger: first_purchase\nwindows: {bind_days: 30}\nrewards: []\n",
    ),
    ProgramType.LOYALTY: (
        "Come back together",
        (
            "access: customers\ntrigger: purchase\nwindows: {bind_days: 30, earn_days: 365}\n"
            "rewards:\n  - {id: often, side: advocate, kind: store_credit, amount: 10.00, "
            "structure: {kind: frequency, every: 3, within_days: 30}}\n"
        ),
    ),
    ProgramType.SURPRISE: (
        "A thank-you out of the blue",
        (
            "access: open\ntrigger: manual_grant\n"
            "rewards:\n  - {id: gift, side: advocate, kind: upgrade, amount: 1, item: the next plan, ends: {months: 1}}\n"
        ),
    ),
    ProgramType.RECOGNITION: (
        "Advocates of the month",
        "access: open\ntrigger: manual_grant\nrewards:\n  - {id: first, side: advocate, kind: prize, amount: 1, item: first prize}\n",
    ),
}

_GOALS = {
    ProgramType.B2B: "leads",
    ProgramType.CONTENT: "awareness",
    ProgramType.LOYALTY: "loyalty",
    ProgramType.SURPRISE: "referrals",
    ProgramType.RECOGNITION: "referrals",
}


def starting_file(kind: ProgramType, currency: str = "EUR") -> str:
    """A program file of this type, with what is usual for it; a person changes the name and the amounts."""
    name, body = _STARTS[kind]
    if _whole(currency):
        body = body.replace(".00", "")
    goal = f"goal: {{kind: {_GOALS.get(kind, 'new_customers')}, target: 50, months: 12}}  # yours\n"
    return _HEAD.format(type=kind.value, name=name, currency=currency) + body + goal


def _whole(currency: str) -> bool:
    """Whether amounts of the currency have no digits after the point; one that is unknown is said by whoever reads the file."""
    try:
        return exponent(currency) == 0
    except UnableToReadAmount:
        return False
