"""Our ids in addresses: `<person:key>` is `per_` and 32 hex digits; anything else is an address that does not exist."""

from django.urls import register_converter

PREFIXES = {
    "person": "per",
    "referral": "ref",
    "reward": "rwd",
    "finding": "fnd",
    "event": "evt",
    "key": "key",
    "webhook": "whk",
    "delivery": "whd",
    "advocate": "adv",
    "link": "lnk",
    "request": "req",
    "setup": "stp",
    "competitor": "cmp",
    "placement": "plc",
    "material": "mat",
    "quote": "quo",
}


class _OurId:
    prefix: str
    regex: str

    def to_python(self, value: str) -> str:
        return value[len(self.prefix) + 1 :]

    def to_url(self, value: str) -> str:
        return f"{self.prefix}_{value}"


def register_ids() -> None:
    """Make them known to Django, once."""
    for name, prefix in PREFIXES.items():
        kind = type(name, (_OurId,), {"prefix": prefix, "regex": prefix + "_[0-9a-f]{32}"})
        register_converter(kind, f"our_{name}")
