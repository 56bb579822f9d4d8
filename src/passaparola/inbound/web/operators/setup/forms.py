"""The questions of each step as forms. What the figures mean together is not judged here: the check of the program file does that."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passaparola.domain.design.blocks import Block, UnableToReadBlock, read_block
from passaparola.domain.people.identity import UnableToReadIdentity, canonical
from passaparola.domain.programs.findings import FindingReason
from passaparola.domain.setup.answers import LONGEST, Answers, Said, Step, chosen, said
from passaparola.domain.setup.beginnings import Values, reward_name, worth_key
from passaparola.domain.setup.effort import MOST_WEEKS, day_of
from passaparola.inbound.web.operators import words
from passaparola.inbound.web.operators.setup import labels

CURRENCIES = (
    *("EUR", "USD", "GBP", "PLN", "RON", "CHF", "CZK", "HUF", "SEK", "NOK"),
    *("DKK", "JPY", "CAD", "AUD", "AED", "SAR", "EGP", "MAD"),
)
FIGURES = frozenset(
    {
        *("target", "months", "min_value", "order_value", "margin", "advocate_worth", "friend_worth", "hold_days"),
        *("expires_days", "share", "least", "most", "every", "within_days", "second_at", "second_worth", "third_at"),
        *("third_worth", "periods", "budget", "cap_money", "cap_count", "bind_days", "earn_days", "review_weeks"),
    }
)


def figure(label: Any, hint: Any = "", unit: str = "") -> forms.CharField:
    """A number as people type it."""
    attrs = {"inputmode": "decimal", "dir": "ltr", "autocomplete": "off", "data-unit": unit}
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=32, widget=forms.TextInput(attrs=attrs)
    )


def line(label: Any, hint: Any = "", example: Any = "", longest: int = 200, **attrs: str) -> forms.CharField:
    """A line of words."""
    shown = forms.TextInput(attrs={"dir": "auto", "autocomplete": "off", "placeholder": example, **attrs})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=longest, widget=shown)


def one_of(label: Any, choices: Iterable[tuple[str, Any]], hint: Any = "", *, radio: bool = False) -> forms.ChoiceField:
    """One choice of a few."""
    widget = forms.RadioSelect() if radio else forms.Select()
    return forms.ChoiceField(label=label, choices=list(choices), help_text=hint, required=False, widget=widget)


def some_of(label: Any, choices: Mapping[str, Any]) -> forms.MultipleChoiceField:
    """Any number of choices."""
    return forms.MultipleChoiceField(
        label=label, choices=list(choices.items()), required=False, widget=forms.CheckboxSelectMultiple
    )


class StepForm(forms.Form):
    """The questions of one step, with what was answered. `given` of a form that was sent are its answers."""

    def __init__(self, step: Step, answers: Answers, base: Values, data: Any = None):
        self.step, self.base, self.answers = step, base, answers
        fields = _FIELDS[step](answers, base)
        started = {
            name: list(chosen(answers, step, name)) if isinstance(field, forms.MultipleChoiceField) else said(answers, step, name)
            for name, field in fields.items()
        }  # fmt: skip
        super().__init__(data, initial=started)
        self.fields.update(fields)

    def clean(self) -> None:
        """What only this form can judge: the check of the program file never sees it."""
        for name, judge in _JUDGED.items():
            text = str(self.cleaned_data.get(name) or "").strip()
            if name in self.cleaned_data and (wrong := judge(text)):
                self.add_error(name, wrong)

    @property
    def given(self) -> dict[str, Said]:
        """What was answered: texts without blanks around them, a comma of a figure as a point, choices as a tuple."""
        told: dict[str, Said] = {}
        for name, value in self.cleaned_data.items():
            if isinstance(value, list):
                told[name] = tuple(value)
            elif name in FIGURES or name.startswith("worth-"):
                told[name] = str(value).strip().replace(",", ".").replace(" ", "")
            else:
                told[name] = str(value).strip()[:LONGEST]
        return told


def _goal(answers: Answers, base: Values) -> dict[str, forms.Field]:  # noqa: ARG001
    zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    currency = said(answers, Step.GOAL, "currency")
    known = [*CURRENCIES, *([currency] if currency and currency not in CURRENCIES else [])]
    return {
        "name": line(_("What is the program called?"), _("Customers read it."), _("Tell a friend")),
        "goal": one_of(_("What is to be reached?"), labels.GOALS.items()),
        "target": figure(_("How much of it?"), _("How many, or an amount of money; to multiply: the factor, such as 2.")),
        "months": figure(_("Within how many months?")),
        "currency": one_of(_("Currency"), [(code, code) for code in known]),
        "timezone": one_of(_("Time zone"), [("Etc/UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in zones)]),
    }  # fmt: skip


def _beginning(answers: Answers, base: Values) -> dict[str, forms.Field]:  # noqa: ARG001
    """The page draws the choices itself, as cards; any name may be given, the view knows which there are."""
    return {"beginning": forms.CharField(label=_("Beginning"), max_length=64, required=False)}


def _people(answers: Answers, base: Values) -> dict[str, forms.Field]:
    access = [pair for pair in labels.ACCESS.items() if pair[0] != "segment" or "access" in base]
    trigger = said(answers, Step.PEOPLE, "trigger")
    triggers = [*labels.TRIGGERS.items(), *([(trigger, trigger)] if trigger not in labels.TRIGGERS else [])]
    return {
        "access": one_of(_("Who may recommend?"), access, radio=True),
        "trigger": one_of(_("What does the friend do so that it counts?"), triggers),
        "min_value": figure(_("The smallest order that counts"), _("Empty: any.")),
        "order_value": figure(_("What a usual order is worth"), _("Rewards are judged by it.")),
        "margin": figure(_("What you earn on it, in per cent"), _("What is left after the costs of what you sell.")),
        "satisfaction": one_of(
            _("Do you know how satisfied your customers are?"), labels.YES_NO.items(), _("The dissatisfied tell more people.")
        ),
    }  # fmt: skip


def _rewards(answers: Answers, base: Values) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    if "rewards" in base:
        ways = [("template", _("As the beginning has them")), ("own", _("My own"))]
        fields["rewards"] = one_of(_("Which rewards?"), ways, radio=True)
        for reward in base["rewards"]:
            if worth_key(reward):
                whose = labels_of(reward)
                fields[f"worth-{reward_name(reward)}"] = figure(whose)
    return {**fields, **_own(answers)}


def labels_of(reward: Values) -> str:
    """Which reward of the file a figure is of."""
    side = words.SIDES.get(str(reward.get("side")), "")
    kind = words.KINDS.get(str(reward.get("kind")), reward.get("kind"))
    percent = " (%)" if worth_key(reward) == "percent" else ""
    return f"{kind} {side}{percent}"


def _own(answers: Answers) -> dict[str, forms.Field]:  # noqa: ARG001
    worth = _("An amount, a number of points, or per cent of a discount.")
    kinds = labels.REWARD_KINDS.items()
    return {
        "advocate": one_of(_("Whoever recommends gets"), kinds),
        "advocate_worth": figure(_("What that is worth"), worth),
        "advocate_item": line(_("What is that?"), example=_("Coffee and cake")),
        "friend": one_of(_("The friend gets"), kinds),
        "friend_worth": figure(_("What the friend's is worth"), worth),
        "friend_item": line(_("What does the friend get?"), example=_("Coffee")),
        "hold_days": figure(_("Days to wait before it is given"), _("For orders that are sent back. 0: at once.")),
        "expires_days": figure(_("Days for which it is good"), _("Empty: for ever.")),
    }


def _structure(answers: Answers, base: Values) -> dict[str, forms.Field]:  # noqa: ARG001
    return {
        "structure": one_of(_("How often?"), labels.STRUCTURES.items(), radio=True),
        "share": figure(_("Share of the order, in per cent")),
        "least": figure(_("At least"), _("Empty: no limit.")),
        "most": figure(_("At most"), _("Empty: no limit.")),
        "every": figure(_("How many friends?")),
        "within_days": figure(_("Within how many days?")),
        "second_at": figure(_("From which friend on is it more?")),
        "second_worth": figure(_("What is each worth then?")),
        "third_at": figure(_("And from which friend on still more?")),
        "third_worth": figure(_("And what is each worth then?"), _("Empty: no third level.")),
        "periods": figure(_("For how many orders?"), _("Empty: for all.")),
    }


def _limits(answers: Answers, base: Values) -> dict[str, forms.Field]:  # noqa: ARG001
    return {
        "budget": figure(_("Budget for all rewards together"), _("Empty: none. Things and points do not count.")),
        "budget_period": one_of(_("The budget is meant"), labels.PERIODS.items()),
        "cap_money": figure(_("The most that one advocate gets"), _("In money. Empty: no limit.")),
        "cap_count": figure(_("The most rewards that one advocate gets"), _("A number. Empty: no limit.")),
        "cap_period": one_of(_("The most is meant"), labels.PERIODS.items()),
        "bind_days": figure(_("Days from the link to the sign-up or order"), _("Later it does not count. Empty: for ever.")),
        "earn_days": figure(_("Days for which the friend's orders count"), _("Empty: for ever.")),
    }  # fmt: skip


def _messages(answers: Answers, base: Values) -> dict[str, forms.Field]:  # noqa: ARG001
    words = forms.Textarea(attrs={"rows": 4, "dir": "auto"})
    return {
        "words": forms.CharField(
            label=_("Your words beneath the headline"), required=False, max_length=400, widget=words
        ),
        "contact_email": line(
            _("E-mail address for questions"), _("It stands on every page that people see."), "hello@shop.example", 320, dir="ltr"
        ),
    }  # fmt: skip


def _channels(answers: Answers, base: Values) -> dict[str, forms.Field]:  # noqa: ARG001
    return {
        "channels": some_of(_("Where do you tell of it?"), labels.CHANNELS),
        "landing": line(
            _("Where do links lead?"),
            _("Empty: to a page of ours that explains the offer. Or the address of a page of your shop."),
            "https://shop.example/welcome",
            2000,
            dir="ltr",
            inputmode="url",
        ),
    }


def _tracking(answers: Answers, base: Values) -> dict[str, forms.Field]:  # noqa: ARG001
    return {"tracking": one_of(_("How?"), labels.TRACKING.items(), radio=True)}


def _promotion(answers: Answers, base: Values) -> dict[str, forms.Field]:  # noqa: ARG001
    start = forms.TextInput(attrs={"type": "date"})
    return {
        "start": forms.CharField(label=_("Day of the launch"), required=False, max_length=10, widget=start),
        "owner": line(_("Who is in charge?"), example=_("A name"), longest=60),
        "technician": line(_("Who does the technical part?"), _("Empty: the same person."), _("A name"), 60),
        "promotion": some_of(_("How do you promote it?"), labels.PROMOTION),
        "recognition": some_of(_("How do you thank people?"), labels.RECOGNITION),
        "review_weeks": figure(_("Every how many weeks do you look at the numbers?")),
        "staff_briefed": one_of(_("Do sales, service and support know it?"), labels.YES_NO.items()),
    }


def _check(answers: Answers, base: Values) -> dict[str, forms.Field]:  # noqa: ARG001
    return {}


def _named(text: str) -> str:
    return "" if text else gettext("Give the program a name.")


def _fitting(text: str) -> str:
    try:
        if text:
            read_block(Block.MESSAGE, {"words": text})
    except UnableToReadBlock as problem:
        return gettext("Expected here: %(expected)s") % {"expected": gettext(str(problem))}
    return ""


def _mailed(text: str) -> str:
    try:
        if text:
            canonical("email", text)
    except UnableToReadIdentity:
        return gettext("Write an e-mail address, such as hello@shop.example.")
    return ""


def _dated(text: str) -> str:
    return gettext("Write a day such as 2027-03-01.") if text and day_of(text) is None else ""


def _weekly(text: str) -> str:
    possible = not text or (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= MOST_WEEKS)
    return "" if possible else str(labels.FINDINGS[FindingReason.BAD_NUMBER])


_JUDGED: dict[str, Callable[[str], str]] = {
    "name": _named,
    "words": _fitting,
    "contact_email": _mailed,
    "start": _dated,
    "review_weeks": _weekly,
}
_FIELDS = {
    Step.GOAL: _goal,
    Step.BEGINNING: _beginning,
    Step.PEOPLE: _people,
    Step.REWARDS: _rewards,
    Step.STRUCTURE: _structure,
    Step.LIMITS: _limits,
    Step.MESSAGES: _messages,
    Step.CHANNELS: _channels,
    Step.TRACKING: _tracking,
    Step.PROMOTION: _promotion,
    Step.CHECK: _check,
}
