"""EBICS as a pure library: bytes in, bytes out, for the versions 2.4 (H003), 2.5 (H004) and 3.0 (H005), and HEV.

Nothing in this room touches the network, the clock, a file, a log or a source of randomness: who calls passes in
what it needs and carries out what is handed back. It knows no format of statements or payments.

- ``names``, ``codes``, ``structure``: what versions, orders, return codes and messages there are (tables);
- ``packing``, ``describe``: what can be read of a message without a key, and said about it;
- ``keys``, ``seal``, ``sign``, ``authsig``: certificates and hashes, E002, A005/A006, X002;
- ``messages``: a request, an answer, order data, the customer protocol HAC, each between bytes and record;
- ``bank``: :func:`statements.ebics.bank.decide`, what a bank answers to a request and what must change;
- ``client``: the other side, for tests.

The first two lines need nothing beyond the base install; the others need the extra ``statements[ebics]``
(see :mod:`statements.ebics.extra`). Importing this package alone imports none of them.
"""
