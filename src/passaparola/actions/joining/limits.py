"""How often one may ask for mail: per address, per caller, per neighbourhood, and all together. What is counted are keyed hashes."""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass

from passaparola.actions.acting import Desk
from passaparola.actions.messages.queue import MessageKind
from passaparola.domain.instant import DAY, SECOND, Instant
from passaparola.domain.keyring import Keyring
from passaparola.store.read.messages import mailed_since
from passaparola.store.write.joining import count_up

HOUR: Instant = 3600 * SECOND
ASKED_FOR = (MessageKind.JOIN, MessageKind.SIGN_IN, MessageKind.TOLD)
_NEIGHBOURHOOD = {4: 24, 6: 48}


@dataclass(frozen=True, slots=True)
class AskLimits:
    """The most that is done: mails to one address, and askings by one caller, one neighbourhood and everybody in an hour."""

    address_hour: int = 3
    address_day: int = 8
    caller_hour: int = 30
    neighbourhood_hour: int = 120
    everybody_hour: int = 3000


LIMITS = AskLimits()


def too_many_ask(client: str, desk: Desk, keys: Keyring, limits: AskLimits = LIMITS) -> bool:
    """Count this asking by its caller (an address or network), whatever it is about; whether it is one too many.

    Nothing depends on the address that was typed, so that the answer tells nothing of it.
    """
    hour = desk.now // HOUR
    counted = (
        (f"caller:{client}", limits.caller_hour),
        (f"near:{neighbourhood(client)}", limits.neighbourhood_hour),
        ("everybody", limits.everybody_hour),
    )
    used = [
        (count_up(desk.session, desk.workspace.id, _hidden(keys, f"{who}:{hour}"), (hour + 1) * HOUR), most)
        for who, most in counted
    ]
    return any(count > most for count, most in used)


def one_at_a_time(what: str, desk: Desk, keys: Keyring) -> None:
    """Whoever else asks the same waits here for our commit, so that what is counted from now on holds it."""
    hour = desk.now // HOUR
    count_up(desk.session, desk.workspace.id, _hidden(keys, f"one:{what}"), (hour + 1) * HOUR)


def mail_is_due(address_mac: str, desk: Desk, limits: AskLimits = LIMITS) -> bool:
    """Whether one more mail may go to this address. Known or not, it is the same two questions."""
    session, workspace = desk.session, desk.workspace.id
    within_hour = mailed_since(session, workspace, address_mac, desk.now - HOUR, ASKED_FOR)
    within_day = mailed_since(session, workspace, address_mac, desk.now - DAY, ASKED_FOR)
    return within_hour < limits.address_hour and within_day < limits.address_day


def neighbourhood(client: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 one; what is neither is its own."""
    try:
        address = ipaddress.ip_network(client, strict=False).network_address
    except ValueError:
        return client
    return str(ipaddress.ip_network((address, _NEIGHBOURHOOD[address.version]), strict=False))


def _hidden(keys: Keyring, text: str) -> str:
    return hmac.new(keys.addresses, f"rate:{text}".encode(), hashlib.sha256).hexdigest()
