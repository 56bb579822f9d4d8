"""The model's events in the published shape."""

from collections.abc import Mapping
from typing import Any

from passaparola.domain.instant import iso


def published(event: Mapping[str, Any], codes: Mapping[str, str], currency: str) -> dict[str, Any]:
    """`codes`: of each advocate."""
    raw: dict[str, Any] = {"id": event["id"], "type": event["type"], "at": iso(event["at"])}
    if event["type"] == "share":
        raw |= {"person": _person(event["by"]), "to": f"{event['to']}@example.com"}
    elif event["type"] == "visit":
        raw["code"] = codes[event["by"]]
    elif "by" in event:
        raw |= {"code": codes[event["by"]]} if event["by_code"] else {"referred_by": _person(event["by"])}
    raw |= {"person": _person(event["who"])} if "who" in event else {}
    raw |= {"visit": event["visit"]} if "visit" in event else {}
    raw |= {"order": event["order"]} if "order" in event else {}
    raw |= {"customer_since": iso(event["since"])} if "since" in event else {}
    if event.get("amount") is not None:
        raw |= {"amount_minor": event["amount"], "currency": currency}
    return raw


def _person(name: str) -> dict[str, str]:
    return {"customer_id": name, "email": f"{name}@example.com"}
