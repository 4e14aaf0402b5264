"""The fixed names of the exchange: namespaces, actions, results (MyCareNet GenericAsync v1.3, SOAP 1.1)."""

from enum import StrEnum

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSA = "http://www.w3.org/2005/08/addressing"
GENERIC = "urn:be:cin:nip:async:generic"
COMMON = "urn:be:cin:mycarenet:esb:common:v2"
TYPES = "urn:be:cin:types:v1"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
XOP = "http://www.w3.org/2004/08/xop/include"
XMIME = "http://www.w3.org/2005/05/xmlmime"
SOA = "urn:be:fgov:ehealth:errors:soa:v1"
XML = "http://www.w3.org/XML/1998/namespace"

ANONYMOUS = f"{WSA}/anonymous"
"""The reply address that means: answer on the same connection (WS-Addressing 1.0)."""

DESTINATION = "urn:nip:destination:io:"
"""What a logical destination begins with, before the number of a fund (insuring organisation, IO)."""

MULTICAST = "MULTICAST"
"""In the place of a number: the platform finds out which fund it is."""

PLATFORM_IO = "000"
"""The number of the platform itself among the funds (project-defined)."""

CONTENT_TYPE = "text/xml; charset=utf-8"
"""How a SOAP 1.1 envelope without attachments is labelled on HTTP."""


class Action(StrEnum):
    """What one envelope does: the value of SOAPAction and of wsa:Action (MyCareNet GenericAsync v1.3)."""

    POST = f"{GENERIC}:post:msg"
    POST_RESPONSE = f"{GENERIC}:post:tack"
    POST_FAULT = f"{GENERIC}:post:fault"
    GET = f"{GENERIC}:get:query"
    GET_RESPONSE = f"{GENERIC}:get:msgs"
    GET_FAULT = f"{GENERIC}:get:fault"
    CONFIRM = f"{GENERIC}:confirm:hash"
    CONFIRM_RESPONSE = f"{GENERIC}:confirm:return"
    CONFIRM_FAULT = f"{GENERIC}:confirm:fault"
    SOAP_FAULT = f"{WSA}/soap/fault"
    """A fault on a request that was not recognised (WS-Addressing 1.0, SOAP binding)."""


class ResultMajor(StrEnum):
    """Whether a message was technically received; also the key of its acknowledgement."""

    SUCCESS = "urn:nip:tack:result:major:success"
    FAILURE = "urn:nip:tack:result:major:failure"
