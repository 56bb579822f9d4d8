"""Who or what a program is about: the word by which the one who is recommended to is called."""

from enum import StrEnum


class Subject(StrEnum):
    """`content` is read, so whoever comes is a reader. A candidate need not be new to the firm's shop."""

    CUSTOMER = "customer"
    GUEST = "guest"
    RIDER = "rider"
    USER = "user"
    SUBSCRIBER = "subscriber"
    CANDIDATE = "candidate"
    CONTENT = "content"


ALIASES = {"subscription": "subscriber", "job_candidate": "candidate"}
