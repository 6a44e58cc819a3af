"""The official API of Qonto over HTTPS, into a folder that ``statements convert`` reads (extra ``fetch``).

    errors · credentials · windows  →  transport  →  answers  →  store  →  run

Nothing of the core knows this room: it stands beside the command, opens files and sockets, and reads the clock it is
given. What it writes is described by :mod:`statements.services.downloads`, which is pure and which the command reads
the folder with.
"""

from __future__ import annotations

from statements.fetch.credentials import Credentials
from statements.fetch.errors import FetchError
from statements.fetch.run import Asked, FetchReport, News, fetch
from statements.fetch.transport import PRODUCTION, SANDBOX, Transport

__all__ = ["PRODUCTION", "SANDBOX", "Asked", "Credentials", "FetchError", "FetchReport", "News", "Transport", "fetch"]
