"""The record of what people, checkouts and the clock did: enough to do it again."""

from collections.abc import Mapping
from typing import Any

import orjson

from passaparola.domain.instant import Instant
from passaparola.store.ids import new_id
from passaparola.store.write.plan import Plan


def write_act(plan: Plan, actor: str, verb: str, subject: str, given: Mapping[str, Any], now: Instant) -> str:
    """One append-only row; its id is the cause of what the act does."""
    key = new_id()
    text = orjson.dumps(given, option=orjson.OPT_SORT_KEYS).decode()
    plan.add("act", key, plan.workspace, plan.batch, actor, verb, subject, text, now)
    return key
