"""The lists of a request are bounded, whichever it is."""

from collections.abc import Callable

import pytest
from tests.unit.protocol.test_genericasync_refusal import ORIGIN

from generale.protocol.genericasync import (
    Confirm,
    EnvelopeError,
    Get,
    Query,
    Request,
    SoaCode,
    read_envelope,
    request_envelope,
    write_envelope,
)
from generale.protocol.genericasync.element import MOST_LISTED

LISTS: dict[str, Callable[[int], Request]] = {
    "MessageNames": lambda n: Get(origin=ORIGIN, message_query=Query(names=("810",) * n)),
    "tackMessageNames": lambda n: Get(origin=ORIGIN, tack_query=Query(names=("810",) * n)),
    "includeIOs": lambda n: Get(origin=ORIGIN, include_ios=("810",) * n),
    "excludeIOs": lambda n: Get(origin=ORIGIN, exclude_ios=("810",) * n),
    "MsgRefValues": lambda n: Confirm(origin=ORIGIN, references=("810",) * n),
    "MsgHashValues": lambda n: Confirm(origin=ORIGIN, hashes=(b"810",) * n),
    "TAckReferences": lambda n: Confirm(origin=ORIGIN, tack_references=("810",) * n),
    "TAckContents": lambda n: Confirm(origin=ORIGIN, tack_contents=(b"810",) * n),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_a_bounded_number_of_entries(name: str) -> None:
    right, wrong = (
        write_envelope(request_envelope(LISTS[name](n), message_id="urn:m:1"))
        for n in (MOST_LISTED, MOST_LISTED + 1)
    )

    assert read_envelope(right).body == LISTS[name](MOST_LISTED)
    with pytest.raises(EnvelopeError) as caught:
        read_envelope(wrong)

    assert caught.value.fault.code == SoaCode.INVALID_CONTENT
    assert f"{name} has more than {MOST_LISTED} entries" in caught.value.fault.message
