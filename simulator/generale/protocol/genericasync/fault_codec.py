"""Faults on the wire, in the shapes of MyCareNet and of the eHealth platform, or without detail."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lxml import etree

from generale.protocol.genericasync.blob import Limits
from generale.protocol.genericasync.contract import place
from generale.protocol.genericasync.element import (
    SPACE,
    Element,
    add,
    add_optional,
    boolean,
    check,
    generic,
    truth,
    types,
)
from generale.protocol.genericasync.fault import Fault, FaultDetail, FaultKind, SoaCode, refusal
from generale.protocol.genericasync.vocabulary import GENERIC, SOA, SOAP, TYPES, XML

_LANGUAGE = f"{{{XML}}}lang"


def read_fault(fault: Element, _limits: Limits) -> Fault:
    """Read a fault by the first detail that is known here, or without one."""
    faultcode, detail = fault.findtext("faultcode"), fault.find("detail")
    if faultcode is None:
        raise refusal(SoaCode.NOT_SOAP, "a fault has no faultcode", where=place(fault))
    for element in () if detail is None else detail:
        if element.tag in DETAIL_READERS:
            return DETAIL_READERS[element.tag](element)
    message, language = _text(fault.find("faultstring"))
    return Fault(
        kind=FaultKind.PLAIN,
        code=faultcode.strip(SPACE).rpartition(":")[2],
        source=fault.findtext("faultactor", ""),
        message=message,
        language=language,
    )


def write_fault(body: Element, fault: Fault) -> None:
    """Write a fault with the detail of its kind."""
    element = add(body, f"{{{SOAP}}}Fault")
    add(element, "faultcode", f"soap:{fault.faultcode}")
    add(element, "faultstring", fault.message, {_LANGUAGE: fault.language})
    writer = DETAIL_WRITERS.get(fault.kind)
    if writer is None:
        add_optional(element, "faultactor", fault.source or None)
    else:
        writer(add(element, "detail"), fault)


def _read_generic(element: Element) -> Fault:
    check(element)
    return read_fault_type(element)


def read_fault_type(element: Element) -> Fault:
    """Read an element of types:FaultType that has passed its schema."""
    message, language = _text(element.find(types("Message")))
    details = element.iterfind(f"{types('Details')}/{types('Detail')}")
    return Fault(
        kind=FaultKind.GENERIC,
        code=element.findtext(types("FaultCode"), ""),
        source=element.findtext(types("FaultSource"), ""),
        message=message,
        language=language,
        details=tuple(
            FaultDetail(
                code=detail.findtext(types("DetailCode"), ""),
                source=detail.findtext(types("DetailSource"), ""),
                location=detail.findtext(types("Location")),
                message=detail.findtext(types("Message")),
            )
            for detail in details
        ),
    )


def write_fault_type(element: Element, fault: Fault) -> None:
    """Write the content of an element of types:FaultType; what only other shapes can carry is left out."""
    add(element, types("FaultCode"), fault.code)
    add(element, types("FaultSource"), fault.source)
    add(element, types("Message"), fault.message, {_LANGUAGE: fault.language})
    details = add(element, types("Details"))
    for detail in fault.details:
        item = add(details, types("Detail"))
        add(item, types("DetailCode"), detail.code)
        add(item, types("DetailSource"), detail.source)
        add_optional(item, types("Location"), detail.location)
        if detail.message is not None:
            add(item, types("Message"), detail.message, {_LANGUAGE: fault.language})


def _write_generic(parent: Element, fault: Fault) -> None:
    element = etree.SubElement(parent, generic("fault"), nsmap={"generic": GENERIC, "types": TYPES})
    write_fault_type(element, fault)


def _read_soa(error: Element) -> Fault:
    """Read either error; its children are unqualified, some stacks qualify them all the same."""
    children: dict[str, Element] = {}
    for item in error:
        children.setdefault(item.tag.rpartition("}")[2], item)
    texts = {name: item.text or "" for name, item in children.items()}
    if "Code" not in texts:
        raise refusal(SoaCode.NOT_XSD, "an error of the eHealth platform has no Code", where=place(error))
    (message, language), *others = [
        _text(item) for item in error if item.tag.rpartition("}")[2] == "Message"
    ] or [_text(None)]
    return Fault(
        kind=FaultKind(error.tag.rpartition("}")[2]),
        code=texts["Code"],
        source=texts.get("Origin", ""),
        message=message,
        language=language,
        translations=tuple((tongue, text) for text, tongue in others),
        retry=truth(texts["Retry"]) if "Retry" in texts else None,
        contact=texts.get("Contact"),
        environment=texts.get("Environment"),
        ticket=error.get("Id"),
    )


def _write_soa(parent: Element, fault: Fault) -> None:
    error = etree.SubElement(parent, f"{{{SOA}}}{fault.kind.value}", nsmap={"soa": SOA})
    if fault.ticket is not None:
        error.set("Id", fault.ticket)
    add(error, "Origin", fault.source)
    add(error, "Code", fault.code)
    for language, message in ((fault.language, fault.message), *fault.translations):
        add(error, "Message", message, {_LANGUAGE: language})
    add_optional(error, "Retry", None if fault.retry is None else boolean(fault.retry))
    add_optional(error, "Contact", fault.contact)
    add_optional(error, f"{{{SOA}}}Environment", fault.environment)


def _text(element: Element | None) -> tuple[str, str]:
    """A text for people and its language; English where nothing is said."""
    if element is None:
        return "", "en"
    return element.text or "", element.get(_LANGUAGE, "en")


DETAIL_READERS: Mapping[str, Callable[[Element], Fault]] = MappingProxyType(
    {
        generic("fault"): _read_generic,
        f"{{{SOA}}}SystemError": _read_soa,
        f"{{{SOA}}}BusinessError": _read_soa,
    }
)
"""The reader for the detail of a fault; other details are passed over."""

DETAIL_WRITERS: Mapping[FaultKind, Callable[[Element, Fault], None]] = MappingProxyType(
    {
        FaultKind.GENERIC: _write_generic,
        FaultKind.SYSTEM: _write_soa,
        FaultKind.BUSINESS: _write_soa,
    }
)
"""The writer for the detail of a fault; a plain fault has none."""
