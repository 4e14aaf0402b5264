"""``generale decode``: one message or flat file as text for a person, or as JSON that ``encode`` reads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generale.cli.output import print_json, print_text
from generale.conformance.message_check import MAX_BYTES
from generale.conformance.message_document import MessageDocument, decoded, document_json
from generale.protocol.errors import PeerError, UsageError
from generale.protocol.flatfile import message_types
from generale.protocol.profile import standard_profile
from generale.reports import Language
from generale.reports.inert import flat
from generale.results.verdicts import ExitCode
from generale.scenarios.file import read_file

_HEADERS = 2


def run(file: Path, number: int, *, as_json: bool, lang: Language) -> int:
    """Print what stands in the file; ``UsageError`` where it is no message.

    The document for programs is the same in every language.
    """
    raw = read_file(file, "the message", most=MAX_BYTES, hint="give the file of one message")
    try:
        document = decoded(raw, standard_profile(), number, "en" if as_json else lang)
    except PeerError as error:
        hint = "--number chooses one of the messages" if error.where == "Body" else f"generale check {file}"
        place = "" if str(error).startswith(error.where) else f"{error.where}: "
        raise UsageError(f"{file} cannot be decoded: {place}{error}", hint=hint) from error
    if as_json:
        print_json(document_json(document))
    else:
        print_text("\n".join(_lines(document, lang)))
    return ExitCode.CONFORMING


def _lines(document: MessageDocument, lang: Language) -> Iterator[str]:
    yield f"{document.kind} {_title(document, lang)}".rstrip()
    if document.envelope:
        around = "in een envelop als" if lang == "nl" else "in an envelope as"
        yield f"{around} {flat(document.envelope.message_name)} {flat(document.envelope.reference)}"
    for place, part in enumerate(document.parts):
        yield f"header {part.part}" if place < _HEADERS else f"record {place - 1} ({part.part})"
        for key, text in part.zones.items():
            zone, _, name = key.partition(" ")
            yield f"  {zone:<18} {name:<26} {text}".rstrip()
    for name, value in _leaves("", document.fields or {}):
        yield f"  {name:<14} {flat(str(value))}"
    for one in document.deviations:
        yield f"{one.where}: {one.what}"


def _title(document: MessageDocument, lang: Language) -> str:
    """What kind of flat file it is; the zones themselves have one name, as in the reference of messages."""
    if not document.parts:
        return ""
    kind = message_types()[document.kind]
    return kind.title_nl if lang == "nl" else kind.title


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every field with a value, those inside others under both names."""
    match value:
        case dict():
            for key, inside in value.items():
                yield from _leaves(f"{name}.{key}".lstrip("."), inside)
        case list() if any(isinstance(one, dict) for one in value):
            for place, one in enumerate(value, start=1):
                yield from _leaves(f"{name}[{place}]", one)
        case _:
            yield name, value
