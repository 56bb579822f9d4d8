"""Referrals: how many convert, what they may bring, how they go on from generation to generation, and a forecast."""

from fractions import Fraction

from passaparola.domain.calculations import figures as f
from passaparola.domain.calculations.calculation import Example, Results, calculation
from passaparola.domain.calculations.parameters import Kind, Parameter
from passaparola.domain.calculations.troubles import Trouble, TroubleName, UnableToCalculate

_CUSTOMERS = Parameter("customers", Kind.COUNT, "Customers at the beginning")
_MARKET = Parameter(
    "market_size",
    Kind.COUNT,
    "All who could ever be customers, those there are included; without it: no end",
    optional=True,
)
_ORDER_VALUE = Parameter("order_value", Kind.MONEY, "What one converted friend spends")
_REWARD = Parameter("reward", Kind.MONEY, "What both sides get for one converted friend, together", default="0")
_MONEY = (
    f.money("revenue", "revenue from converted friends"),
    f.money("rewards", "rewards for them"),
    f.money("net_revenue", "revenue less rewards"),
)


@calculation(
    "referral-conversion",
    takes=(
        Parameter("referrals", Kind.COUNT, "Referrals made", above_zero=True),
        Parameter("converted", Kind.COUNT, "Of these, converted friends"),
    ),
    gives=(f.share("conversion", "converted friends of all referrals"),),
    examples=(Example({"referrals": "200", "converted": "50"}, {"conversion": "25 %"}),),
)
def referral_conversion(*, referrals: int, converted: int) -> Results:
    """Which share of the referrals made became customers.

    Formula: converted ÷ referrals made.
    Units: whole referrals and friends; the conversion is a share of one.
    Errors: out_of_range without referrals; above_the_whole when more converted than were made.
    Source: standard definition of a conversion rate.
    Caveat: the report's conversion rate is of referred sign-ups, not of referrals made: say which one you compare.
    """
    if converted > referrals:
        expected, remedy = f"at most {referrals:,}, the referrals", "count both in the same period"
        raise UnableToCalculate(Trouble(TroubleName.ABOVE_THE_WHOLE, "converted", f"{converted:,}", expected, remedy))
    return {"conversion": Fraction(converted, referrals)}


@calculation(
    "referral-revenue",
    takes=(
        _CUSTOMERS,
        Parameter("participation", Kind.SHARE, "The share of them who refer"),
        Parameter("referrals_each", Kind.NUMBER, "Referrals that each of these makes"),
        Parameter("conversion", Kind.SHARE, "The share of referrals that convert"),
        _ORDER_VALUE,
        _REWARD,
    ),
    gives=(
        f.number("referrals", "referrals made", "referrals"),
        f.number("converted", "converted friends", "friends"),
        *_MONEY,
    ),
    examples=(
        Example(
            {
                "customers": "1000",
                "participation": "10 %",
                "referrals_each": "3",
                "conversion": "20 %",
                "order_value": "80.00",
                "reward": "20.00",
                "currency": "EUR",
            },
            {
                "referrals": "300 referrals",
                "converted": "60 friends",
                "revenue": "4800.00 EUR",
                "rewards": "1200.00 EUR",
                "net_revenue": "3600.00 EUR",
            },
        ),
    ),
)
def referral_revenue(
    *,
    customers: int,
    participation: Fraction,
    referrals_each: Fraction,
    conversion: Fraction,
    order_value: int,
    reward: int,
) -> Results:
    """What referrals may bring in, less the rewards, if every customer who takes part refers once.

    Formula: customers × participation × referrals each × conversion × order value; rewards = converted × reward.
    Units: expected numbers, not rounded to whole people; amounts are whole minor units, rounded half up at the end.
    Errors: result_too_large above 10^15.
    Source: product of the steps of the funnel, as revenue calculators of referral programs have it.
    Caveat: each factor is an estimate, and errors multiply. Revenue is not profit: see affordable-reward for the margin.
    """
    referrals = customers * participation * referrals_each
    return {"referrals": referrals, **_earned(referrals * conversion, order_value, reward)}


@calculation(
    "viral-growth",
    takes=(
        _CUSTOMERS,
        Parameter("referrals_each", Kind.NUMBER, "Referrals that each customer makes, once"),
        Parameter("conversion", Kind.SHARE, "The share of referrals that convert"),
        Parameter("generations", Kind.COUNT, "Generations beyond the first customers", default="3", most=60),
        _MARKET,
    ),
    gives=(
        f.number("referrals", "referrals by the first customers: not yet customers", "referrals"),
        f.number("k", "K: new customers that each customer brings"),
        f.number("sizes", "customers of each generation, the first ones included", many=True),
        f.number("all_customers", "customers in all", "customers"),
        f.number("beyond_market", "customers that the end of the market kept away", "customers"),
        f.number("limit", "customers in all after endless generations; none where K is 1 or more", optional=True),
    ),
    examples=(
        Example(
            {"customers": "1000", "referrals_each": "3", "conversion": "0.1"},
            {
                "referrals": "3,000 referrals",
                "k": "0.3",
                "sizes": "1,000, 300, 90, 27",
                "all_customers": "1,417 customers",
                "limit": "1,428.57",
            },
        ),
        Example(
            {"customers": "1000", "referrals_each": "3", "conversion": "0.1", "market_size": "1350"},
            {"sizes": "1,000, 300, 50, 0", "all_customers": "1,350 customers"},
        ),
    ),
)
def viral_growth(
    *,
    customers: int,
    referrals_each: Fraction,
    conversion: Fraction,
    generations: int,
    market_size: int | None,
) -> Results:
    """How referred customers refer others in turn, generation after generation, until the market is full.

    Formula: K = referrals each × conversion; customers × (1 + K + K² + …), never more than the market size.
    Units: expected numbers, not rounded to whole people.
    Errors: above_the_market when there are more customers than the market has; result_too_large above 10^15.
    Source: geometric series; K as in epidemiology's reproduction number and the marketing term viral coefficient.
    Caveat: 1,000 customers with 3 referrals each are 3,000 referrals, not customers. It is viral only where K is 1 or more, which is
    rare; K falls from generation to generation as friends are known already.
    """
    _fits(customers, market_size)
    k, sizes, beyond = referrals_each * conversion, [Fraction(customers)], Fraction(0)
    for _ in range(generations):
        wanted = sizes[-1] * k
        sizes.append(_room(wanted, sum(sizes), market_size))
        beyond += wanted - sizes[-1]
        if sizes[-1] > f.LARGEST_RESULT:
            break  # named as too large by the figure
    endless = customers / (1 - k) if k < 1 else None
    limit = endless if market_size is None or endless is None else min(endless, Fraction(market_size))
    return {
        "referrals": customers * referrals_each,
        "k": k,
        "sizes": tuple(sizes),
        "all_customers": sum(sizes),
        "beyond_market": beyond,
        "limit": limit,
    }


