"""What every group of keys in a program file has in common."""

from enum import StrEnum
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, WithJsonSchema, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


def words(choices: type[StrEnum]) -> WithJsonSchema:
    """The words of an enum, for the schema."""
    return WithJsonSchema({"enum": [word.value for word in choices]})


def numbers(low: int, high: int) -> WithJsonSchema:
    """Whole numbers between two bounds, for the schema."""
    return WithJsonSchema({"type": "integer", "minimum": low, "maximum": high})


class Group(BaseModel):
    """A group of keys; others are refused. `one_word` is the key that a single word stands for."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    one_word: ClassVar[str | None] = None

    @model_validator(mode="before")
    @classmethod
    def _spell_out(cls, value: Any) -> Any:
        return {cls.one_word: value} if cls.one_word and isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        group = handler(schema)
        if cls.one_word is None:
            return group
        word = handler.resolve_ref_schema(group)["properties"][cls.one_word]
        return {"anyOf": [{"enum": word["enum"]}, group]}
