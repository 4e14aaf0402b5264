"""The outside of a message: what a product adds to it for all to read; one that does right adds nothing."""

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from generale.driver.stimuli import Person
from generale.refvendor.switches import Switches

_NAMESPACE = "urn:generale:refvendor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A reference of its own (NIPReference), the address of the sender (wsa:From), and a header block."""

    nip_reference: str | None = None
    source: str | None = None
    block: str = ""
    """XML, empty for none."""

    def stuck_on(self, envelope: bytes) -> bytes:
        """The envelope with the header block, where there is one."""
        if not self.block:
            return envelope
        return envelope.replace(b"</soap:Header>", self.block.encode() + b"</soap:Header>", 1)


NO_LABEL = Label()
"""The outside of a message as it should be."""


def label_about(resident: Person, switches: Switches) -> Label:
    """What stands on the outside for whoever looks for a message; nothing, for all can read it."""
    if switches.on("insz-in-nip-reference"):
        return Label(nip_reference=resident.insz)
    if switches.on("name-in-sender-address"):
        return Label(source=f"{_NAMESPACE}:{quote(resident.family_name)}")
    if switches.on("patient-in-soap-header"):
        patient = escape(f"{resident.insz} {resident.family_name}")
        return Label(block=f'<Patient xmlns="{_NAMESPACE}">{patient}</Patient>')
    if switches.on("insz-in-namespace"):
        return Label(block=f'<Case xmlns="{_NAMESPACE}:case:{resident.insz}"/>')
    if switches.on("insz-encoded"):
        key = b64encode(resident.insz.encode()).decode("ascii")
        return Label(block=f'<Case xmlns="{_NAMESPACE}" key="{key}"/>')
    return NO_LABEL