@calculation(
    "referral-forecast",
    takes=(
        _CUSTOMERS,
        Parameter("participation", Kind.SHARE, "The share of customers who refer in a month", default="2 %"),
        Parameter("referrals_each", Kind.NUMBER, "Referrals that each of these makes in a month", default="1"),
        Parameter("conversion", Kind.SHARE, "The share of referrals that convert", default="10 %"),
        _ORDER_VALUE,
        _REWARD,
        Parameter("months", Kind.COUNT, "How many months", default="12", above_zero=True, most=60),
        Parameter("ramp_months", Kind.COUNT, "Months until participation is full, rising evenly", default="3", most=60),
        Parameter(
            "compounding",
            Kind.CHOICE,
            "Whether new customers refer, too: yes or no",
            default="no",
            choices=("yes", "no"),
        ),
        _MARKET,
    ),
    gives=(
        f.number("new_by_month", "converted friends in each month", many=True),
        f.number("converted", "converted friends", "friends"),
        f.number("all_customers", "customers at the end", "customers"),
        *_MONEY,
    ),
    examples=(
        Example(
            {
                "customers": "1000",
                "participation": "10 %",
                "referrals_each": "3",
                "conversion": "20 %",
                "order_value": "80.00",
                "months": "4",
                "ramp_months": "3",
                "currency": "EUR",
            },
            {"new_by_month": "20, 40, 60, 60", "converted": "180 friends", "revenue": "14400.00 EUR"},
        ),
        Example(
            {
                "customers": "1000",
                "participation": "10 %",
                "referrals_each": "3",
                "conversion": "20 %",
                "order_value": "80.00",
                "months": "1",
                "ramp_months": "0",
                "currency": "EUR",
            },
            {"converted": "60 friends", "revenue": "4800.00 EUR"},
        ),
    ),
)
def referral_forecast(  # noqa: PLR0913  as many as the question has
    *,
    customers: int,
    participation: Fraction,
    referrals_each: Fraction,
    conversion: Fraction,
    order_value: int,
    reward: int,
    months: int,
    ramp_months: int,
    compounding: str,
    market_size: int | None,
) -> Results:
    """A careful forecast, month by month: a slow start, an end of the market, and compounding only if you ask for it.

    Formula: new in a month = those who may refer × participation × min(1, month ÷ ramp months) × referrals each × conversion, at most
    what the market has left; with compounding those who may refer are all customers so far, else the first ones.
    Units: expected numbers, not rounded to whole people; amounts are whole minor units, rounded half up at the end.
    Errors: above_the_market when there are more customers than the market has; result_too_large above 10^15.
    Source: the funnel of referral-revenue, repeated; the market as a ceiling.
    Caveat: the defaults are our own careful ones and no facts about your customers. Nothing here is lost again: churn, refunds and
    friends who were known already make it less.
    """
    _fits(customers, market_size)
    each = participation * referrals_each * conversion
    found: list[Fraction] = []
    total = Fraction(customers)
    for month in range(1, months + 1):
        ramp = Fraction(min(month, ramp_months), ramp_months) if ramp_months else Fraction(1)
        found.append(_room((total if compounding == "yes" else customers) * each * ramp, total, market_size))
        total += found[-1]
        if total > f.LARGEST_RESULT:
            break  # named as too large by the figure
    converted = total - customers
    return {"new_by_month": tuple(found), "all_customers": total, **_earned(converted, order_value, reward)}


def _earned(converted: Fraction, order_value: int, reward: int) -> Results:
    revenue, rewards = converted * order_value, converted * reward
    return {"converted": converted, "revenue": revenue, "rewards": rewards, "net_revenue": revenue - rewards}


def _room(wanted: Fraction, there: Fraction | int, market_size: int | None) -> Fraction:
    return wanted if market_size is None else min(wanted, market_size - Fraction(there))


def _fits(customers: int, market_size: int | None) -> None:
    if market_size is not None and customers > market_size:
        expected, remedy = f"at least {customers:,}, the customers there are", "count those in"
        raise UnableToCalculate(
            Trouble(TroubleName.ABOVE_THE_MARKET, "market_size", f"{market_size:,}", expected, remedy)
        )
