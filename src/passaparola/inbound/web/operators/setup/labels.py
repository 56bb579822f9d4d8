"""The words of the set-up: the steps, the choices, and what the check says in the words of whoever is asked."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from passaparola.domain.programs.findings import FindingReason
from passaparola.domain.programs.goals import GoalKind
from passaparola.domain.setup.answers import Step


class StepWords(NamedTuple):
    name: Any
    asks: Any
    helps: Any


STEP_WORDS: dict[Step, StepWords] = {
    Step.GOAL: StepWords(
        _("Goal"),
        _("What is the program for?"),
        _("One goal. It decides which program suits you, and later whether it has done its work."),
    ),
    Step.BEGINNING: StepWords(
        _("Beginning"),
        _("What do you want to begin with?"),
        _("One that works is quicker than an empty page. Everything in it can be changed in the next steps."),
    ),
    Step.PEOPLE: StepWords(
        _("Customers"),
        _("Who takes part, and what counts?"),
        _("Who may recommend, what a friend does so that it counts, and what a customer is worth to you."),
    ),
    Step.REWARDS: StepWords(
        _("Rewards"),
        _("Who gets what?"),
        _("A thank-you for whoever recommends, a reason to come for the friend. Small is enough."),
    ),
    Step.STRUCTURE: StepWords(
        _("How often"),
        _("How often is the advocate rewarded?"),
        _("For each friend is the easiest to say and to remember."),
    ),
    Step.LIMITS: StepWords(
        _("Limits"),
        _("How much may it cost?"),
        _("Nothing beyond these limits is ever promised, whatever happens."),
    ),
    Step.MESSAGES: StepWords(
        _("Words"),
        _("What do friends read?"),
        _("Headline, steps and conditions are written for you. Say in your own words why somebody should come."),
    ),
    Step.CHANNELS: StepWords(
        _("Channels"),
        _("Where do people meet the program?"),
        _("Nobody recommends what they do not see. Choose the places that you really can fill."),
    ),
    Step.TRACKING: StepWords(
        _("Connection"),
        _("How do we hear of sign-ups and orders?"),
        _("Begin with the simplest one; another can be added at any time."),
    ),
    Step.PROMOTION: StepWords(
        _("Work"),
        _("Who does what, and when?"),
        _("A program does not run by itself. This makes your plan of work, with days, names and hours."),
    ),
    Step.CHECK: StepWords(
        _("Check and launch"),
        _("Is everything right?"),
        _("Read it once as a whole. After the launch it holds for friends who come from then on."),
    ),
}
GOALS: dict[str, Any] = {
    GoalKind.NEW_CUSTOMERS: _("New customers"),
    GoalKind.SALES: _("More sales"),
    GoalKind.REVENUE: _("More revenue"),
    GoalKind.REFERRALS: _("Many recommendations"),
    GoalKind.MULTIPLY_BASE: _("Multiply the number of customers"),
    GoalKind.LOYALTY: _("Customers who stay"),
    GoalKind.LEADS: _("Enquiries from other firms"),
    GoalKind.AWARENESS: _("To be better known"),
    GoalKind.TRUST: _("Trust in a service"),
    GoalKind.REPUTATION: _("A good reputation"),
    GoalKind.LOWER_CAC: _("Cheaper new customers"),
}
ACCESS = {
    "customers": _("Customers: whoever has paid an order"),
    "open": _("Anybody, customer or not"),
    "prospects_allowed": _("Everybody whom you know, customer or not"),
    "invite_only": _("Only whom you invite"),
    "employees": _("Everybody who works for you"),
    "segment": _("A group of customers, as the beginning says"),
}
TRIGGERS = {
    "first_purchase": _("Pays the first order"),
    "purchase": _("Pays an order, each time"),
    "signup": _("Signs up"),
    "first_invoice_paid": _("Pays the first invoice"),
    "each_invoice_paid": _("Pays an invoice, each time"),
    "first_stay_completed": _("Completes the first stay"),
    "first_ride_completed": _("Completes the first ride"),
    "contract": _("Signs a contract"),
    "content_visit": _("Visits by the link"),
    "manual_grant": _("Nothing: you give rewards by hand"),
}
REWARD_KINDS = {
    "nothing": _("Nothing"),
    "store_credit": _("Store credit: money to spend at your shop"),
    "voucher": _("Voucher: a code worth an amount"),
    "percent_discount": _("Discount: a code for per cent off an order"),
    "points": _("Points"),
    "bill_credit": _("Credit on the next bills"),
    "cash": _("Money, paid out"),
    "gift_card": _("Gift card"),
    "free_product": _("Free product"),
    "small_gift": _("Small gift"),
    "shout_out": _("Public thank-you"),
}
STRUCTURES = {
    "each": _("The same for each friend"),
    "share": _("A share of what the friend buys"),
    "every": _("For every so many friends"),
    "more": _("The more friends, the more for each"),
    "pace": _("For several friends in a short time"),
    "orders": _("For each of the friend's orders"),
}
PERIODS = {"": _("in all"), "month": _("each month"), "quarter": _("each quarter"), "year": _("each year")}
CHANNELS = {
    "link": _("Personal links and codes in the customer's portal"),
    "mail": _("A line below your e-mails"),
    "receipt": _("After the order, and on the receipt"),
    "site": _("Your home page and menu"),
    "account": _("The page where customers sign in"),
    "social": _("Social networks and messengers"),
    "cards": _("Printed cards with codes"),
    "counter": _("A poster with a QR code at the counter"),
    "talk": _("Conversations with customers"),
}
TRACKING = {
    "hand": _("By hand: you keep a list of sign-ups and orders, and it is imported"),
    "csv": _("By file: orders are exported from the shop and imported (CSV)"),
    "snippet": _("By a snippet on the shop's pages; you confirm what it tells"),
    "api": _("By the shop's server (API): all by itself"),
    "till": _("At the till: the code is said and checked there"),
}
PROMOTION = {
    "newsletter": _("A newsletter on the day of the launch"),
    "team": _("A weekly reminder to the team"),
    "poster": _("New posters and cards after a month"),
    "season": _("Two weeks in which the reward is doubled"),
}
RECOGNITION = {
    "thanks": _("Thank everybody by name"),
    "public": _("Thank the best in public, when they agree"),
    "event": _("An evening with the best advocates"),
}
YES_NO = {"": _("Not yet"), "yes": _("Yes")}
FINDINGS: dict[FindingReason, Any] = {
    FindingReason.BAD_AMOUNT: _("Write an amount above 0, with no more digits than the currency has: 5.00"),
    FindingReason.BAD_NUMBER: _("Write a whole number that is possible here."),
    FindingReason.BAD_PERCENT: _("Write a percentage above 0 and up to 100, such as 10 or 12.5."),
    FindingReason.BAD_TEXT: _("Write a name of 1 to 200 characters in one line."),
    FindingReason.BAD_ADDRESS: _("Write it as https://shop.example/welcome"),
    FindingReason.UNKNOWN_CURRENCY: _("Write a code of three capitals, such as EUR, USD, PLN or JPY."),
    FindingReason.UNKNOWN_TIMEZONE: _("Choose a time zone such as Europe/Rome."),
    FindingReason.UNKNOWN_VALUE: _("Choose one of these."),
    FindingReason.AMOUNT_OR_PERCENT: _("Say what it is worth."),
    FindingReason.BUDGET_TOO_SMALL: _("The budget is below what one recommendation costs: raise it, or lower the rewards."),
    FindingReason.LIMIT_WITHOUT_USE: _("This limits nothing that is given: leave it empty, or choose another reward."),
    FindingReason.CAP_TOO_SMALL: _("This is below one reward, so none would ever be given."),
    FindingReason.REWARD_ABOVE_MARGIN: _("Both rewards together are more than you earn on an order: lower them."),
    FindingReason.REWARD_OUT_OF_PROPORTION: _("The reward is out of proportion to the price."),
    FindingReason.REWARD_TOO_SMALL: _("The reward is too small to be a reason for a firm."),
    FindingReason.NEEDS_AN_ORDER: _("There is no order to take a share of or to measure: change what counts, or leave this out."),
    FindingReason.STRUCTURE_MISMATCH: _("This does not go with what counts, or with the reward: choose another way."),
    FindingReason.TRIGGER_MISMATCH: _("This does not go with what counts."),
    FindingReason.ACCESS_MISMATCH: _("This does not go with who may take part."),
    FindingReason.NOT_FOR_THIS_KIND: _("This does not go with this kind of reward."),
    FindingReason.MINIMUM_ABOVE_MAXIMUM: _("The least is above the most."),
    FindingReason.LIMIT_WITHOUT_PERCENT: _("A least and a most go with a share only."),
    FindingReason.GOAL_INCOMPLETE: _("Say how much is to be reached, and within how many months."),
    FindingReason.MISSING_KEY: _("Something is missing here."),
}  # fmt: skip
