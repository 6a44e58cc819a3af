"""`python -m benchmarks [NAME ...]`: run all benchmarks, or those named."""

from __future__ import annotations

import platform
import sys
from importlib import import_module
from importlib.metadata import version

NAMES = ("statements_read_write", "qonto_to_cfonb120", "scaling", "startup", "payments", "hostile")
PEERS = ("lxml", "xmlschema", "msgspec", "mt-940", "mt940-writer", "python-cfonb", "sepaxml")

print(f"CPython {platform.python_version()}, " + ", ".join(f"{peer} {version(peer)}" for peer in PEERS))
for name in sys.argv[1:] or NAMES:
    print(name)
    import_module(f"benchmarks.{name}").main()
