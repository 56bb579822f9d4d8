"""What earns a reward, in words: for people who check a program, for the friend who reads an offer, for the advocate in the portal."""

from passaparola.domain.programs.compiled import Program, Trigger
from passaparola.domain.tongue import Tongue
from passaparola.domain.tongue import gettext_noop as _

_ITEMS = frozenset({"invoice", "ride", "stay"})
_STAGES = frozenset({"verified", "approved", "lead", "meeting", "contract", "hired"})
_PREFIX = {Trigger.FIRST_PURCHASE: "first", Trigger.PURCHASE: "each"}

# For people who check a program: whole sentences, the second of the same name with the smallest order that counts.
EARNED = {
    "signup": _("Rewards are earned by a friend's sign-up:"),
    "first_order": _("Rewards are earned by a friend's first paid order:"),
    "each_order": _("Rewards are earned by each paid order of a friend:"),
    "first_invoice": _("Rewards are earned by the first invoice that a friend pays:"),
    "each_invoice": _("Rewards are earned by each invoice that a friend pays:"),
    "first_ride": _("Rewards are earned by a friend's first completed ride:"),
    "each_ride": _("Rewards are earned by each completed ride of a friend:"),
    "first_stay": _("Rewards are earned by a friend's first completed stay:"),
    "each_stay": _("Rewards are earned by each completed stay of a friend:"),
    "first_item": _("Rewards are earned by a friend's first paid order of the item %(item)s:"),
    "each_item": _("Rewards are earned by each paid order of a friend of the item %(item)s:"),
    "verified": _("Rewards are earned when a friend's sign-up is verified:"),
    "approved": _("Rewards are earned when a friend's sign-up is approved:"),
    "lead": _("Rewards are earned when a friend becomes a lead:"),
    "meeting": _("Rewards are earned when a friend comes to a meeting:"),
    "contract": _("Rewards are earned when a friend signs a contract:"),
    "hired": _("Rewards are earned when a friend is hired:"),
    "stage": _("Rewards are earned when a friend reaches the stage %(stage)s:"),
    "content_visit": _("Rewards are earned by each day on which a friend visits through the advocate's link:"),
    "manual_grant": _("Rewards are given by staff, each time with a reason:"),
}
EARNED_FROM = {
    "first_order": _("Rewards are earned by a friend's first paid order of at least %(amount)s:"),
    "each_order": _("Rewards are earned by each paid order of a friend of at least %(amount)s:"),
    "first_invoice": _("Rewards are earned by the first invoice of at least %(amount)s that a friend pays:"),
    "each_invoice": _("Rewards are earned by each invoice of at least %(amount)s that a friend pays:"),
    "first_ride": _("Rewards are earned by a friend's first completed ride for at least %(amount)s:"),
    "each_ride": _("Rewards are earned by each completed ride of a friend for at least %(amount)s:"),
    "first_stay": _("Rewards are earned by a friend's first completed stay for at least %(amount)s:"),
    "each_stay": _("Rewards are earned by each completed stay of a friend for at least %(amount)s:"),
    "first_item": _("Rewards are earned by a friend's first paid order of the item %(item)s of at least %(amount)s:"),
    "each_item": _("Rewards are earned by each paid order of a friend of the item %(item)s of at least %(amount)s:"),
}
# For the friend who reads an offer.
_YOURS = {
    "signup": _("as soon as you sign up"),
    "first_order": _("with your first order"),
    "each_order": _("with each of your orders"),
    "first_invoice": _("with the first invoice you pay"),
    "each_invoice": _("with each invoice you pay"),
    "first_ride": _("after your first ride"),
    "each_ride": _("after each of your rides"),
    "first_stay": _("after your first stay"),
    "each_stay": _("after each of your stays"),
    "first_item": _("with your first order of %(item)s"),
    "each_item": _("with each of your orders of %(item)s"),
    "verified": _("as soon as your sign-up is verified"),
    "approved": _("as soon as your sign-up is approved"),
    "lead": _("as soon as you have told us what you need"),
    "meeting": _("after our first meeting"),
    "contract": _("when you sign a contract"),
    "hired": _("when you are hired"),
    "stage": _("when you reach the stage %(stage)s"),
    "content_visit": _("for each day on which you visit"),
    "manual_grant": _("as a thank-you from us"),
}
_YOURS_FROM = {
    "first_order": _("with your first order of at least %(amount)s"),
    "each_order": _("with each of your orders of at least %(amount)s"),
}
# For the advocate in the portal.
_FRIENDS = {
    "signup": _("as soon as a friend signs up through you"),
    "first_order": _("with the first order of a friend who comes through you"),
    "each_order": _("with each order of a friend who comes through you"),
    "first_invoice": _("with the first invoice paid by a friend who comes through you"),
    "each_invoice": _("with each invoice paid by a friend who comes through you"),
    "first_ride": _("after the first ride of a friend who comes through you"),
    "each_ride": _("after each ride of a friend who comes through you"),
    "first_stay": _("after the first stay of a friend who comes through you"),
    "each_stay": _("after each stay of a friend who comes through you"),
    "first_item": _("with the first order of %(item)s by a friend who comes through you"),
    "each_item": _("with each order of %(item)s by a friend who comes through you"),
    "verified": _("as soon as the sign-up of a friend who comes through you is verified"),
    "approved": _("as soon as the sign-up of a friend who comes through you is approved"),
    "lead": _("as soon as a friend who comes through you has told us what they need"),
    "meeting": _("after the first meeting with a friend who comes through you"),
    "contract": _("when a friend who comes through you signs a contract"),
    "hired": _("when a friend who comes through you is hired"),
    "stage": _("when a friend who comes through you reaches the stage %(stage)s"),
    "content_visit": _("for each day on which a friend visits through your link"),
    "manual_grant": _("as a thank-you from us"),
}
# The step that a friend takes, with the code they were given.
_STEPS = {
    "order": _("Order at %(firm)s with that code."),
    "ride": _("Take a ride with %(firm)s and give that code."),
    "stay": _("Book a stay with %(firm)s and give that code."),
    "signup": _("Sign up at %(firm)s with that code."),
    "hired": _("Apply to %(firm)s and give that code."),
    "visit": _("Visit %(firm)s through the link."),
    "contact": _("Get in touch with %(firm)s and give that code."),
}
_STEPS_FROM = {"order": _("Order at %(firm)s for at least %(amount)s, with that code.")}
_HEADLINES = {
    "order": _("Order at %(firm)s, and %(who)s gets %(advocate)s"),
    "signup": _("Sign up at %(firm)s, and %(who)s gets %(advocate)s"),
    "other": _("Come to %(firm)s, and %(who)s gets %(advocate)s"),
}


