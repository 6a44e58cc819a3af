"""Times as the store keeps them. The clock itself is read by ``cli`` and ``door`` alone."""

from __future__ import annotations

import datetime


def text(moment: datetime.datetime) -> str:
    """A moment as UTC text that sorts as time: ``2026-11-26T08:30:00.000000Z``.

    >>> text(datetime.datetime(2026, 11, 26, 9, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=1))))
    '2026-11-26T08:30:00.000000Z'
    """
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(written: str) -> datetime.datetime:
    """The moment of a text of :func:`text`."""
    return datetime.datetime.strptime(written, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.UTC)
