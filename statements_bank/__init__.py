"""The trial bank: an EBICS endpoint with the French profile, for trying a whole connection on one machine.

It is a place to try, not a bank: it speaks the protocol of :mod:`statements.ebics`, makes its statements with
:mod:`statements` and lets a person approve payments that never leave it. It listens on loopback alone unless its
user says otherwise, and calls itself a trial bank in every letter, page and answer.

Rooms: ``store`` (tables and migrations), ``desk`` (connections, letters, roles, approvals, limits), ``feed``
(statements into the queue), ``payments`` (what becomes of an upload), ``exchange`` (one EBICS request answered),
``door`` (HTTP), ``pages`` (for people), ``cli`` (``statements bank …``), ``testing`` (the pytest fixture).
"""
