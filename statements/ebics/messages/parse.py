"""From bytes to an XML tree, without what XML offers an attacker: no DOCTYPE, no entities, no other encoding."""

from __future__ import annotations

import re

from lxml import etree

from statements.ebics.codes import RefusedError, refuse

_DECLARED = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
# A request has some sixty tags and three name spaces; who sends thousands wants to keep us busy.
MOST_TAGS, MOST_SPACES, MOST_ATTRIBUTES = 4_000, 100, 50
_UTF8 = (b"utf-8", b"utf8", b"us-ascii", b"ascii")


def tree(data: bytes) -> etree._Element:
    """The root of a document. Comments and processing instructions are left out, so that they cannot split a text.

    Raises :class:`RefusedError`.

    >>> tree(b"<a>b<!-- c -->d</a>").text
    'bd'
    """
    declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
    if b"\x00" in data or (declared is not None and declared[1].lower() not in _UTF8):
        raise RefusedError(refuse("xml-encoding"))
    if b"<!DOCTYPE" in data:
        raise RefusedError(refuse("xml-doctype"))
    if data.count(b"<") > MOST_TAGS or data.count(b"xmlns") > MOST_SPACES:
        raise RefusedError(refuse("xml-elements", most=MOST_TAGS))
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        raise RefusedError(refuse("xml-broken", line=fault.lineno or 1)) from fault
    # Reading the attributes of one element takes a time that grows with the square of their number.
    if any(len(element.attrib) > MOST_ATTRIBUTES for element in root.iter()):
        raise RefusedError(refuse("xml-elements", most=MOST_TAGS))
    return root
