"""Keeps the catalogues of what people read: `make messages`.

Every sentence marked for translation becomes an entry of `src/passaparola/locale/<language>/LC_MESSAGES/django.po`;
what is translated stays, what is no longer said goes, and each catalogue is compiled to the `.mo` that is shipped. It needs nothing but
Babel: a machine without GNU gettext can do it.
"""

import re
import sys
import tokenize
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import cast

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "passaparola"
LANGUAGES = ("pl", "it", "ro", "ar")
KEYWORDS = dict.fromkeys(("gettext", "gettext_noop", "gettext_lazy", "_", "_noop"), None) | dict.fromkeys(
    ("ngettext", "ngettext_noop", "ngettext_lazy"), (1, 2)
)
CONTEXTS: dict[str, tuple[tuple[int, str], int] | None] = {"pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2)}
PLACE = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
TAG = re.compile(r"</?[a-z]+[^>]*>")
NEVER = datetime(2026, 1, 1, tzinfo=UTC)
MARKED = re.compile(rb"gettext|translate|_\(")
Given = str | tuple[str | None, ...] | None
Found = tuple[str | tuple[str, str], str | None]


def extracted() -> Catalog:
    """Every message of code and templates, with the files that say it."""
    catalog = Catalog(project="passaparola", charset="utf-8")
    for path in sorted([*SOURCE.rglob("*.py"), *_templates()]):
        place = path.relative_to(SOURCE).as_posix()
        for text, context in _messages(path):
            catalog.add(text, context=context, locations=[(place, 0)])
    return catalog


def _templates() -> Iterator[Path]:
    return (path for end in ("html", "txt", "js") for path in SOURCE.rglob(f"inbound/templates/**/*.{end}"))


def _messages(path: Path) -> Iterator[Found]:
    source = path.read_bytes()
    if not MARKED.search(source):
        return
    if path.suffix != ".py":
        lines = templatize(source.decode(), origin=str(path)).splitlines()
        source = "\n".join(line.strip() for line in lines).encode()
    try:
        told = extract_python(BytesIO(source), {**KEYWORDS, **CONTEXTS}, [], {"encoding": "utf-8"})
        for _, name, text, _ in cast(
            "Iterator[tuple[int, str, Given, list[str]]]", told
        ):  # babel's types have another order
            yield from _read(name, text)
    except tokenize.TokenError as problem:
        raise SystemExit(f"{path}: {problem}") from problem


def _read(name: str, text: Given) -> Iterator[Found]:
    given = text if isinstance(text, tuple) else (text,)
    if name in CONTEXTS and given[0] and given[1]:
        yield given[1], given[0]
    elif name.startswith("n") and len(given) > 1 and given[0] and given[1]:
        yield (given[0], given[1]), None
    elif given[0]:
        yield given[0], None


def po_of(language: str) -> Path:
    return SOURCE / "locale" / language / "LC_MESSAGES" / "django.po"


def catalogue(language: str) -> Catalog:
    """What is translated into a language."""
    path = po_of(language)
    if not path.exists():
        return Catalog(locale=language, project="passaparola", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def renewed(language: str, said: Catalog) -> Catalog:
    """The catalogue of a language with exactly the messages that are said, as far translated as they were."""
    old = catalogue(language)
    new = Catalog(locale=language, project="passaparola", charset="utf-8", fuzzy=False)
    new.header_comment = "# passaparola's words; `make messages` keeps this file."
    for message in said:
        if message.id:
            known = old.get(message.id, message.context)
            new.add(message.id, known.string if known else "", message.locations, context=message.context)
    return new


def written(catalog: Catalog) -> bytes:
    out = BytesIO()
    write_po(out, catalog, width=0, sort_output=True, omit_header=True, include_lineno=False)
    header = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    return f"{catalog.header_comment}\n{header}".encode() + out.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """What is translated whole, as gettext reads it; the same bytes whenever it is made."""
    whole = Catalog(locale=catalog.locale, charset="utf-8", creation_date=NEVER, revision_date=NEVER, fuzzy=False)
    for message in catalog:
        if message.id and all(texts(message)):
            whole.add(message.id, message.string, context=message.context)
    out = BytesIO()
    write_mo(out, whole)
    return out.getvalue()


def texts(message: Message) -> tuple[str, ...]:
    given = message.string
    return (given or "",) if isinstance(given, str | None) else tuple(given)


def problems(catalog: Catalog, said: Catalog) -> Iterator[str]:
    """What is missing, is not said any more, or has other places or marks than the English."""
    for message in said:
        if message.id:
            known = catalog.get(message.id, message.context)
            if known is None or not all(texts(known)):
                yield f"not translated: {message.id!r}"
            else:
                yield from _differing(known)
    known_ids = {(m.context, str(m.id)) for m in said}
    for message in catalog:
        if message.id and (message.fuzzy or (message.context, str(message.id)) not in known_ids):
            yield f"{'fuzzy' if message.fuzzy else 'not said any more'}: {message.id!r}"


def _differing(message: Message) -> Iterator[str]:
    english = message.id if isinstance(message.id, tuple | list) else (message.id,)
    places = {place for text in english for place in _places(text)}
    tags = sorted(TAG.findall(english[-1]))
    for text in texts(message):
        own = _places(text)
        if own - places or (places - own - {"n", "count", "counter"} and len(english) == 1):
            yield f"other places for values than in English: {message.id!r}: {text!r}"
        if sorted(TAG.findall(text)) != tags:
            yield f"other marks than in English: {message.id!r}: {text!r}"
        if english[-1].strip() != english[-1] and (text[:1].isspace(), text[-1:].isspace()) != (
            english[-1][:1].isspace(),
            english[-1][-1:].isspace(),
        ):
            yield f"begins or ends with other space than in English: {message.id!r}"


def _places(text: str) -> set[str]:
    return {a or b for a, b in PLACE.findall(text)}


def main() -> None:
    if not settings.configured:
        settings.configure()
    said, left = extracted(), 0
    for language in LANGUAGES:
        catalog, path = renewed(language, said), po_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(catalog))
        path.with_suffix(".mo").write_bytes(compiled(catalogue(language)))
        missing = list(problems(catalog, said))
        left += len(missing)
        sys.stdout.write(f"{language}: {len(catalog)} messages, {len(missing)} to do\n")
        for line in missing[:20]:
            sys.stdout.write(f"  {line}\n")
    sys.exit(1 if left else 0)


if __name__ == "__main__":
    main()
