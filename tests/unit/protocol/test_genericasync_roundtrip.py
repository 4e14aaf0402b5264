"""Whatever can be said is written, read back the same, and written the same again."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.genericasync import (
    Addressing,
    Blob,
    Body,
    Compression,
    Confirm,
    Delivery,
    Encoding,
    Encryption,
    Envelope,
    Get,
    GetResponse,
    NumberPlace,
    Origin,
    PartyId,
    Post,
    PostResponse,
    Query,
    ResultMajor,
    Scheme,
    Sender,
    TAck,
    read_envelope,
    write_envelope,
)

CHARACTERS = st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\t\n\r")
TEXTS = st.text(CHARACTERS, max_size=12)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zs"]), min_size=1, max_size=8)
LISTS = st.lists(NAMES, max_size=3).map(tuple)
KEYS = st.lists(st.binary(min_size=1, max_size=32), max_size=3).map(tuple)
URIS = st.from_regex(r"urn:[a-z]{1,8}:[a-z0-9]{1,8}", fullmatch=True)
OPTIONAL = st.none() | TEXTS
NCNAMES = st.none() | st.from_regex(r"_[a-z0-9-]{0,8}", fullmatch=True)
FILLED = TEXTS.filter(bool)
PARTIES = st.builds(
    PartyId, scheme=st.just(Scheme.NIHII), value=FILLED, quality=TEXTS, name=OPTIONAL
) | st.builds(PartyId, scheme=st.sampled_from([Scheme.SSIN, Scheme.CBE]), value=FILLED, name=OPTIONAL)
SENDERS = st.builds(Sender, person=PARTIES, organisation=st.none() | PARTIES) | st.builds(
    Sender, organisation=PARTIES
)


def bearing(origin: Origin) -> PartyId:
    """The organisation that bears the number of an origin."""
    return PartyId(scheme=Scheme.NIHII, value=origin.nihii, quality=origin.quality)


ORIGINS = st.builds(
    Origin,
    nihii=FILLED,
    quality=TEXTS,
    package_name=OPTIONAL,
    licence_username=TEXTS,
    licence_password=TEXTS,
    site_id=OPTIONAL,
    organisation=st.none() | PARTIES,
    sender=st.none() | SENDERS,
)
NAMED_ORIGINS = ORIGINS | ORIGINS.flatmap(
    lambda origin: st.sampled_from(
        [
            replace(origin, place=NumberPlace.ORGANISATION, organisation=bearing(origin)),
            replace(
                origin,
                place=NumberPlace.SENDER,
                organisation=None,
                sender=Sender(person=origin.organisation, organisation=bearing(origin)),
            ),
        ]
    )
)
TOKENS = st.binary(min_size=1, max_size=300).map(
    lambda inside: b"\x30\x82" + len(inside).to_bytes(2, "big") + inside
)
PACKINGS = st.sampled_from(
    [
        (Encoding.NONE, Compression.NONE),
        (Encoding.DEFLATE, Compression.RAW),
        (Encoding.DEFLATE, Compression.ZLIB),
        (Encoding.DEFLATE, Compression.GZIP),
    ]
)


@st.composite
def blobs(draw: st.DrawFn) -> Blob:
    """Any blob that the exchange can carry, with a true hash or none."""
    encoding, compression = draw(PACKINGS)
    blob = Blob(
        content=draw(st.binary(max_size=200)),
        message_name=draw(TEXTS),
        content_type=draw(TEXTS),
        encoding=encoding,
        compression=compression,
        reference=draw(OPTIONAL),
        id=draw(NCNAMES),
        encryption=draw(st.none() | st.just(Encryption.DECRYPTED)),
        etk=draw(st.none() | TOKENS),
        issuer=draw(st.none() | URIS),
    )
    return replace(blob, hash_value=blob.digest) if draw(st.booleans()) else blob


QUERIES = st.builds(Query, included=st.booleans(), max=st.integers(-(2**31), 2**31 - 1), names=LISTS)
TACKS = st.builds(
    TAck,
    value=st.binary(max_size=32),
    issuer=URIS,
    applies_to=TEXTS,
    result_major=st.sampled_from(ResultMajor),
    result_minor=URIS | st.just(""),
    result_message=TEXTS,
    reference=TEXTS,
    id=NCNAMES,
)
SEALED = st.builds(
    Blob,
    content=st.binary(max_size=200),
    message_name=TEXTS,
    encoding=st.sampled_from(Encoding),
    compression=st.just(Compression.NONE),
    hash_value=st.none() | st.binary(min_size=32, max_size=32),
    encryption=st.sampled_from(Encryption).filter(lambda one: one is not Encryption.DECRYPTED),
)
DELIVERIES = st.builds(
    Delivery,
    input_reference=OPTIONAL,
    nip_reference=OPTIONAL,
    output_reference=OPTIONAL,
    blob=blobs(),
    xades=st.binary(max_size=32),
)
COUNTS = st.integers(0, 2**31 - 1)
BODIES: st.SearchStrategy[Body] = st.one_of(
    st.builds(
        Post,
        origin=NAMED_ORIGINS,
        input_reference=TEXTS.filter(bool),
        nip_reference=OPTIONAL,
        is_test=st.booleans(),
        blob=blobs() | SEALED,
        xades=st.none() | st.binary(max_size=32),
    ),
    st.builds(
        Get,
        origin=NAMED_ORIGINS,
        reference=OPTIONAL,
        message_query=QUERIES,
        tack_query=QUERIES,
        include_ios=LISTS,
        exclude_ios=LISTS,
        reply_to_etk=st.none() | TOKENS,
    ),
    st.builds(
        Confirm,
        origin=NAMED_ORIGINS,
        hashes=KEYS,
        references=LISTS,
        tack_contents=KEYS,
        tack_references=LISTS,
    ),
    st.builds(
        GetResponse,
        messages=st.lists(DELIVERIES, max_size=2).map(tuple),
        tacks=st.lists(TACKS, max_size=2).map(tuple),
        msg_count=COUNTS,
        tack_count=COUNTS,
    ),
    st.builds(PostResponse, tack=TACKS),
)
ADDRESSES = st.none() | URIS
ADDRESSINGS = st.builds(
    Addressing,
    action=ADDRESSES,
    to=ADDRESSES | st.just(""),
    message_id=ADDRESSES,
    relates_to=ADDRESSES,
    source=ADDRESSES,
    reply_to=ADDRESSES,
    fault_to=ADDRESSES,
)


@given(envelope=st.builds(Envelope, addressing=ADDRESSINGS, body=BODIES))
def test_what_is_written_is_read_back_and_written_the_same(envelope: Envelope) -> None:
    raw = write_envelope(envelope)

    assert read_envelope(raw) == envelope
    assert write_envelope(envelope) == raw
