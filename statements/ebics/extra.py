"""The optional part of the install that EBICS needs: cryptography, by ``pip install 'statements[ebics]'``."""

from __future__ import annotations

from importlib.util import find_spec

from statements.rules import Text

INSTALL = "pip install 'statements[ebics]'"

SENTENCE = Text(
    f"This needs the optional part 'ebics', which is not installed. Install it with: {INSTALL}",
    f"Cette commande demande la partie facultative « ebics », qui n'est pas installée. Pour l'installer : {INSTALL}",
)


class ExtraMissingError(ImportError):
    """The extra ``ebics`` is not installed. ``text`` says which, in English and French."""

    def __init__(self) -> None:
        self.text = SENTENCE
        super().__init__(SENTENCE.en)


def require() -> None:
    """Raises :class:`ExtraMissingError` where the extra is not installed; to be called before importing ``keys``,
    ``seal``, ``sign``, ``authsig``, ``bank`` or ``client``.
    """
    if find_spec("cryptography") is None:
        raise ExtraMissingError
