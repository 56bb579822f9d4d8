"""The metric catalogue: each metric has a name, a definition in words, and the SQL that counts it. docs/metrics.md shows it.

Every statement takes %(ws)s and %(program)s. `root` stands for the person who stands for a merged one.
"""

from dataclasses import dataclass

from passaparola.domain.events.event import LINK_SOURCE
from passaparola.domain.tongue import gettext_noop as _

CONVERTED = "r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid AND r.status = 'converted'"


@dataclass(frozen=True, slots=True)
class Metric:
    """One number or list of a report. Metrics of one `group` are columns of one statement."""

    name: str
    definition: str
    sql: str
    group: str = ""


OWN = "(l.program_id IS NULL OR l.program_id = %(program)s::uuid)"


def _root(column: str) -> str:
    return f"COALESCE((SELECT p.alias_of_id FROM store_person p WHERE p.id = {column}), {column})"


def _event_count(kind: str) -> str:
    return f"SUM(CASE WHEN e.type = '{kind}' AND e.outcome = 'recorded' THEN 1 ELSE 0 END)"


def _own_count(kind: str) -> str:
    """Leaves out what came through a link of another program."""
    return f"SUM(CASE WHEN e.type = '{kind}' AND e.outcome = 'recorded' AND {OWN} THEN 1 ELSE 0 END)"


EVENTS_FROM = " FROM store_event e LEFT JOIN store_sharelink l ON l.id = e.link_id WHERE e.workspace_id = %(ws)s::uuid"
CLICKS_FROM = (
    " FROM store_visit v JOIN store_sharelink l ON l.id = v.link_id"
    " WHERE v.workspace_id = %(ws)s::uuid AND l.program_id = %(program)s::uuid"
)
PERSONS_CLICKS = "SUM(CASE WHEN v.kind = 'person' THEN 1 ELSE 0 END)"
REFERRALS_FROM = " FROM store_referral r WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid"
IS_BOUND = "r.status IN ('bound', 'converted')"

PEOPLE = """
SELECT COUNT(DISTINCT COALESCE(p.alias_of_id, x.person)) FROM (
  SELECT e.person_id AS person FROM store_event e
    WHERE e.workspace_id = %(ws)s::uuid AND e.person_id IS NOT NULL
  UNION SELECT e.other_person_id FROM store_event e
    WHERE e.workspace_id = %(ws)s::uuid AND e.other_person_id IS NOT NULL
  UNION SELECT a.person_id FROM store_advocate a
    WHERE a.workspace_id = %(ws)s::uuid AND a.program_id = %(program)s::uuid
) x LEFT JOIN store_person p ON p.id = x.person"""
SIGNUPS = """
SELECT COUNT(DISTINCT COALESCE(p.alias_of_id, e.person_id)) FROM store_event e LEFT JOIN store_person p ON p.id = e.person_id
  WHERE e.workspace_id = %(ws)s::uuid AND e.type = 'signup' AND e.outcome = 'recorded'"""
SHARERS = f"""
SELECT COUNT(DISTINCT COALESCE(p.alias_of_id, e.person_id)) FROM store_event e LEFT JOIN store_person p ON p.id = e.person_id
  LEFT JOIN store_sharelink l ON l.id = e.link_id
  WHERE e.workspace_id = %(ws)s::uuid AND e.type = 'share' AND e.outcome = 'recorded' AND {OWN}"""

