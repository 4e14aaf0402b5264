"""Which door leads to a product, as the user names it on the command line."""

from generale.doors.command import CommandDoor
from generale.doors.http import TIMEOUT_SECONDS, HttpDoor
from generale.doors.python import python_door
from generale.driver.contract import Product
from generale.protocol.errors import UsageError

_FORMS = "the forms are http(s)://host:port, 'cmd:program arguments' and py:package.module:Class"


def open_door(vendor: str, timeout: float = TIMEOUT_SECONDS) -> Product:
    """The product that the user names: an address, ``cmd:`` and a program, or ``py:`` and a class.

    The reference vendor is no door; its name is the caller's business. ``UsageError`` where the
    name has no form of a door, or of one that this version does not have. ``timeout`` is in seconds.
    A ``CommandDoor`` must be closed.
    """
    kind = vendor.partition(":")[0]
    match kind.lower():
        case "http" | "https":
            return HttpDoor(vendor, timeout)
        case "py":
            return python_door(vendor[len("py:") :])
        case "cmd":
            return CommandDoor(vendor[len("cmd:") :], timeout)
        case "person":
            raise UsageError(f"the door '{kind}' is not available in this version", hint=_FORMS)
        case _:
            raise UsageError(f"'{vendor}' names no product", hint=_FORMS, finding="no-such-door")
