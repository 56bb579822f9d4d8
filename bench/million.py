"""(i) The dashboard of a shop with a million events: rows written straight into the tables, counted ahead once, then looked at.

What is looked at is the whole page, from the request to its last byte, by somebody who is signed in, while some hundred commits since
the last count are not counted ahead yet. Before it is measured its numbers are held against the report, which counts the rows.
"""

import random
import statistics
import time
from typing import Any

from bench import ground
from passaparola.domain.instant import DAY, SECOND, Instant
from passaparola.store.ids import first_id_at
from passaparola.store.session import writing
from passaparola.store.write.plan import INSERTS

CHANNELS = ("whatsapp", "email", "qr", "facebook", "")
PAGE = 5_000
EACH = 10_000  # events that are written one by one
A_BATCH = 1_000  # events a commit
SINCE = 100  # commits behind the mark
VIEWS = 21
STATE = '{"arrived":[%d,0],"signup":[%d,0]}' + " " * 300
BATCH = ("id", "workspace_id", "serial", "entries", "digest", "at", "block")
SLUG = "give-5-get-5"


class Shop:
    """Rows that wait to be written, and ids in the order of time, as they are made."""

    def __init__(self, workspace: str) -> None:
        self.workspace, self.n = workspace, 0
        self.rows: dict[str, list[tuple[Any, ...]]] = {}
        with writing() as session:
            self.program = str(session.rows("SELECT id FROM store_program")[0][0])
            self.link = str(session.rows("SELECT id FROM store_sharelink ORDER BY id LIMIT 1")[0][0])
            self.serial = int(session.rows("SELECT serial FROM store_workspace")[0][0])

    def id(self, at: Instant) -> str:
        self.n += 1
        return f"{first_id_at(at)[:12]}7{self.n:019x}"

    def put(self, table: str, *values: Any) -> None:
        self.rows.setdefault(table, []).append(values)

    def write(self) -> None:
        with writing() as session:
            for table, rows in self.rows.items():
                session.insert(f"store_{table}", INSERTS.get(table, BATCH), rows)
            session.run("UPDATE store_workspace SET serial = %(serial)s", serial=self.serial)
        self.rows = {}


def fill_shop(events: int) -> str:
    """A year of a shop: of ten events three shares, three visits, two sign-ups and two orders; an advocate for ten friends.

    Ten thousand are written, and the others copied from them set-based, each with ids, orders and commits of its own.
    """
    first = min(events, EACH)
    workspace, commits = _write(first)
    if copies := events // first - 1:
        _copy(copies, commits)
    return workspace


