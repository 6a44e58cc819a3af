"""HAC, the customer protocol: what became of the orders of a customer, as a pain.002.001.03.

One ``OrgnlPmtInfAndSts`` for each step. Source: EBICS 3.0, chapter 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lxml import etree

from statements.ebics.names import HAC_NAMESPACE
from statements.ebics.state import Event

ACTIONS = ("FILE_UPLOAD", "FILE_DOWNLOAD", "ES_VERIFICATION", "ORDER_HAC_FINAL")
_LINE = 105


def write(host: str, events: Sequence[Event], now: datetime, message_id: str) -> bytes:
    """The protocol of these events, in their order. ``message_id`` has at most 35 characters."""
    root = etree.Element(f"{{{HAC_NAMESPACE}}}Document", nsmap=_SPACES)
    report = _add(root, "CstmrPmtStsRpt")
    header = _add(report, "GrpHdr")
    _add(header, "MsgId", message_id)
    _add(header, "CreDtTm", _time(now))
    _add(_add(_add(_add(_add(header, "InitgPty"), "Id"), "OrgId"), "Othr"), "Id", host)
    group = _add(report, "OrgnlGrpInfAndSts")
    _add(group, "OrgnlMsgId", "EBICS")
    _add(group, "OrgnlMsgNmId", "EBICS")
    for event in events:
        _step(_add(report, "OrgnlPmtInfAndSts"), event)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


_SPACES: dict[str, str] = {None: HAC_NAMESPACE}  # type: ignore[dict-item]


def _step(element: etree._Element, event: Event) -> None:
    _add(element, "OrgnlPmtInfId", event.action)
    reason = _add(element, "StsRsnInf")
    ids = _add(_add(_add(reason, "Orgtr"), "Id"), "OrgId")
    for scheme, value in (
        ("PartnerID", event.partner),
        ("UserID", event.user),
        ("OrderID", event.order_id),
        ("AdminOrderType", event.order),
        ("TimeStamp", _time(event.time)),
    ):
        if value:
            other = _add(ids, "Othr")
            _add(other, "Id", value)
            _add(_add(other, "SchmeNm"), "Prtry", scheme)
    if event.code:
        _add(_add(reason, "Rsn"), "Cd", event.code)
    for at in range(0, len(event.text), _LINE):
        _add(reason, "AddtlInf", event.text[at : at + _LINE])


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{HAC_NAMESPACE}}}{name}")
    element.text = text
    return element


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
