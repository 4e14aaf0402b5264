"""The parsers that meet bytes of strangers, as one table: examples, attacks, and what each may answer.

A target reads bytes to a value, or raises one of its documented refusals; anything else is a failure. Where
a value says that it can be written again, the target does so and compares.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.fuzz import crowds, file_targets, table_targets, wire_targets

from generale.protocol.errors import PeerError, UsageError
from generale.protocol.genericasync import EnvelopeError
from generale.protocol.security.token_request import read_token_request
from generale.protocol.xml_source import MessageError
from generale.results.bundle import BundleError


@dataclass(frozen=True)
class Target:
    """One parser: ``read`` tries it, and ends in a value or in one of the ``refusals``."""

    name: str
    read: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...]
    examples: Callable[[], Sequence[bytes]]
    attacks: Sequence[Callable[[], bytes]] = ()


TARGETS: Sequence[Target] = (
    Target(
        "soap",
        wire_targets.read_plain,
        (EnvelopeError,),
        wire_targets.envelopes,
        (*wire_targets.XML_ATTACKS, *wire_targets.LIST_ATTACKS, *crowds.NAME_CROWDS),
    ),
    Target(
        "package",
        wire_targets.read_package,
        (EnvelopeError,),
        wire_targets.packages,
        wire_targets.PACKAGE_ATTACKS,
    ),
    Target("blob", wire_targets.read_blob, (PeerError,), wire_targets.blobs, wire_targets.BLOB_ATTACKS),
    Target(
        "security",
        wire_targets.read_security,
        (EnvelopeError,),
        wire_targets.secured_envelopes,
        (*wire_targets.XML_ATTACKS, *wire_targets.ID_ATTACKS, *crowds.SIGNED_CROWDS),
    ),
    Target(
        "xades",
        wire_targets.read_xades,
        (PeerError,),
        wire_targets.xades_signatures,
        wire_targets.XML_ATTACKS,
    ),
    Target("certificate", wire_targets.read_certificate, (PeerError,), wire_targets.certificates),
    Target("token", read_token_request, (PeerError,), wire_targets.token_requests, wire_targets.XML_ATTACKS),
    Target("http", wire_targets.read_http, (), wire_targets.http_requests, wire_targets.HTTP_ATTACKS),
    Target(
        "message",
        file_targets.read_message,
        (MessageError,),
        file_targets.messages,
        (*wire_targets.XML_ATTACKS, *crowds.MESSAGE_CROWDS),
    ),
    Target("check", file_targets.check, (), file_targets.anything, crowds.MESSAGE_CROWDS),
    Target("flatfile", file_targets.read_flat_file, (PeerError,), file_targets.flat_files),
    Target("decode", file_targets.read_anything, (PeerError,), file_targets.anything),
    Target(
        "document",
        file_targets.read_document,
        (PeerError,),
        file_targets.documents,
        file_targets.JSON_ATTACKS,
    ),
    Target("plan", file_targets.read_plan_file, (UsageError,), file_targets.plans, file_targets.TOML_ATTACKS),
    Target(
        "scenario",
        file_targets.read_scenario_file,
        (UsageError,),
        file_targets.scenarios,
        file_targets.YAML_ATTACKS,
    ),
    Target(
        "bundle",
        file_targets.read_bundle_part,
        (BundleError,),
        file_targets.bundle_parts,
        file_targets.BUNDLE_ATTACKS,
    ),
    Target(
        "driver",
        file_targets.read_driver,
        (PeerError,),
        file_targets.driver_bodies,
        file_targets.JSON_ATTACKS,
    ),
    Target(
        "control",
        file_targets.read_control,
        (PeerError, UsageError),
        file_targets.control_bodies,
        file_targets.JSON_ATTACKS,
    ),
    Target(
        "recoveries",
        table_targets.account_of,
        (UsageError,),
        table_targets.tables_of_recoveries,
        table_targets.RECOVERY_ATTACKS,
    ),
    Target(
        "rollout",
        table_targets.rollout_of,
        (UsageError,),
        table_targets.tables_of_rollout,
        table_targets.TABLE_ATTACKS,
    ),
    Target(
        "population",
        table_targets.residents_of,
        (UsageError,),
        table_targets.tables_of_residents,
        table_targets.TABLE_ATTACKS,
    ),
)
"""Every target, in the order in which they are tried."""
