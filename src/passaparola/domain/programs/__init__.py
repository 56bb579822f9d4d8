"""Programs: what a firm promises to advocates and friends, as a file, as a decided value, and in words."""

from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.describe import describe
from passaparola.domain.programs.findings import Finding, FindingReason
from passaparola.domain.programs.reader import read_program
from passaparola.domain.programs.schema import json_schema, schema_text

__all__ = ["Finding", "FindingReason", "Program", "describe", "json_schema", "read_program", "schema_text"]
