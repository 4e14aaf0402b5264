"""MyCareNet GenericAsync v1.3 over SOAP 1.1: bytes in, messages out, for both sides of the exchange.

Start with ``message`` for what is said, ``codec`` for how it becomes bytes, ``fault`` for refusals.
This package knows nothing about HTTP, mailboxes or the documents inside a blob.
"""

from generale.protocol.genericasync.addressing import Addressing
from generale.protocol.genericasync.blob import LIMITS, Blob, Compression, Encoding, Limits
from generale.protocol.genericasync.codec import (
    READERS,
    REQUESTS,
    WRITERS,
    Readers,
    as_package,
    inline,
    read_addressing,
    read_envelope,
    requests_opened,
    write_envelope,
)
from generale.protocol.genericasync.contract import schema_files, wsdl
from generale.protocol.genericasync.encryption import Encryption
from generale.protocol.genericasync.envelope import (
    Answer,
    Body,
    Envelope,
    Request,
    action_of,
    answer_envelope,
    request_envelope,
)
from generale.protocol.genericasync.fault import (
    THROTTLED,
    EnvelopeError,
    Fault,
    FaultDetail,
    FaultKind,
    SoaCode,
    soa_fault,
)
from generale.protocol.genericasync.message import (
    Confirm,
    ConfirmResponse,
    Delivery,
    Get,
    GetResponse,
    Post,
    PostResponse,
    Query,
)
from generale.protocol.genericasync.mtom import wants_package
from generale.protocol.genericasync.origin import (
    CARE_HOME,
    NumberPlace,
    Origin,
    PartyId,
    Scheme,
    Sender,
    enterprise,
)
from generale.protocol.genericasync.package import beside_parts, is_package
from generale.protocol.genericasync.reject import Reject, RejectSide
from generale.protocol.genericasync.reject_codec import is_reject, read_reject, write_reject
from generale.protocol.genericasync.request_rule import request_fault
from generale.protocol.genericasync.tack import (
    TAck,
    failure_tack,
    own_reference,
    success_tack,
    tack_is_genuine,
)
from generale.protocol.genericasync.vocabulary import (
    ANONYMOUS,
    CONTENT_TYPE,
    DESTINATION,
    MULTICAST,
    PLATFORM_IO,
    Action,
    ResultMajor,
)

__all__ = [
    "ANONYMOUS",
    "CARE_HOME",
    "CONTENT_TYPE",
    "DESTINATION",
    "LIMITS",
    "MULTICAST",
    "PLATFORM_IO",
    "READERS",
    "REQUESTS",
    "THROTTLED",
    "WRITERS",
    "Action",
    "Addressing",
    "Answer",
    "Blob",
    "Body",
    "Compression",
    "Confirm",
    "ConfirmResponse",
    "Delivery",
    "Encoding",
    "Encryption",
    "Envelope",
    "EnvelopeError",
    "Fault",
    "FaultDetail",
    "FaultKind",
    "Get",
    "GetResponse",
    "Limits",
    "NumberPlace",
    "Origin",
    "PartyId",
    "Post",
    "PostResponse",
    "Query",
    "Readers",
    "Reject",
    "RejectSide",
    "Request",
    "ResultMajor",
    "Scheme",
    "Sender",
    "SoaCode",
    "TAck",
    "action_of",
    "answer_envelope",
    "as_package",
    "beside_parts",
    "enterprise",
    "failure_tack",
    "inline",
    "is_package",
    "is_reject",
    "own_reference",
    "read_addressing",
    "read_envelope",
    "read_reject",
    "request_envelope",
    "request_fault",
    "requests_opened",
    "schema_files",
    "soa_fault",
    "success_tack",
    "tack_is_genuine",
    "wants_package",
    "write_envelope",
    "write_reject",
    "wsdl",
]
