"""Which program suits which goal: a template for each, and why."""

from dataclasses import dataclass

from passaparola.domain.programs.goals import GoalKind
from passaparola.domain.tongue import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A goal, the shipped program file to begin with (`examples/programs/<template>.yaml`), and the reason in a sentence or two."""

    goal: GoalKind
    template: str
    reason: str


RECOMMENDATIONS: tuple[Recommendation, ...] = (
    Recommendation(
        GoalKind.NEW_CUSTOMERS,
        "x19-new-customers",
        _(
            "New customers are the goal, so only somebody the firm does not know yet counts, and nothing is spent on those it knows."
        ),
    ),
    Recommendation(
        GoalKind.MULTIPLY_BASE,
        "x01-dropbox",
        _(
            "The base grows when both sides gain and the reward is the product itself: it costs little, and each newcomer can ask the next."
        ),
    ),
    Recommendation(
        GoalKind.SALES,
        "x13-two-sided",
        _("A sale needs the friend as much as the advocate, so both get something at the friend's first order."),
    ),
    Recommendation(
        GoalKind.REVENUE,
        "x17-proportional",
        _("Revenue is the goal, so advocates get a share of what their friends buy: who brings more gets more."),
    ),
    Recommendation(
        GoalKind.REFERRALS,
        "x15-tiers",
        _("Many recommendations are the goal, so each further friend is worth more than the last."),
    ),
    Recommendation(
        GoalKind.LOYALTY,
        "x20-frequency",
        _("Loyalty is the goal, so what is rewarded is to recommend often, not once."),
    ),
    Recommendation(
        GoalKind.LEADS,
        "x24-b2b-lead",
        _("A deal between firms takes time, so part of the reward is given at each stage: lead, meeting, contract."),
    ),
    Recommendation(
        GoalKind.AWARENESS,
        "x38-content-sharing",
        _("To be known is the goal, so what is shared and read counts, and nobody has to buy."),
    ),
    Recommendation(
        GoalKind.TRUST,
        "x28-services-ambassador",
        _("For services trust decides, so one goal, few ambassadors who were served well, and a person who answers."),
    ),
    Recommendation(
        GoalKind.REPUTATION,
        "x33-no-reward",
        _("A reputation cannot be bought: people recommend for nothing, and everything is tracked."),
    ),
    Recommendation(
        GoalKind.LOWER_CAC,
        "x29-small-local",
        _("Few costs are the goal, so small rewards, low caps, codes on paper and no advertising."),
    ),
)


def recommended(goal: GoalKind) -> Recommendation:
    """The program to begin with for a goal. Total: each goal has one."""
    return next(r for r in RECOMMENDATIONS if r.goal is goal)
