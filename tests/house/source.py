"""The source as the house tests see it: parsed modules, with every imported or used name spelt out in full."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"


@dataclass(frozen=True)
class Module:
    """One Python file. `name` is what one writes to import it."""

    name: str
    text: str
    is_package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def layer(self) -> str:
        """`domain` of `passaparola.domain.money`; empty for the package itself."""
        return self.name.partition(".")[2].partition(".")[0]

    @cached_property
    def imports(self) -> list[tuple[int, str]]:
        """Line and full name of everything that is imported, wherever in the file, by statement or by name."""
        return sorted(
            (node.lineno, target)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Import | ast.ImportFrom | ast.Call)
            for target in (*self._imported(node), *by_name(node))
        )

    @cached_property
    def names(self) -> list[tuple[int, str]]:
        """Line and full name of every name that is used: `datetime.datetime.now` even where it is written `dt.now`."""
        known = {alias: full for node in ast.walk(self.tree) for alias, full in self._aliases(node)}
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name | ast.Attribute) and (dotted := spelt(node)):
                first, _, rest = dotted.partition(".")
                full = known.get(first, first)
                found.append((node.lineno, f"{full}.{rest}" if rest else full))
        return found

    def _imported(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{self._absolute(node)}.{alias.name}" for alias in node.names)

    def _aliases(self, node: ast.AST) -> Iterator[tuple[str, str]]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{self._absolute(node)}.{alias.name}"

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        here = self.name.split(".") if self.is_package else self.name.split(".")[:-1]
        start = here[: len(here) - node.level + 1]
        return ".".join([*start, *([node.module] if node.module else [])])


def by_name(node: ast.AST) -> Iterator[str]:
    """What `import_module("…")` and `__import__("…")` import."""
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        called = spelt(node.func) if isinstance(node.func, ast.Name | ast.Attribute) else ""
        if called.endswith(("import_module", "__import__")) and isinstance(node.args[0].value, str):
            yield node.args[0].value


def spelt(node: ast.expr) -> str:
    """`a.b.c` as it is written; empty for anything that is not a plain chain of names."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := spelt(node.value)):
        return f"{before}.{node.attr}"
    return ""


def modules() -> list[Module]:
    """Every module of the product."""
    return [
        Module(
            name=".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__"),
            text=path.read_text(encoding="utf-8"),
            is_package=path.name == "__init__.py",
        )
        for path in sorted((SRC / "passaparola").rglob("*.py"))
    ]


def none_of(findings: list[str]) -> None:
    """Fail with all findings, one a line."""
    if findings:
        pytest.fail("\n".join(["", *findings]), pytrace=False)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")
