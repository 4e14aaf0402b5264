"""Pages on paper: a template of this package, typeset as PDF; the same content gives the same bytes.

The content comes in as data and is never read as markup. Only the fonts that the library brings are used, so
a page looks the same on every machine. The form is PDF/A-2 and PDF/UA: it can be kept, searched and read out.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from importlib import resources

import typst

from generale.protocol.errors import UsageError


def typeset(template: str, content: Mapping[str, object], made: date) -> bytes:
    """The PDF of a template with this content, dated ``made``; ``UsageError`` for a sign that no font has."""
    source = resources.files(__package__).joinpath("templates", template).read_bytes()
    try:
        return typst.compile(
            source,
            format="pdf",
            sys_inputs={"content": json.dumps(content)},
            ignore_system_fonts=True,
            pdf_standards=["a-2a", "ua-1"],
            timestamp=datetime.combine(made, time(), UTC),
        )
    except typst.TypstError as error:
        said = str(error).splitlines()[0]
        raise UsageError(
            f"the page cannot be typeset: {said}", hint="it may hold a sign that no font of the library has"
        ) from error
