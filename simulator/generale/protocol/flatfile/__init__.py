"""The flat invoice file of the residential sector (920000) and its answers.

The answers are 931000, 920999, 920098, 920099 and 920900. Source: RIZIV flat-file instructions and
MyCareNet eFact. Three levels, each built on the one before:
layouts and records (``build``, ``decode``, ``encode``), typed messages (``write_*``, ``read_*``), and what
is found in them (``technical_faults``, ``refuse``, ``judge``, ``settle``, ``line_decisions``).
"""

from generale.protocol.flatfile.acknowledgement import (
    Acknowledgement,
    read_acknowledgement,
    write_acknowledgement,
)
from generale.protocol.flatfile.answer_validation import answer_faults
from generale.protocol.flatfile.check_digit import control_number, nomenclature_code_is_valid, record_check
from generale.protocol.flatfile.composition import build, change
from generale.protocol.flatfile.deviation import deviations
from generale.protocol.flatfile.fault import Problem, ZoneFault
from generale.protocol.flatfile.file import (
    MAX_INVOICE_RECORDS,
    MAX_RECORDS,
    AlphabetError,
    File,
    decode,
    encode,
    file_of,
)
from generale.protocol.flatfile.invoice import (
    Bill,
    BillKind,
    BillPlace,
    Contact,
    InvoiceFile,
    Line,
    PreviousBill,
    bill_places,
)
from generale.protocol.flatfile.invoice_reader import invoice_of, read_invoice
from generale.protocol.flatfile.invoice_writer import write_invoice
from generale.protocol.flatfile.judged import Counted, Judged, Letter, RecordError, SettledRecord
from generale.protocol.flatfile.judgement import (
    ErrorLimit,
    FileJudgement,
    RefusalType,
    judge,
    read_judgement,
    write_judgement,
)
from generale.protocol.flatfile.layout import Layout, MessageType, Zone, layout, message_types
from generale.protocol.flatfile.note import Deviation, note
from generale.protocol.flatfile.record import Record
from generale.protocol.flatfile.refusal import (
    TechnicalRefusal,
    ZoneError,
    read_refusal,
    refuse,
    write_refusal,
)
from generale.protocol.flatfile.settlement import (
    FundSettlement,
    LineDecision,
    Settlement,
    line_decisions,
    settle,
)
from generale.protocol.flatfile.settlement_reader import read_settlement
from generale.protocol.flatfile.settlement_writer import write_settlement
from generale.protocol.flatfile.sparse import is_sparse, sparse
from generale.protocol.flatfile.validation import care_home_faults, technical_faults

__all__ = [
    "MAX_INVOICE_RECORDS",
    "MAX_RECORDS",
    "Acknowledgement",
    "AlphabetError",
    "Bill",
    "BillKind",
    "BillPlace",
    "Contact",
    "Counted",
    "Deviation",
    "ErrorLimit",
    "File",
    "FileJudgement",
    "FundSettlement",
    "InvoiceFile",
    "Judged",
    "Layout",
    "Letter",
    "Line",
    "LineDecision",
    "MessageType",
    "PreviousBill",
    "Problem",
    "Record",
    "RecordError",
    "RefusalType",
    "SettledRecord",
    "Settlement",
    "TechnicalRefusal",
    "Zone",
    "ZoneError",
    "ZoneFault",
    "answer_faults",
    "bill_places",
    "build",
    "care_home_faults",
    "change",
    "control_number",
    "decode",
    "deviations",
    "encode",
    "file_of",
    "invoice_of",
    "is_sparse",
    "judge",
    "layout",
    "line_decisions",
    "message_types",
    "nomenclature_code_is_valid",
    "note",
    "read_acknowledgement",
    "read_invoice",
    "read_judgement",
    "read_refusal",
    "read_settlement",
    "record_check",
    "refuse",
    "settle",
    "sparse",
    "technical_faults",
    "write_acknowledgement",
    "write_invoice",
    "write_judgement",
    "write_refusal",
    "write_settlement",
]
