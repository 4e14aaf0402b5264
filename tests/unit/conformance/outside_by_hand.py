"""The outside of a message in a transcript made by hand: who sends it, and its labels."""

from generale.protocol.genericasync import CARE_HOME, Blob, Compression, Origin, Post


def sender(nihii: str, label: dict[str, str]) -> Origin:
    """The facility with this number, under the kind of provider that is told."""
    quality = label.get("quality", CARE_HOME)
    return Origin(nihii=nihii.ljust(11, "0"), quality=quality, licence_username="u", licence_password="p")


def posting(
    raw: bytes,
    name: str,
    service: str,
    origin: Origin,
    reference: str,
    packed: Compression,
    label: dict[str, str],
) -> Post:
    """A message with the labels that are told, and right ones where none are."""
    kind = label.get("kind", "text/plain" if service == "invoices" else "text/xml")
    blob = Blob(content=raw, message_name=name, compression=packed, content_type=kind)
    return Post(origin=origin, input_reference=reference, is_test="test" in label, blob=blob)
