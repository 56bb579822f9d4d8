"""Calculations: one operation for each entry of the catalogue, with its own fields. Nothing is read from the data, nothing stored."""

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router
from pydantic import BaseModel, Field, PlainValidator, WithJsonSchema, create_model

from passaparola.domain.calculations.calculation import Calculation
from passaparola.domain.calculations.catalogue import CATALOGUE, TOPICS
from passaparola.domain.calculations.figures import Figure, FigureKind
from passaparola.domain.calculations.parameters import CURRENCY, Kind, Parameter
from passaparola.domain.calculations.troubles import UnableToCalculate
from passaparola.domain.money import decimal_text
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey
from passaparola.inbound.api.problems import FieldProblem, Problem
from passaparola.inbound.api.shapes import Amount, Currency, Given, OrderAmount, Page, Shown
from passaparola.inbound.calculating import calculation_document

router = Router(tags=["Calculations"])
_KEPT_BY_A_FLOAT = 15  # significant digits that a JSON number keeps for certain


class ParameterDocument(Shown):
    field: str = Field(description="Its name in the body")
    option: str = Field(description="Its name on the command line")
    kind: Literal["count", "number", "share", "change", "money", "choice", "currency"]
    help: str
    written: str = Field(description="How it is written as text")
    required: bool
    default: str | None
    choices: list[str]


class FigureDocument(Shown):
    name: str
    words: str
    kind: Literal["number", "factor", "share", "change", "money"]
    unit: str
    many: bool = Field(description="A list: one for each step")


class CalculationDocument(Shown):
    name: str
    topic: str
    sentence: str
    formula: str
    units: str
    errors: str
    source: str
    caveat: str
    parameters: list[ParameterDocument]
    figures: list[FigureDocument]


class NumberFigure(Shown):
    text: str = Field(description="For people", examples=["51.85 %"])
    value: str = Field(description="Rounded; percentages as fractions of one", examples=["0.5185"])
    exact: str | None = Field(
        description="As a fraction, before rounding; null where it is not exact", examples=["14/27"]
    )
    unit: str


class MoneyFigure(Shown):
    text: str = Field(description="For people", examples=["30.00 EUR"])
    minor: int = Field(description="Whole minor units", examples=[3000])
    currency: Currency
    exact: str | None = Field(description="Minor units as a fraction, before rounding", examples=["3000"])


def _digits(value: Any) -> str:
    """A number or a text as text. A JSON number stands for the shortest decimal that gives it."""
    if isinstance(value, str) and len(value) <= 40:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError('must be a number, or a text such as "65 %" or "0.65"')  # noqa: TRY004  pydantic wants it so
    decimal = Decimal(repr(value))
    if not decimal.is_finite() or (isinstance(value, float) and len(decimal.as_tuple().digits) > _KEPT_BY_A_FLOAT):
        raise ValueError("has more digits than a JSON number keeps: send it as text")
    return format(decimal, "f")


_PERCENTAGE = {Kind.SHARE: [0.65, "65 %"], Kind.CHANGE: [0.6, "+60 %"]}


def _type(parameter: Parameter) -> Any:
    least, most = parameter.range if parameter.kind == Kind.COUNT else (0, 0)
    kinds: dict[Kind, Callable[[], Any]] = {
        Kind.COUNT: lambda: Annotated[int, Field(ge=int(least) + parameter.above_zero, le=int(most))],
        Kind.MONEY: lambda: Amount if parameter.above_zero else OrderAmount,
        Kind.CHOICE: lambda: Literal[parameter.choices],
        Kind.CURRENCY: lambda: Currency,
    }
    return kinds.get(parameter.kind, lambda: _number_type(parameter))()


def _number_type(parameter: Parameter) -> Any:
    schema = {
        "anyOf": [{"type": "number"}, {"type": "string", "maxLength": 40}],
        "examples": _PERCENTAGE.get(parameter.kind, [2.5]),
    }
    return Annotated[Any, PlainValidator(_digits), WithJsonSchema(schema)]


def _body(found: Calculation) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for parameter in found.parameters:
        kind = _type(parameter)
        default = f" Default: {parameter.default}" if parameter.default else ""
        words = f"{parameter.help}.{default}"
        required = parameter.required
        fields[parameter.field] = (
            (kind, Field(description=words)) if required else (kind | None, Field(None, description=words))
        )
    return create_model(f"{_camel(found)}Given", __base__=Given, **fields)


def _answer(found: Calculation) -> type[BaseModel]:
    fields: dict[str, Any] = {f.name: (_figure_type(f), Field(description=f.words)) for f in found.figures}
    result = create_model(f"{_camel(found)}Result", __base__=Shown, **fields)
    whole: dict[str, Any] = {
        "calculation": (Literal[found.name], Field()),
        "given": (dict[str, str], Field(description="Each value as it was understood, for people")),
        "result": (result, Field()),
    }
    return create_model(f"{_camel(found)}Answer", __base__=Shown, **whole)


def _figure_type(figure: Figure) -> Any:
    kind: Any = MoneyFigure if figure.kind == FigureKind.MONEY else NumberFigure
    several: Any = list[kind] if figure.many else kind
    return several | None if figure.optional else several


def _camel(found: Calculation) -> str:
    return "".join(word.capitalize() for word in found.name.split("-"))


def _texts(found: Calculation, given: dict[str, Any]) -> dict[str, str]:
    """The values of a body as a person would write them."""
    currency = given.get(CURRENCY.name) or ""
    there = {p: value for p in found.parameters if (value := given[p.field]) is not None}
    return {p.name: decimal_text(v, currency) if p.kind == Kind.MONEY else str(v) for p, v in there.items()}


def _troubled(found: Calculation, problem: UnableToCalculate) -> Problem:
    fields = {parameter.name: parameter.field for parameter in found.parameters}
    errors = [FieldProblem(fields.get(t.where, t.where), t.words()) for t in problem.troubles]
    reasons = {error.field: str(t.name) for error, t in zip(errors, problem.troubles, strict=True)}
    return Problem("invalid", "Nothing was calculated.", errors, extra={"reasons": reasons})


@router.get("", auth=ApiKey("reports:read"), response=Page[CalculationDocument])
def list_calculations(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """All calculations, each with what it takes and gives, its formula, source and caveat. Scope: `reports:read`."""
    items = [calculation_document(found, topic) for topic, entries in TOPICS.items() for found in entries]
    return document({"items": items, "next": None})


def _serve(found: Calculation) -> None:
    body, answer = _body(found), _answer(found)

    def calculate(request: HttpRequest, given: Annotated[body, Body()]) -> HttpResponse:  # type: ignore[valid-type]  # noqa: ARG001
        try:
            return document(found.answer(_texts(found, given.model_dump())).document())  # type: ignore[attr-defined]
        except UnableToCalculate as problem:
            raise _troubled(found, problem) from None

    calculate.__name__ = found.name.replace("-", "_")
    calculate.__doc__ = f"{found.sentence} Scope: `reports:read`.\n\nFormula: {found.about('Formula')}\n\nCaveat: {found.about('Caveat')}"
    router.post(f"/{found.name}", auth=ApiKey("reports:read"), response=answer)(calculate)


for entry in CATALOGUE.values():
    _serve(entry)
