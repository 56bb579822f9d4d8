"""What to expect of a referral program, said before its launch: it is honest work, and no wonder."""

from dataclasses import dataclass

from passaparola.domain.tongue import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Expectation:
    """A sentence to remember, and why."""

    key: str
    says: str
    why: str


EXPECTATIONS: tuple[Expectation, ...] = (
    Expectation(
        "not_viral",
        _("It will not go viral"),
        _(
            "Each person brings less than one other. The program adds customers to those who come anyway; it does not grow by itself."
        ),
    ),
    Expectation(
        "takes_time",
        _("It takes time"),
        _(
            "People recommend when somebody asks them, not when you launch. Look at it after three months, and judge it after a year."
        ),
    ),
    Expectation(
        "low_engagement",
        _("Most people will not take part"),
        _(
            "A few of a hundred customers recommend, and some of them bring most of the friends. That is usual, not a fault."
        ),
    ),
    Expectation(
        "needs_you",
        _("It needs you"),
        _(
            "Nobody shares what they have not heard of. Somebody has to ask, remind, answer and say thank you, an hour or two a week."
        ),
    ),
    Expectation(
        "needs_a_good_product",
        _("It does not mend a product"),
        _(
            "People recommend what pleased them. Ask how satisfied they are first, and make that better before you pay for words."
        ),
    ),
    Expectation(
        "rewards_help_a_little",
        _("A larger reward does not do more by itself"),
        _(
            "A reward is a reason to remember and a thank-you. What it changes, only an experiment with your own customers can tell."
        ),
    ),
)
