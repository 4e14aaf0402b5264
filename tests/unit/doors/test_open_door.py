"""The name that the user gives leads to a door, or to an explanation of the forms there are."""

import pytest

from generale.doors.command import CommandDoor
from generale.doors.door import open_door
from generale.doors.http import HttpDoor
from generale.protocol.errors import UsageError


@pytest.mark.parametrize(
    ("vendor", "address"),
    [
        ("http://127.0.0.1:8090", "http://127.0.0.1:8090"),
        ("HTTP://product.example", "http://product.example"),
        ("https://[::1]:8443/driver/", "https://[::1]:8443/driver/"),
        ("https://tester:secret@product.example/driver", "https://product.example/driver"),
    ],
)
def test_an_address_opens_the_http_door_and_is_shown_without_its_password(vendor: str, address: str) -> None:
    door = open_door(vendor)

    assert isinstance(door, HttpDoor)
    assert door.address == address


def test_a_program_opens_the_command_door() -> None:
    assert isinstance(open_door("CMD:./adapter --quietly"), CommandDoor)


@pytest.mark.parametrize(
    ("vendor", "message"),
    [
        ("person", "'person' is not available in this version"),
        ("", "names no product"),
        ("reference", "'reference' names no product"),
        ("127.0.0.1:8090", "names no product"),
        ("ftp://product.example", "names no product"),
    ],
)
def test_what_is_no_door_is_refused_with_the_forms(vendor: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        open_door(vendor)

    assert "py:package.module:Class" in caught.value.hint


@pytest.mark.parametrize(
    "vendor",
    [
        "http:",
        "http://",
        "https:///driver",
        "http://host:port",
        "http://host/?a=b",
        "http://host/#a",
        "http://a\n",
        "http://xn--/",
        "http://xn--a-ä.example/",
    ],
)
def test_an_address_that_is_none_is_refused_with_an_example(vendor: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_door(vendor)

    assert "http://127.0.0.1:8090" in caught.value.hint
