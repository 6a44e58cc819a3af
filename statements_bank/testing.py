"""A pytest fixture that gives the tests of an ERP a running trial bank: ``ebics_bank``.

Installed with the extra ``bank`` it is there by itself::

    def test_our_connector(ebics_bank):
        connector = OurConnector(ebics_bank.url, ebics_bank.host_id, ebics_bank.partner_id, ebics_bank.user_id,
                                 verify=ebics_bank.tls_certificate)
        connector.send_keys()                       # INI and HIA
        ebics_bank.release()                        # the desk compared the hashes
        connector.fetch_bank_keys()                 # HPB
        assert connector.download("EOP", "mt940") == ebics_bank.statements("mt940")
        connector.upload(payment_file)
        assert ebics_bank.uploads()[0].state == "awaiting"
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from statements_bank.running import RunningBank


@pytest.fixture
def ebics_bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBank]:
    """A trial bank on a free port of this machine with one connection that waits for its keys.

    Skips where the extra ``bank`` is not installed.
    """
    pytest.importorskip("sqlalchemy", reason="the fixture ebics_bank needs the extra: pip install 'statements[bank]'")
    from statements_bank.running import RunningBank

    bank = RunningBank(tmp_path_factory.mktemp("ebics-bank"))
    bank.start()
    yield bank
    bank.stop()
