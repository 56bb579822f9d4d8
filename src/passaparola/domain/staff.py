"""What staff are to the firm. What each may do is a table of the pages: `inbound/web/operators/permits.py`."""

from enum import StrEnum


class Role(StrEnum):
    """One a person. An administrator may do everything."""

    ADMINISTRATOR = "administrator"
    MARKETING = "marketing"
    SALES = "sales"
    SUCCESS = "success"
    SUPPORT = "support"
