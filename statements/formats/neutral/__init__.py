"""Our own JSON: everything that a statement holds, in Unicode, for programs.

The members are those of ``convert --to json`` and never change their meaning; new ones may come.
"""

from statements.formats.neutral.reader import read, rules
from statements.formats.neutral.writer import iter_write, write

__all__ = ["iter_write", "read", "rules", "write"]
