"""The languages that people read, and that a program may name as its own."""

from enum import StrEnum


class Language(StrEnum):
    """One for each catalogue that is shipped."""

    EN = "en"
    PL = "pl"
    IT = "it"
    RO = "ro"
    AR = "ar"
