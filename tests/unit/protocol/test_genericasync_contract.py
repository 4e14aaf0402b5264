"""The service description serves a stranger's SOAP client, and what that client sends is understood."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import zeep
from lxml import etree
from zeep.transports import Transport

from generale.protocol.genericasync import (
    Action,
    Blob,
    Compression,
    Confirm,
    Encoding,
    Get,
    Origin,
    Post,
    Query,
    read_envelope,
    schema_files,
    wsdl,
)

URL = "http://127.0.0.1:8080/async/generic/hcpfac"
ORIGIN = {
    "Package": {"Name": "Zorgpakket", "License": {"Username": "vendor", "Password": "secret"}},
    "SiteID": "01",
    "CareProvider": {"Nihii": {"Quality": "retirement", "Value": "76000123450"}},
}
OUR_ORIGIN = Origin(
    nihii="76000123450",
    package_name="Zorgpakket",
    licence_username="vendor",
    licence_password="secret",
    site_id="01",
)


CLIENT: Any = zeep.Client
"""The client of zeep, which carries no types."""


class ServedFiles(Transport):
    """Answers for an HTTP service that hands out ``?wsdl`` and ``?xsd=name``, without a network."""

    def load(self, url: str) -> bytes:
        """The description or one schema."""
        query = urlsplit(url).query
        return wsdl(URL) if query == "wsdl" else schema_files(URL)[query.removeprefix("xsd=")]


def client_from_folder(folder: Path) -> Any:
    """A client that read the description from files that lie together."""
    for name, text in schema_files().items():
        (folder / name).write_bytes(text)
    (folder / "GenericAsync.wsdl").write_bytes(wsdl(URL, in_folder=True))
    return CLIENT(str(folder / "GenericAsync.wsdl"))


def client_from_service(_folder: Path) -> Any:
    """A client that read the description from the running service."""
    transport: Callable[[], Transport] = ServedFiles
    return CLIENT(f"{URL}?wsdl", transport=transport())


EXPECTED: Mapping[str, Post | Get | Confirm] = {
    "post": Post(
        origin=OUR_ORIGIN,
        input_reference="00000000000001",
        is_test=True,
        blob=Blob(
            content=b"<a/>", message_name="HCPFAC", encoding=Encoding.NONE, compression=Compression.NONE
        ),
        xades=b"<s/>",
    ),
    "get": Get(
        origin=OUR_ORIGIN,
        message_query=Query(max=64, names=("HCPFAC", "HCPAFD")),
        tack_query=Query(included=False, max=100),
        include_ios=("600", "300"),
        reply_to_etk=b"\x30\x03etk",
    ),
    "confirm": Confirm(origin=OUR_ORIGIN, references=("m-1", "m-2"), tack_references=("t-1",)),
}
ARGUMENTS: Mapping[str, Mapping[str, object]] = {
    "post": {
        "CommonInput": {
            "Request": {"IsTest": True},
            "Origin": ORIGIN,
            "InputReference": "00000000000001",
        },
        "Detail": {
            "_value_1": b"<a/>",
            "ContentType": "text/xml",
            "ContentEncoding": "none",
            "MessageName": "HCPFAC",
            "Id": "blob",
        },
        "Xades-t": {"_value_1": b"<s/>"},
    },
    "get": {
        "Origin": ORIGIN,
        "Reply-to-etk": b"\x30\x03etk",
        "QueryParameters": {"includeIOs": ["600", "300"], "excludeIOs": []},
        "MsgQuery": {"Max": 64, "MessageNames": ["HCPFAC", "HCPAFD"]},
        "TAckQuery": {"Include": False},
    },
    "confirm": {
        "Origin": ORIGIN,
        "MsgRefValues": ["m-1", "m-2"],
        "TAckReferences": ["t-1"],
    },
}


@pytest.mark.parametrize("client", [client_from_folder, client_from_service])
@pytest.mark.parametrize("operation", ["post", "get", "confirm"])
def test_a_generic_soap_client_builds_requests_that_are_understood(
    operation: str, client: Callable[[Path], Any], tmp_path: Path
) -> None:
    soap = client(tmp_path)

    element = soap.create_message(soap.service, operation, **ARGUMENTS[operation])

    assert read_envelope(etree.tostring(element)).body == EXPECTED[operation]


def test_the_description_names_service_port_address_and_actions(tmp_path: Path) -> None:
    soap = client_from_folder(tmp_path)

    port = soap.wsdl.services["GenericAsyncService"].ports["GenericAsyncSOAP"]
    actions = {name: operation.soapaction for name, operation in port.binding._operations.items()}

    assert port.binding_options["address"] == URL
    assert actions == {"post": Action.POST, "get": Action.GET, "confirm": Action.CONFIRM}


def test_an_address_with_an_ampersand_keeps_the_description_well_formed() -> None:
    address = 'http://localhost/a?b="1"&c=2'

    addresses = etree.fromstring(wsdl(address)).iter("{http://schemas.xmlsoap.org/wsdl/soap/}address")

    assert [element.get("location") for element in addresses] == [address]


@pytest.mark.parametrize(("service", "prefix"), [(URL, f"{URL}?xsd="), ("", "")])
def test_schemas_import_each_other_by_names_that_are_served(service: str, prefix: str) -> None:
    served = schema_files(service)

    wanted = {
        element.get("schemaLocation")
        for text in served.values()
        for element in etree.fromstring(text).iter("{http://www.w3.org/2001/XMLSchema}import")
    }

    assert wanted == {prefix + name for name in served if not name.startswith(("generic", "reject"))}
