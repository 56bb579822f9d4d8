"""Money: return on investment (ROI), cost of a new customer (CAC), average order value (AOV), and what referred customers are worth."""

from fractions import Fraction

from passaparola.domain.calculations import figures as f
from passaparola.domain.calculations.calculation import Example, Results, calculation
from passaparola.domain.calculations.parameters import Kind, Parameter


@calculation(
    "roi",
    takes=(
        Parameter("gain", Kind.MONEY, "What the program brought in"),
        Parameter("cost", Kind.MONEY, "What it cost: rewards, software, work", above_zero=True),
    ),
    gives=(f.money("profit", "gain less cost"), f.share("roi", "profit for each unit of cost")),
    examples=(
        Example({"gain": "5000.00", "cost": "1250.00", "currency": "EUR"}, {"roi": "300 %", "profit": "3750.00 EUR"}),
    ),
)
def roi(*, gain: int, cost: int) -> Results:
    """Return on investment (ROI): what came back for what was spent.

    Formula: (gain − cost) ÷ cost.
    Units: amounts are whole minor units of one currency; the return is a fraction of one and may be below zero.
    Errors: out_of_range when the cost is 0.
    Source: standard definition of return on investment.
    Caveat: use the margin as gain, not revenue, and only what would not have come anyway.
    """
    return {"profit": gain - cost, "roi": Fraction(gain - cost, cost)}


@calculation(
    "cac",
    takes=(
        Parameter("cost", Kind.MONEY, "What winning them cost in all"),
        Parameter("customers", Kind.COUNT, "New customers won with it", above_zero=True),
    ),
    gives=(f.money("cac", "cost of one new customer"),),
    examples=(Example({"cost": "1250.00", "customers": "25", "currency": "EUR"}, {"cac": "50.00 EUR"}),),
)
def cac(*, cost: int, customers: int) -> Results:
    """Customer acquisition cost (CAC): what one new customer cost.

    Formula: cost ÷ new customers.
    Units: whole minor units, rounded half up.
    Errors: out_of_range when there are no new customers.
    Source: standard definition of customer acquisition cost.
    Caveat: compare it with other channels only when the same kinds of cost are in both.
    """
    return {"cac": Fraction(cost, customers)}


@calculation(
    "aov",
    takes=(
        Parameter("revenue", Kind.MONEY, "Revenue of the orders"),
        Parameter("orders", Kind.COUNT, "Number of orders", above_zero=True),
    ),
    gives=(f.money("aov", "average value of an order"),),
    examples=(Example({"revenue": "4000.00", "orders": "50", "currency": "EUR"}, {"aov": "80.00 EUR"}),),
)
def aov(*, revenue: int, orders: int) -> Results:
    """Average order value (AOV): what one order brings.

    Formula: revenue ÷ orders.
    Units: whole minor units, rounded half up.
    Errors: out_of_range when there are no orders.
    Source: standard definition of average order value.
    Caveat: a few large orders move the average; and orders are not customers.
    """
    return {"aov": Fraction(revenue, orders)}


@calculation(
    "lifetime-value",
    takes=(
        Parameter("lifetime_value", Kind.MONEY, "Lifetime value (LTV) of a customer who was not referred"),
        Parameter("uplift", Kind.CHANGE, "By how much a referred one is worth more", default="+16 %"),
    ),
    gives=(
        f.money("referred_lifetime_value", "lifetime value of a referred customer"),
        f.money("difference", "more than the other"),
        f.factor("factor", "times as much"),
    ),
    examples=(
        Example(
            {"lifetime_value": "100.00", "uplift": "+16 %", "currency": "EUR"},
            {"referred_lifetime_value": "116.00 EUR", "difference": "16.00 EUR", "factor": "×1.16"},
        ),
    ),
)
def lifetime_value(*, lifetime_value: int, uplift: Fraction) -> Results:
    """Lifetime value (LTV) of a referred customer, from that of another one.

    Formula: lifetime value × (1 + uplift).
    Units: whole minor units, rounded half up; the uplift is a fraction of one.
    Errors: result_too_large when nobody could be worth that much.
    Source: the default of 16 % is from Schmitt, Skiera and Van den Bulte, Referral Programs and Customer Value, Journal of Marketing
    75 (2011).
    Caveat: that was one German bank. Measure your own customers before you plan with it.
    """
    referred = lifetime_value * (1 + uplift)
    return {"referred_lifetime_value": referred, "difference": referred - lifetime_value, "factor": 1 + uplift}


@calculation(
    "spend-uplift",
    takes=(
        Parameter("spend", Kind.MONEY, "What a customer spends who was not referred"),
        Parameter("uplift", Kind.CHANGE, "By how much a referred one may spend more, at most", default="+200 %"),
    ),
    gives=(
        f.money("up_to", "what a referred customer spends, at most"),
        f.money("difference", "more than the other, at most"),
        f.factor("factor", "times as much, at most"),
    ),
    examples=(
        Example({"spend": "50.00", "uplift": "+200 %", "currency": "EUR"}, {"up_to": "150.00 EUR", "factor": "×3"}),
    ),
)
def spend_uplift(*, spend: int, uplift: Fraction) -> Results:
    """What referred customers spend at most, from what others spend.

    Formula: spend × (1 + uplift).
    Units: whole minor units, rounded half up; the uplift is a fraction of one.
    Errors: result_too_large when nobody could spend that much.
    Source: definition of percentage change. The default is the often repeated claim of up to 200 % more, whose study is not named.
    Caveat: +200 % is three times as much, not twice; and up to is a ceiling, never an average.
    """
    most = spend * (1 + uplift)
    return {"up_to": most, "difference": most - spend, "factor": 1 + uplift}