def _write(events: int) -> tuple[str, int]:
    """The workspace, and how many commits were written."""
    shop, dice = Shop(ground.open_shop(SINCE + 20)), random.Random(7)
    begin, friends = ground.now() - 366 * DAY, events // 5
    people, before = [], shop.serial
    for n in range(max(1, friends // 10)):
        people.append(shop.id(begin))
        shop.put("person", people[-1], shop.workspace, f"Advocate {n}", None, 0, begin)
    batch = ""
    for n in range(friends):
        at = begin + n * (360 * DAY // friends)
        if n * 5 % A_BATCH == 0:
            shop.serial += 1
            batch = shop.id(at)
            shop.put("batch", batch, shop.workspace, shop.serial, 0, "0" * 64, at, None)
        advocate = people[min(int(dice.expovariate(3) * len(people)), len(people) - 1)]
        _friend(shop, dice, at, batch, advocate, n)
        if len(shop.rows["event"]) >= PAGE:
            shop.write()
    shop.write()
    return shop.workspace, shop.serial - before


# Table → how the columns of a copy differ; `{x}` is an id moved to its copy.
COPIED: dict[str, dict[str, str]] = {
    "person": {},
    "batch": {"serial": "t.serial + k.n * {commits}"},
    "event": {
        "batch": "{batch}", "person_id": "{person_id}", "other_person_id": "{other_person_id}",
        "external_id": "t.external_id || '-' || k.n", "order_key": "t.order_key || '-' || k.n",
    },
    "referral": {"friend_id": "{friend_id}", "advocate_person_id": "{advocate_person_id}"},
    "decision": {"batch": "{batch}", "referral_id": "{referral_id}", "cause": "t.cause || '-' || k.n"},
    "reward": {"referral_id": "{referral_id}", "beneficiary_id": "{beneficiary_id}"},
    "rewardtransition": {"batch": "{batch}", "reward_id": "{reward_id}"},
}  # fmt: skip
HEX = {False: "t.{c}", True: "replace(t.{c}::text, '-', '')"}
NUMBER = {False: "printf('%03d', k.n)", True: "lpad(k.n::text, 3, '0')"}


def _copy(copies: int, commits: int) -> None:
    """Each row that was written, so many times: three digits of its ids say which copy it is."""
    from django.db import connection

    postgres = connection.vendor == "postgresql"

    def moved(column: str) -> str:
        text, cast = HEX[postgres].format(c=column), "::uuid" if postgres else ""
        return f"(substr({text}, 1, 13) || {NUMBER[postgres]} || substr({text}, 17)){cast}"

    with connection.cursor() as cursor:
        if not postgres:
            cursor.execute("PRAGMA cache_size = -1000000")  # a gigabyte, while the copies are made
        for table, changed in COPIED.items():
            columns = INSERTS.get(table, BATCH)
            ways = {column: way.replace("{commits}", str(commits)) for column, way in {"id": "{id}", **changed}.items()}
            own = {column: moved(column) if way == f"{{{column}}}" else way for column, way in ways.items()}
            values = ", ".join(own.get(column, f"t.{column}") for column in columns)
            ours = f"substr({HEX[postgres].format(c='id')}, 13, 8) = '70000000'"
            cursor.execute(
                f"WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < {copies}) INSERT INTO store_{table}"
                f" ({', '.join(columns)}) SELECT {values} FROM k CROSS JOIN (SELECT * FROM store_{table} t WHERE {ours}) t"
            )
        cursor.execute(f"UPDATE store_workspace SET serial = serial + {copies * commits}")
        cursor.execute("ANALYZE")
        if not postgres:
            cursor.execute("PRAGMA cache_size = -32768")


def _friend(shop: Shop, dice: random.Random, at: Instant, batch: str, advocate: str, n: int) -> None:
    """Five events and what was decided about them: four of five buy, one of ten was refused, both sides get a reward."""
    friend, referral = shop.id(at), shop.id(at)
    shop.put("person", friend, shop.workspace, "", None, 0, at)
    extra = "share" if n % 2 else "visit"
    for place, kind in enumerate(("share", "visit", "signup", "purchase", extra)):
        channel = dice.choice(CHANNELS) if kind in ("share", "visit") else ""
        order, minor, unit = (f"order-{n}", 4144, "USD") if kind == "purchase" else (None, None, None)
        who = (advocate, friend) if kind == "share" else (None if kind == "visit" else friend, None)
        linked = shop.link if kind in ("share", "visit") else None
        shop.put(
            "event", shop.id(at), shop.workspace, batch, place, "default", f"{n}-{place}", kind, at, at, False, False, *who, linked,
            order, None, minor, unit, None, channel, None, False, "recorded", "0" * 64, None, None, None,
        )  # fmt: skip
    converted, refused = n % 5 != 0, n % 10 == 0
    status = "refused" if refused else "converted" if converted else "bound"
    revenue = (1, 1, 4144, "USD") if converted else (0, 0, 0, None)
    bound = (None, None, None, None) if refused else (advocate, "link", 1, at)
    shop.put(
        "referral", referral, shop.workspace, shop.program, friend, 0, STATE % (at, at), status,
        "existing_customer" if refused else None, "[]", *bound, at, at + SECOND if converted else None, *revenue, None, converted, at,
    )  # fmt: skip
    shop.put(
        "decision",
        shop.id(at),
        shop.workspace,
        batch,
        f"event:{referral}",
        None,
        referral,
        shop.program,
        1,
        at,
        status,
        "{}",
    )
    for side, who in (("advocate", advocate), ("friend", friend)) if converted else ():
        state = ("issued", "redeemed", "pending", "issued")[n % 4]
        key, issued = shop.id(at), None if state == "pending" else at + SECOND
        spent = 500 if state == "redeemed" else 0
        shop.put(
            "reward", key, shop.workspace, shop.program, referral, f"r-{side}", side, who, f"friend:{n}", "store_credit", "USD", 500, 0, 0,
            spent, 0, state, "hold" if state == "pending" else None, False, None, issued, None, None, 1, 0, at, None, None,
        )  # fmt: skip
        shop.put(
            "rewardtransition",
            shop.id(at),
            shop.workspace,
            batch,
            key,
            f"event:{referral}",
            "issued",
            None,
            state,
            500,
            None,
            "",
            "",
            at,
        )


def measure(events: int) -> dict[str, Any]:
    """Milliseconds of the dashboard of the program and of the workspace: every view, and how long the count took. In a database."""
    from passaparola.actions.tallies import fill_tallies
    from passaparola.analytics.dashboard import Range, dashboard
    from passaparola.analytics.report import report

    workspace = fill_shop(events)
    began = time.perf_counter()
    fill_tallies(workspace, now=ground.now())
    counting = time.perf_counter() - began
    answers = [
        ground.record_submissions(
            [ground.Submission((ground.Arrival(ground.purchase(n, at), at),))], workspace=workspace
        )
        for n, at in ((n, ground.now()) for n in range(SINCE))
    ]
    if any(answer.failed for said in answers for answer in said):
        raise RuntimeError("an order was not recorded")
    seen, told = dashboard(workspace, SLUG, Range(0, 10**6), now=ground.now()), report(workspace, SLUG)
    names = {
        "shares": "shares",
        "visits": "visits",
        "signups": "referred_signups",
        "converted": "converted_friends",
        "orders": "orders",
    }
    wrong = {
        name: (seen.counts[name], told[metric]) for name, metric in names.items() if seen.counts[name] != told[metric]
    }
    if wrong or seen.revenue != told["revenue_minor"]:
        raise RuntimeError(f"the dashboard does not say what the report says: {wrong}")
    program = _views(f"/programs/{SLUG}/numbers/")
    return {"program": program, "all": _views("/dashboard/"), "counting": counting}


def _views(path: str) -> list[float]:
    """Milliseconds of each view of a page by somebody who is signed in."""
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(_somebody())
    found = []
    for _ in range(VIEWS):
        began = time.perf_counter()
        answer = client.get(path)
        found.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200 or b"chart" not in answer.content:
            raise RuntimeError(f"{path} answered {answer.status_code}")
    return found[1:]


def _somebody() -> Any:
    from allauth.mfa.totp.internal.auth import TOTP
    from django.contrib.auth import get_user_model

    from passaparola.store.models import StaffRole

    user, new = get_user_model().objects.get_or_create(username="bench", defaults={"is_staff": True})
    if new:
        StaffRole.objects.create(user=user, role="administrator")
        TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    return user


def median(values: list[float]) -> float:
    return statistics.median(values)
