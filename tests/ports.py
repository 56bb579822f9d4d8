"""A port for a server of a test that begins to listen later."""

import random
import socket

OWN = range(
    10_240, 32_768
)  # below those that systems hand out by themselves, for example to a connection of another test
_draw = random.SystemRandom()


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens, and which the system gives to nobody who does not ask for it by name."""
    while True:
        port = _draw.choice(OWN)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
