"""A SOAP client (zeep) that knows nothing but our address, over a real socket on loopback."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import zeep
from tests.unit.simulator.open_house import ADA, HOME, Vendor
from tests.unit.simulator.sample_house import admission
from zeep.plugins import HistoryPlugin

from generale.simulator.server import Server

CLIENT: Any = zeep.Client
"""The client of zeep, which carries no types."""

HISTORY: Any = HistoryPlugin
"""What keeps the envelopes of a client; untyped as well."""

ORIGIN: dict[str, Any] = {
    "Package": {"Name": "Zorgpakket", "License": {"Username": HOME.username, "Password": HOME.password}},
    "SiteID": "01",
    "CareProvider": {
        "Nihii": {"Quality": "retirement", "Value": HOME.nihii.padded},
        "Organization": {"Name": "Huis", "Cbe": HOME.enterprise},
    },
}
WSA = "{http://www.w3.org/2005/08/addressing}"


@dataclass
class Stranger:
    """The client, what it sent and got, and the rehearsal behind the socket."""

    vendor: Vendor
    client: Any
    history: Any

    @property
    def service(self) -> Any:
        """The operations, as zeep offers them."""
        return self.client.service

    def later(self, seconds: int) -> None:
        """Let the platform work."""
        with self.vendor.rehearsal.lock:
            self.vendor.rehearsal.move_to(self.vendor.rehearsal.now() + timedelta(seconds=seconds))

    def post(
        self,
        reference: str | None = "R1",
        *,
        content: bytes | None = None,
        nip_reference: str | None = None,
        **detail: Any,
    ) -> Any:
        """Post an admission."""
        content = admission(ADA).content if content is None else content
        deflate = zlib.compressobj(wbits=-15)
        packed = deflate.compress(content) + deflate.flush()
        return self.service.post(
            CommonInput={
                "Request": {"IsTest": True},
                "Origin": ORIGIN,
                "InputReference": reference,
                "NIPReference": nip_reference,
            },
            Detail={"_value_1": packed, "ContentType": "text/xml", "MessageName": "WZC-OPNAME"} | detail,
        )

    def get(self, **changes: Any) -> Any:
        """Ask for everything that waits."""
        question = {
            "Origin": ORIGIN,
            "MsgQuery": {"Include": True, "Max": 100, "MessageNames": []},
            "TAckQuery": {"Include": True, "Max": 100},
        }
        return self.service.get(**question | changes)


@contextmanager
def a_stranger() -> Iterator[Stranger]:
    """A client of a running server; the description makes zeep write address headers by itself."""
    vendor = Vendor()
    server = Server(vendor.serving)
    server.start()
    try:
        history = HISTORY()
        address = vendor.serving.addresses(vendor.rehearsal)["admissions"]
        client = CLIENT(f"{address}?wsdl", plugins=[history])
        yield Stranger(vendor, client, history)
    finally:
        server.stop()