# Revenue of qualifying orders, one row for each referral and currency. {others} unfolds further currencies of one friend.
REVENUE_ROWS = (
    "SELECT r.advocate_person_id AS advocate, r.qualifying_unit AS unit, r.qualifying_minor AS minor FROM store_referral r"
    f" WHERE {CONVERTED} AND r.qualifying_unit IS NOT NULL UNION ALL {{others}}"
)
OTHERS = {
    False: "SELECT r.advocate_person_id, j.key, j.value FROM store_referral r, json_each(r.qualifying_other) j"
    f" WHERE {CONVERTED} AND r.qualifying_other IS NOT NULL",
    True: "SELECT r.advocate_person_id, j.key, j.value::bigint FROM store_referral r, jsonb_each_text(r.qualifying_other::jsonb) j"
    f" WHERE {CONVERTED} AND r.qualifying_other IS NOT NULL",
}
RULE_REFUSALS = {
    False: "SELECT r.id, json_extract(j.value, '$[2]') AS reason FROM store_referral r, json_each(r.refusals) j",
    True: "SELECT r.id, j.value ->> 2 AS reason FROM store_referral r, jsonb_array_elements(r.refusals::jsonb) j",
}
BY_BYTES = {False: "", True: ' COLLATE "C"'}

CATALOGUE: tuple[Metric, ...] = (
    Metric(
        "people",
        _(
            "Distinct persons in any role: who shared, was invited, visited, signed up, bought, was named, is a customer by import, or is"
            " an advocate of the program. Merged persons count once."
        ),
        PEOPLE,
    ),
    Metric(
        "shares",
        _("Share events. Those through a link of another program are left out."),
        _own_count("share"),
        "events",
    ),
    Metric(
        "sharers",
        _("Persons who shared, each once. Shares through a link of another program are left out."),
        SHARERS,
    ),
    Metric(
        "visits",
        _(
            "Persons' visits through our own links, confirmed ones included, and visit events that the firm told. Those through a link of"
            " another program are left out."
        ),
        f"SUM(CASE WHEN e.type = 'visit' AND e.source <> '{LINK_SOURCE}' AND e.outcome = 'recorded' AND {OWN} THEN 1 ELSE 0 END)",
        "events",
    ),
    Metric(
        "unconfirmed_visits",
        _("Visits through links of the program that look like a person's, and of which nothing came yet."),
        "SUM(CASE WHEN v.kind = 'unconfirmed' THEN 1 ELSE 0 END)",
        "clicks",
    ),
    Metric(
        "machine_visits",
        _(
            "Visits through links of the program by previews, scanners and whatever loads ahead. They count nowhere else."
        ),
        "SUM(CASE WHEN v.kind = 'machine' THEN 1 ELSE 0 END)",
        "clicks",
    ),
    Metric(
        "signups",
        _("Persons who signed up, each once."),
        SIGNUPS,
    ),
    Metric(
        "referred_signups",
        _("Friends bound to an advocate of the program who signed up."),
        f"SUM(CASE WHEN {IS_BOUND} AND r.signed_up_at IS NOT NULL THEN 1 ELSE 0 END)",
        "referrals",
    ),
    Metric(
        "orders",
        _("Orders, those of 0.00 included. An order told again, by whatever route, counts once."),
        _event_count("purchase"),
        "events",
    ),
    Metric(
        "referred_orders",
        _("Paid orders (above 0.00) of bound friends."),
        f"SUM(CASE WHEN {IS_BOUND} THEN r.paid_orders ELSE 0 END)",
        "referrals",
    ),
    Metric(
        "bound_friends",
        "Friends bound to an advocate of the program, whether they have converted or not.",
        f"SUM(CASE WHEN {IS_BOUND} THEN 1 ELSE 0 END)",
        "referrals",
    ),
    Metric(
        "organic_friends",
        "Of the bound friends, those whom staff entered afterwards (`referrals import`): no link or code of ours had seen them.",
        f"SUM(CASE WHEN {IS_BOUND} AND r.touch_kind = 'organic' THEN 1 ELSE 0 END)",
        "referrals",
    ),
    Metric(
        "organic_converted",
        "Of the converted friends, those whom staff entered afterwards.",
        "SUM(CASE WHEN r.status = 'converted' AND r.touch_kind = 'organic' THEN 1 ELSE 0 END)",
        "referrals",
    ),
    Metric(
        "friends_with_order",
        "Bound friends with at least one paid order.",
        f"SUM(CASE WHEN {IS_BOUND} AND r.paid_orders > 0 THEN 1 ELSE 0 END)",
        "referrals",
    ),
    Metric(
        "converted_friends",
        _("Bound friends with a qualifying order (or with what else the program's trigger asks for)."),
        "SUM(CASE WHEN r.status = 'converted' THEN 1 ELSE 0 END)",
        "referrals",
    ),
    Metric(
        "conversion_rate",
        _("converted_friends ÷ referred_signups, not rounded; null without referred sign-ups."),
        "",
    ),
    Metric(
        "revenue_minor",
        _("What the qualifying orders came to, in minor units by currency, before refunds."),
        "SELECT x.unit, SUM(x.minor) FROM ({revenue}) x GROUP BY x.unit",
    ),
    Metric(
        "rewards",
        _(
            "Rewards by side, kind, currency and state: how many, and their value in minor units net of what was reversed. What was denied,"
            " cancelled, reversed or failed is worth 0. A percentage voucher has the currency VOUCHER and the value 1."
        ),
        "SELECT w.side, w.kind, w.unit, w.state, COUNT(*),"
        " SUM(CASE WHEN w.state IN ('denied', 'cancelled', 'reversed', 'failed') THEN 0 ELSE w.amount - w.reversed END)"
        " FROM store_reward w WHERE w.workspace_id = %(ws)s::uuid AND w.program_id = %(program)s::uuid"
        " GROUP BY w.side, w.kind, w.unit, w.state",
    ),
    Metric(
        "refusals",
        _(
            "Referrals refused, and rewards a rule refused or reduced, by reason. A referral counts once for a reason; what is so no"
            " longer does not count."
        ),
        "SELECT x.reason, COUNT(*) FROM ("
        "SELECT r.id, r.reason FROM store_referral r"
        " WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid AND r.status = 'refused' AND r.reason IS NOT NULL"
        " UNION {rule_refusals} WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid"
        " AND r.status <> 'merged' AND r.refusals <> '[]'"
        ") x GROUP BY x.reason",
    ),
    Metric(
        "advocates_with_conversion",
        _("Advocates with at least one converted friend. Merged persons count once."),
        f"COUNT(DISTINCT CASE WHEN r.status = 'converted' THEN {_root('r.advocate_person_id')} END)",
        "referrals",
    ),
    Metric(
        "top_advocates",
        _(
            "The ten advocates with the most converted friends; of equals the one with more revenue in the program's"
            " currency, then the lower id."
            " The id is the firm's own customer id where it is known, else ours."
        ),
        "WITH converted AS ("
        f"SELECT {_root('r.advocate_person_id')} AS person, COUNT(*) AS friends FROM store_referral r WHERE {CONVERTED} GROUP BY 1"
        "), revenue AS ("
        f"SELECT {_root('x.advocate')} AS person, SUM(CASE WHEN x.unit = %(currency)s THEN x.minor ELSE 0 END) AS minor"
        " FROM ({revenue}) x GROUP BY 1"
        "), named AS ("
        "SELECT m.root AS person, MIN(i.value{bytes}) AS name FROM ("
        "SELECT c.person AS id, c.person AS root FROM converted c UNION ALL SELECT p.id, p.alias_of_id FROM store_person p"
        " WHERE p.workspace_id = %(ws)s::uuid AND p.alias_of_id IS NOT NULL"
        ") m JOIN store_identity i ON i.workspace_id = %(ws)s::uuid AND i.person_id = m.id AND i.kind = 'customer_id' GROUP BY m.root"
        ") SELECT c.person, n.name, c.friends FROM converted c LEFT JOIN revenue v ON v.person = c.person"
        " LEFT JOIN named n ON n.person = c.person"
        " ORDER BY c.friends DESC, COALESCE(v.minor, 0) DESC, COALESCE(n.name, 'per_' || {text_id}){bytes} LIMIT 10",
    ),
)
