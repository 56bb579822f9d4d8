"""Program files to read and to spoil: one with every key, a small one, and the mistakes one can make in them."""

from pathlib import Path

from passaparola.domain.programs import Finding, FindingReason, Program, read_program

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples" / "programs").glob("*.yaml"))
GUIDE = ROOT / "docs" / "programs.md"
KEY = "0" * 32

FULL = """\
program: full
name: Everything at once
type: saas
status: draft
currency: EUR
timezone: Europe/Rome
access: {mode: customers}
trigger: {kind: purchase, min_value: 20.00}
windows: {bind_days: 30, earn_days: unlimited}
rewards:
  - id: share
    side: advocate
    kind: store_credit
    percent: 12.5
    structure: percent
    minimum: 5
    maximum: 50.00
    hold_days: 14
    expires_days: 365
    on_partial_refund: all
  - id: fifth
    side: advocate
    kind: voucher
    structure: {kind: milestone, every: 5, repeat: false}
    voucher: {percent: 20, max_discount: 40.00, min_order: "10.00"}
  - side: friend
    kind: voucher
    amount: "7.50"
    voucher: {min_order: 30}
caps:
  - {per: advocate, metric: value, max: 500.00, policy: stop}
  - {per: friend, metric: count, max: 3}
budget: {total: 10000, alert_percent: 90}
landing: {url: "https://shop.example/welcome?from=friends", hosts: [blog.shop.example]}
goal: {kind: multiply_base, factor: 2, months: 15}
economics: {order_value: 100.00, margin: 40, least_percent: 5, most_percent: 50}
onboarding: {stages: 6, referral_step: 6}
launch: {satisfaction_known: true, staff_briefed: false}
"""
SMALL = """\
program: small
name: Small
currency: USD
trigger: signup
rewards:
  - side: friend
    kind: store_credit
    amount: 5.00
"""


def read(text: str) -> tuple[Program | None, list[Finding]]:
    return read_program(text, key=KEY, version=1, effective_from=0)


def good(text: str) -> Program:
    program, findings = read(text)
    assert findings == []
    assert program is not None
    return program


def example(name: str) -> str:
    return (ROOT / "examples" / "programs" / name).read_text(encoding="utf-8")


def edited(old: str, new: str, text: str = FULL) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def only(text: str) -> Finding:
    _, findings = read(text)
    assert len(findings) == 1, [f.sentence() for f in findings]
    return findings[0]


