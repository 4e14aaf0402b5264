"""``generale check``: one message on five rungs."""

from pathlib import Path

from generale.cli.output import print_json, print_text
from generale.conformance.message_check import MAX_BYTES, MessageCheck, Remark, check_message
from generale.conformance.message_words import told_in_dutch
from generale.protocol.clock import parse_date
from generale.protocol.errors import PeerError, UsageError
from generale.protocol.profile import standard_profile
from generale.reports import Language
from generale.reports.inert import flat
from generale.results.verdicts import ExitCode
from generale.rules.engine import rule_set, rule_sets
from generale.scenarios.file import read_file

_WORDS = {
    "en": {
        "holds": "holds",
        "broken": "BROKEN",
        "not": "not looked at",
        "expected": "expected",
        "received": "received",
        "note": "note",
        "more": "more may be wrong here than is listed: mend this and check again",
    },
    "nl": {
        "holds": "klopt",
        "broken": "FOUT",
        "not": "niet bekeken",
        "expected": "verwacht",
        "received": "gekregen",
        "note": "opmerking",
        "more": "hier kan meer fout zijn dan er staat: verbeter dit en controleer opnieuw",
    },
}
_RULES: dict[str, dict[str, str]] = {
    "en": {},
    "nl": {
        "the MessageName fits the content": "de MessageName past bij de inhoud",
        "the text is in its encoding": "de tekst staat in haar codering",
        "no byte-order mark": "geen byte-order mark",
        "the file is empty": "het bestand is leeg",
    },
}
"""Rules of the lower rungs that have Dutch words; other rules, and notes, bring theirs."""

_RUNGS_NL = {
    "bytes": "bytes",
    "records": "records",
    "fields": "velden",
    "codes": "codes",
    "relations": "verbanden",
}


def run(file: Path, date: str, *, as_json: bool, lang: Language) -> int:
    """Check; 0 where all rungs hold, 10 where one does not."""
    raw = read_file(file, "the message", most=MAX_BYTES, hint="give the file of one message")
    try:
        day = parse_date(date) if date else None
    except PeerError as error:
        raise UsageError(f"--date: {error}", hint="write it as 2019-06-03") from error
    rules = rule_set(day) if day else rule_sets()[-1]
    found = check_message(raw, standard_profile(), rules, day)
    if as_json:
        print_json(document(found))
    else:
        print_text(text(found, lang))
    return ExitCode.CONFORMING if found.holds else ExitCode.NON_CONFORMING


def document(found: MessageCheck) -> dict[str, object]:
    """The document of ``check --json`` (``docs/reference/check.schema.json``)."""
    return {
        "kind": found.kind,
        "holds": found.holds,
        "rungs": [
            {
                "rung": rung.rung.value,
                "looked_at": rung.looked_at,
                "remarks": [
                    {
                        "place": remark.place,
                        "rule": remark.rule,
                        "expected": remark.expected,
                        "received": remark.received,
                        "control": remark.control,
                    }
                    for remark in rung.remarks
                ],
                "has_more": rung.has_more,
            }
            for rung in found.rungs
        ],
        "notes": [{"place": note.where, "text": note.what} for note in found.notes],
    }


def text(found: MessageCheck, lang: Language) -> str:
    """The ladder for a person: a line a rung, and four lines for what is wrong."""
    words = _WORDS[lang]
    lines = [found.kind]
    for rung in found.rungs:
        state = words["not"] if not rung.looked_at else words["broken"] if rung.remarks else words["holds"]
        name = _RUNGS_NL[rung.rung.value] if lang == "nl" else rung.rung.value
        lines.append(f"  {name:<10} {state}")
        lines.extend(line for remark in rung.remarks for line in _remark(remark, lang))
        if rung.has_more:
            lines.append(f"    {words['more']}")
    lines.extend(
        f"  {words['note']}: {flat(note.where)}: {flat((lang == 'nl' and note.what_nl) or note.what)}"
        for note in found.notes
    )
    return "\n".join(lines)


def _remark(remark: Remark, lang: Language) -> list[str]:
    words = _WORDS[lang]
    control = f"{remark.control} " if remark.control else ""
    rule = (lang == "nl" and remark.rule_nl) or _RULES[lang].get(remark.rule, remark.rule)
    lines = [f"    {control}{flat(rule)}", f"      {flat(remark.place)}"]
    if remark.expected or remark.received:
        expected, received = remark.expected, remark.received
        if lang == "nl":
            expected, received = told_in_dutch(remark)
        lines.append(f"      {words['expected']:<10} {flat(expected)}")
        lines.append(f"      {words['received']:<10} {flat(received)}")
    return lines
