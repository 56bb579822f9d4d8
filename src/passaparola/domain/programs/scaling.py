"""The scale rule of a file: what takes the place of what, once enough friends came back."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, PlainValidator, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from passaparola.domain.programs.access_groups import AudienceText
from passaparola.domain.programs.fields import Percent, Slug, whole, wrong
from passaparola.domain.programs.findings import FindingReason
from passaparola.domain.programs.group import Group, numbers
from passaparola.domain.programs.limit_groups import BudgetGroup
from passaparola.domain.programs.reading import read_yaml
from passaparola.domain.programs.structures import TierGroup
from passaparola.domain.programs.tree import plain

Days = Annotated[int, PlainValidator(whole(1, 3650)), numbers(1, 3650)]
Friends = Annotated[int, PlainValidator(whole(1, 1_000_000)), numbers(1, 1_000_000)]
_BY_HAND = "the file cannot be written again as it is"
INSTEAD = ("budget", "audience")  # keys of the rule that take the place of the file's


class UnableToExtend(ValueError):
    """The text cannot be extended without changing something else in it."""


class _Written(list[bytes]):
    """What is written, in parts."""

    def write(self, part: bytes) -> None:
        self.append(part)


class MoreTiersGroup(Group):
    """Other tiers for one reward."""

    reward: Slug = Field(description="The id of the reward, or its side where it has none.")
    tiers: list[TierGroup] = Field(description="What is given from which friend on, instead of the tiers there are.")


class ScaleGroup(Group):
    """Extend the program once enough friends came back: they ordered again within `days` of their first order."""

    retention_percent: Percent = Field(description="The share of friends who ordered again from which on it is done.")
    days: Days = Field(
        90, description="Within how many days of the first order; nobody is judged before they are over."
    )
    least_friends: Friends = Field(20, description="Of fewer friends nothing is concluded.")
    budget: BudgetGroup | None = Field(None, description="The budget from then on.")
    audience: AudienceText | None = Field(None, description="The audience from then on, a condition in CEL.")
    tiers: list[MoreTiersGroup] = Field(default_factory=list, description="The tiers of rewards from then on.")

    @field_validator("tiers", mode="before")
    @classmethod
    def _a_list(cls, value: Any) -> Any:
        if isinstance(value, list):
            return value
        raise wrong(FindingReason.WRONG_SHAPE, "a list", "begin each entry on its own line with `- `")


def extend(values: dict[str, Any]) -> None:
    """Do to the values of a file what its scale rule says, and take the rule out: it holds once."""
    rule = values.pop("scale")
    for key in INSTEAD:
        if key in rule:
            values[key] = rule[key]
    for entry in rule.get("tiers", ()):
        for reward in tiered(values, entry["reward"]):
            reward["structure"]["tiers"] = entry["tiers"]


def tiered(values: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """The reward of this id (or side, where it has none), if it has tiers."""
    for reward in values.get("rewards", ()):
        if isinstance(reward, dict) and reward.get("id", reward.get("side")) == name:
            structure = reward.get("structure")
            if isinstance(structure, dict) and "tiers" in structure:
                yield reward


def extended_text(text: str) -> str:
    """The file as its scale rule makes it, with its remarks. Raises UnableToExtend where the text cannot be kept as it is."""
    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    wanted = _values(text)
    try:
        written = yaml.load(text.removeprefix("\ufeff"))
    except (YAMLError, ValueError) as problem:  # a text such as 2026-02-30, which to others is a day
        raise UnableToExtend(f"{_BY_HAND}: put texts that look like dates in quotes") from problem
    extend(wanted)
    extend(written)
    parts = _Written()
    yaml.dump(written, parts)
    found = b"".join(parts).decode()
    if _values(found) != wanted:
        raise UnableToExtend(f"{_BY_HAND}: extend it by hand, and take `scale` out")
    return found


def _values(text: str) -> dict[str, Any]:
    root, _ = read_yaml(text, "program.yaml")
    values = plain(root) if root is not None else None
    return values if isinstance(values, dict) else {}