R = FindingReason
REFUSALS = [
    ("program: full", "program: Full", "program", R.BAD_ID),
    ("program: full", "program: 12", "program", R.BAD_ID),
    ("program: full\n", "", "program", R.MISSING_KEY),
    ("name: Everything at once", "name: ' '", "name", R.BAD_TEXT),
    ("name: Everything at once", "name:", "name", R.EMPTY_VALUE),
    ("type: saas", "type: custommer", "type", R.UNKNOWN_VALUE),
    ("type: saas", "type: [saas]", "type", R.UNKNOWN_VALUE),
    ("type: saas", "type: {saas: 1}", "type", R.UNKNOWN_VALUE),
    ("status: draft", "status: paused", "status", R.UNKNOWN_VALUE),
    ("currency: EUR", "currency: eur", "currency", R.UNKNOWN_CURRENCY),
    ("currency: EUR", "currency: XAU", "currency", R.UNKNOWN_CURRENCY),
    ("Europe/Rome", "Europe/Roma", "timezone", R.UNKNOWN_TIMEZONE),
    ("Europe/Rome", "../../etc/passwd", "timezone", R.UNKNOWN_TIMEZONE),
    ("{mode: customers}", "staff", "access", R.UNKNOWN_VALUE),
    ("{mode: customers}", "[open]", "access", R.WRONG_SHAPE),
    ("kind: purchase,", "kind: download,", "trigger.kind", R.UNKNOWN_VALUE),
    ("min_value: 20.00", "min_value: 20.001", "trigger.min_value", R.BAD_AMOUNT),
    ("min_value: 20.00", "min_value: 0", "trigger.min_value", R.BAD_AMOUNT),
    ("bind_days: 30", "bind_days: 0", "windows.bind_days", R.BAD_NUMBER),
    ("bind_days: 30", "bind_days: 3651", "windows.bind_days", R.BAD_NUMBER),
    ("earn_days: unlimited", "earn_days: forever", "windows.earn_days", R.BAD_NUMBER),
    ("side: friend", "side: both", "rewards[2].side", R.UNKNOWN_VALUE),
    ("side: friend", "side: friend\n    place: 1", "rewards[2].place", R.CONTEST_MISMATCH),
    ("kind: store_credit", "kind: coins", "rewards[0].kind", R.UNKNOWN_VALUE),
    ("kind: store_credit\n", "kind: [store_credit]\n", "rewards[0].kind", R.UNKNOWN_VALUE),
    ("kind: store_credit\n", "kind: {store_credit: 1}\n", "rewards[0].kind", R.UNKNOWN_VALUE),
    ("kind: store_credit\n", "\n", "rewards[0].kind", R.MISSING_KEY),
    ("percent: 12.5", "percent: 0", "rewards[0].percent", R.BAD_PERCENT),
    ("percent: 12.5", "percent: 100.01", "rewards[0].percent", R.BAD_PERCENT),
    ("percent: 12.5", "percent: 1.005", "rewards[0].percent", R.BAD_PERCENT),
    ("percent: 12.5", f"percent: 12.5{'0' * 28}1", "rewards[0].percent", R.BAD_PERCENT),
    ("percent: 12.5", "percent: 10 %", "rewards[0].percent", R.BAD_PERCENT),
    ("percent: 12.5", "percent: true", "rewards[0].percent", R.BAD_PERCENT),
    ("percent: 12.5", "percent: 12.5\n    amount: 5.00", "rewards[0]", R.AMOUNT_OR_PERCENT),
    ("structure: percent", "structure: flat", "rewards[0].percent", R.STRUCTURE_MISMATCH),
    ("structure: percent", "structure: {kind: percent, every: 5}", "rewards[0].structure.every", R.STRUCTURE_MISMATCH),
    (
        "structure: percent",
        "structure: {kind: proportional, steps: [1, 3]}",
        "rewards[0].structure.steps",
        R.UNKNOWN_KEY,
    ),
    (
        "structure: percent",
        "structure: {kind: percent, bonus: 5.00}",
        "rewards[0].structure.bonus",
        R.STRUCTURE_MISMATCH,
    ),
    ("structure: percent", "structure: {kind: bonus, every: 5, bonus: 0}", "rewards[0].structure.bonus", R.BAD_AMOUNT),
    (
        "structure: percent",
        "structure: {kind: bonus, every: 5, bonus: 25}\n    when: 'day > \"2026\"'",
        "rewards[0].when",
        R.STRUCTURE_MISMATCH,
    ),
    ("minimum: 5\n", "minimum: 5.001\n", "rewards[0].minimum", R.BAD_AMOUNT),
    ("minimum: 5\n", "minimum: 60\n", "rewards[0].minimum", R.MINIMUM_ABOVE_MAXIMUM),
    ("hold_days: 14", "hold_days: 366", "rewards[0].hold_days", R.BAD_NUMBER),
    ("hold_days: 14", 'hold_days: "14"', "rewards[0].hold_days", R.BAD_NUMBER),
    ("hold_days: 14", "hold_days: 1.5", "rewards[0].hold_days", R.BAD_NUMBER),
    ("hold_days: 14", "hold: 14", "rewards[0].hold", R.UNKNOWN_KEY),
    ("hold_days: 14", "carry_forward: true", "rewards[0].carry_forward", R.UNKNOWN_KEY),
    ("on_partial_refund: all", "on_partial_refund: some", "rewards[0].on_partial_refund", R.UNKNOWN_VALUE),
    ("id: fifth", "id: share", "rewards[1].id", R.DUPLICATE_ID),
    ("every: 5", "every: 1", "rewards[1].structure.every", R.BAD_NUMBER),
    ("every: 5, ", "", "rewards[1].structure.every", R.MISSING_KEY),
    ("repeat: false", 'repeat: "false"', "rewards[1].structure.repeat", R.UNKNOWN_VALUE),
    ("percent: 20, max_discount: 40.00,", "", "rewards[1]", R.AMOUNT_OR_PERCENT),
    ("id: fifth", "id: fifth\n    currency: USD", "rewards[1].currency", R.CURRENCY_WITHOUT_USE),
    ("id: fifth", "id: fifth\n    minimum: 1.00", "rewards[1].minimum", R.LIMIT_WITHOUT_PERCENT),
    ('"7.50"', '"7,50"', "rewards[2].amount", R.BAD_AMOUNT),
    ('"7.50"', "7.50.0", "rewards[2].amount", R.BAD_AMOUNT),
    ('"7.50"', "-7.50", "rewards[2].amount", R.BAD_AMOUNT),
    ('"7.50"', "7_500", "rewards[2].amount", R.BAD_AMOUNT),
    ('"7.50"', "1e3", "rewards[2].amount", R.BAD_AMOUNT),
    ('"7.50"', "999999999999999", "rewards[2].amount", R.BAD_AMOUNT),
    ("{min_order: 30}", "{max_discount: 30}", "rewards[2].voucher.max_discount", R.VOUCHER_TERMS),
    ("{min_order: 30}", "{amount: 30}", "rewards[2].voucher.amount", R.UNKNOWN_KEY),
    ("metric: count, max: 3", "metric: count, max: 2.5", "caps[1].max", R.BAD_NUMBER),
    ("metric: count, max: 3", "metric: count, max: 3, currency: EUR", "caps[1].currency", R.CURRENCY_WITHOUT_USE),
    ("metric: count, max: 3", "metric: quantity, max: 3.5, unit: MB", "caps[1].max", R.BAD_NUMBER),
    ("metric: count, max: 3", "metric: quantity, max: 1 GB, unit: MONTH", "caps[1].max", R.BAD_NUMBER),
    (
        "metric: count, max: 3",
        "metric: quantity, max: 3, unit: MB, currency: EUR",
        "caps[1].currency",
        R.CURRENCY_WITHOUT_USE,
    ),
    ("metric: count, max: 3", "metric: count, max: 3, unit: MB", "caps[1].unit", R.UNIT_MISMATCH),
    ("max: 500.00,", "max: 16 GB,", "caps[0].max", R.BAD_AMOUNT),
    ("max: 500.00,", "max: 500.00, unit_base: 1000.5,", "caps[0].unit_base", R.BAD_NUMBER),
    ("per: friend, metric: count, max: 3", "per: advocate, metric: value, max: 9", "caps[1]", R.DUPLICATE_CAP),
    ("policy: stop", "policy: wait", "caps[0].policy", R.UNKNOWN_VALUE),
    ("policy: stop", "period: decade", "caps[0].period", R.UNKNOWN_VALUE),
    ("alert_percent: 90", "on_exhausted: clip", "budget.on_exhausted", R.UNKNOWN_VALUE),
    ("landing:", "budgets: [{total: 9000, period: year}]\nlanding:", "budget", R.DUPLICATE_KEY),
    ("type: saas", "precedence: 1001", "precedence", R.BAD_NUMBER),
    ("alert_percent: 90", "alert_percent: 101", "budget.alert_percent", R.BAD_NUMBER),
    ("total: 10000", "total: 12.49", "budget.total", R.BUDGET_TOO_SMALL),
    ("budget: {total: 10000, alert_percent: 90}", "budget: [1, 2]", "budget", R.WRONG_SHAPE),
    ("https://shop", "http://shop", "landing.url", R.BAD_ADDRESS),
    ("https://shop", "https://ada@shop", "landing.url", R.BAD_ADDRESS),
    ("[blog.shop.example]", "[https://blog.shop.example]", "landing.hosts[0]", R.BAD_ADDRESS),
    ("[blog.shop.example]", "['*.shop.example']", "landing.hosts[0]", R.BAD_ADDRESS),
    ("[blog.shop.example]", "blog.shop.example", "landing.hosts", R.WRONG_SHAPE),
    ("    hold_days: 14", "    boosts: 5", "rewards[0].boosts", R.WRONG_SHAPE),
    ("    hold_days: 14", "    catalogue: {name: a}", "rewards[0].catalogue", R.WRONG_SHAPE),
    ("hosts: [", "domains: [", "landing.domains", R.UNKNOWN_KEY),
    ("budget:", "budjet:", "budjet", R.UNKNOWN_KEY),
    ("budget:", "name: twice\nbudget:", "name", R.DUPLICATE_KEY),
    ("kind: multiply_base", "kind: growth", "goal.kind", R.UNKNOWN_VALUE),
    ("factor: 2, ", "", "goal.factor", R.GOAL_INCOMPLETE),
    ("factor: 2, ", "factor: 1, ", "goal.factor", R.BAD_NUMBER),
    ("factor: 2, months: 15", "factor: 2", "goal", R.GOAL_INCOMPLETE),
    ("multiply_base, factor: 2", "sales, target: 1.5", "goal.target", R.BAD_NUMBER),
    ("multiply_base, factor: 2", "revenue, target: 1.555", "goal.target", R.BAD_AMOUNT),
    ("order_value: 100.00", "order_value: 100.001", "economics.order_value", R.BAD_AMOUNT),
    ("factor: 2, months: 15", "factor: 2, deadline: 2027-02-30", "goal.deadline", R.BAD_DAY),
    ("months: 15", "months: 15, deadline: 2027-02-28", "goal.deadline", R.GOAL_INCOMPLETE),
    ("multiply_base, factor: 2", "sales, factor: 2, target: 5", "goal.factor", R.GOAL_INCOMPLETE),
    ("multiply_base, factor: 2", "sales", "goal.target", R.GOAL_INCOMPLETE),
    ("referral_step: 6", "referral_step: 7", "onboarding.referral_step", R.ONBOARDING_STEP),
    ("staff_briefed: false", "staff_briefed: maybe", "launch.staff_briefed", R.UNKNOWN_VALUE),
    ("type: saas", "type: !!str saas", "type", R.TAG),
    ("type: saas", "? [a]\n: b", "", R.BAD_KEY),
]