def earning_key(program: Program) -> str:
    """The name of what earns: `signup`, `first_ride`, `contract`; `first_item` and `stage` where the word is the firm's own."""
    if program.trigger is Trigger.STAGE:
        return program.stage if program.stage in _STAGES else "stage"
    prefix = _PREFIX.get(program.trigger)
    if prefix is None:
        return str(program.trigger)
    item = program.item if program.item in _ITEMS else "item" if program.item else "order"
    return f"{prefix}_{item}"


def earned_words(program: Program, tongue: Tongue) -> str:
    """What earns, for people who check the program."""
    return _told(program, tongue, EARNED, EARNED_FROM)


def yours_words(program: Program, tongue: Tongue) -> str:
    """What the friend does, for the friend."""
    return _told(program, tongue, _YOURS, _YOURS_FROM)


def friends_words(program: Program, tongue: Tongue) -> str:
    """What the friend does, for the advocate."""
    return _told(program, tongue, _FRIENDS, {})


def step_words(program: Program, firm: str, tongue: Tongue) -> str:
    """What a friend who took the offer does next."""
    key = _step_of(program)
    least = _least(program, tongue)
    text = _STEPS_FROM[key] if least and key in _STEPS_FROM else _STEPS[key]
    return tongue.gettext(text) % {"firm": firm, **least}


def headline_words(program: Program, tongue: Tongue) -> str:
    """The sentence of an offer whose friend gets nothing, with places for `firm`, `who` and `advocate`."""
    key = _step_of(program)
    signs_up = program.trigger is Trigger.SIGNUP or key == "signup"
    return tongue.gettext(_HEADLINES["signup" if signs_up else key if key in _HEADLINES else "other"])


def _step_of(program: Program) -> str:
    if program.trigger is Trigger.CONTENT_VISIT:
        return "visit"
    if program.trigger is Trigger.STAGE:
        return {"verified": "signup", "approved": "signup", "hired": "hired"}.get(program.stage or "", "contact")
    if program.trigger is Trigger.GRANT:
        return "contact"
    return program.item if program.item in ("ride", "stay") else "order"


def _least(program: Program, tongue: Tongue) -> dict[str, str]:
    if program.min_order is None:
        return {}
    return {"amount": tongue.money(program.min_order, program.min_order_unit or program.currency)}


def _told(program: Program, tongue: Tongue, plain: dict[str, str], with_least: dict[str, str]) -> str:
    key, least = earning_key(program), _least(program, tongue)
    given = {"item": program.item, "stage": program.stage}
    if least and key in with_least:
        return tongue.gettext(with_least[key]) % {**given, **least}
    said = tongue.gettext(plain[key]) % given
    if not least or plain is EARNED:
        return said
    return tongue.gettext("%(when)s, of at least %(amount)s") % {"when": said, **least}
