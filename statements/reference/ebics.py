"""The names by which EBICS calls our formats: FileFormat (EBICS 2.4 and 2.5) and BTF (EBICS 3.0).

The grammar of the FileFormat is Annex 2 of EBICS, section 2.1; the parts of a BTF are EBICS 3.0, 5.5.1.1.3.
Letters are compared without case, what was received is kept, and what we emit is Qonto's spelling. One more
dotted part at the end, which banks add, is tolerated and reported in ``suffix``. The text form of a BTF is ours:
``service [/ scope [/ option]] / message [: version] [: container]``.

>>> name = parse_name("camt.fin.mt940.stm.0w1")
>>> [known.key for known in known_names(name)], name.suffix
(['statement-mt940'], '0w1')
>>> parse_name("EOP/DE//camt.053:02:ZIP")
Btf(service='EOP', message='camt.053', scope='DE', option='', version='02', container='ZIP')
>>> contents(parse_name("SCT/pain.001:03"))
frozenset({'pain.001.001.03'})
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import msgspec

from statements.reference.tables import table
from statements.rules import Text, WordedError


class EbicsName(msgspec.Struct, frozen=True):
    """A row of the table of names: one format, its order and names in both versions of EBICS.

    ``offered`` is ``yes``, ``no``, or ``no: …`` with the reason why Qonto refuses it. ``version`` and ``variant``
    are those of the message; a name without a BTF has an empty ``service``.
    """

    key: str
    label_en: str
    label_fr: str
    direction: str
    order_24: str
    file_format: str
    order_30: str
    service: str
    message: str
    version: str
    variant: str
    content: str
    namespace: str
    offered: str

    @property
    def btf(self) -> str:
        """The BTF in our text form, as Qonto gives it: service and message, version only for a pain message.

        Empty where the table knows no BTF.
        """
        if not self.service:
            return ""
        version = f":{self.version}" if self.version else ""
        return f"{self.service}/{self.message}{version}"


class FileFormat(msgspec.Struct, frozen=True):
    """A FileFormat taken apart. ``syntax`` is ``iso``, ``fin`` or ``other``; ``message`` what stands in its place:
    ``001.001.03``, ``mt940``, ``cfonb120``. ``nature`` and ``suffix`` may be empty. All but ``suffix`` in small
    letters; ``received`` is the name as it was written.
    """

    area: str
    syntax: Literal["iso", "fin", "other"]
    message: str
    nature: str = ""
    suffix: str = ""
    received: str = ""


class Btf(msgspec.Struct, frozen=True):
    """A BTF taken apart. Empty members are not stated; an absent scope is the global one."""

    service: str
    message: str
    scope: str = ""
    option: str = ""
    version: str = ""
    container: str = ""

    @property
    def text(self) -> str:
        """Our text form, which :func:`parse_name` reads back.

        >>> Btf("EOP", "camt.053", scope="DE", version="02", container="ZIP").text
        'EOP/DE//camt.053:02:ZIP'
        """
        head = [self.service]
        if self.scope or self.option:
            head += [self.scope, self.option]
        return "/".join([*head, ":".join(part for part in (self.message, self.version, self.container) if part)])


class EbicsNameError(WordedError):
    """A text that is no EBICS name. ``problem`` is a slug, ``suggestion`` a name that may have been meant, or empty."""

    def __init__(self, text: str, problem: str, suggestion: str = "") -> None:
        self.text = text
        self.problem = problem
        self.suggestion = suggestion
        english, french = _PROBLEMS[problem]
        if suggestion:
            english += f" Did you mean '{suggestion}'?"
            french += f" Vouliez-vous dire « {suggestion} » ?"
        super().__init__(Text(f"'{text}': {english}", f"« {text} » : {french}"))


_PROBLEMS = {
    "empty": ("the name is empty.", "le nom est vide."),
    "area": (
        "an EBICS file format begins with pain, camt, tsrv or tsmt.",
        "un format de fichier EBICS commence par pain, camt, tsrv ou tsmt.",
    ),
    "syntax": (
        "after the area comes an ISO message (001.001.03), fin.mt… or xxx. and a format.",
        "après le domaine vient un message ISO (001.001.03), fin.mt… ou xxx. suivi d'un format.",
    ),
    "tail": (
        "after the message comes at most a nature code of three letters and one bank suffix.",
        "après le message viennent au plus un code nature de trois lettres et un suffixe de banque.",
    ),
    "service": (
        "a business transaction format begins with a service of three letters or digits, such as EOP/mt940.",
        "un nom BTF commence par un service de trois lettres ou chiffres, par exemple EOP/mt940.",
    ),
    "parts": (
        "a business transaction format has the parts service/scope/option/message and no more.",
        "un nom BTF se compose de service/périmètre/option/message, sans autre partie.",
    ),
    "scope": (
        "a scope has two letters (country) or three (community, BIL, GLB).",
        "un périmètre a deux lettres (pays) ou trois (communauté, BIL, GLB).",
    ),
    "option": (
        "a service option has 3 to 10 letters or digits; one of 4 or more needs a scope.",
        "une option de service a 3 à 10 lettres ou chiffres ; à partir de 4, elle exige un périmètre.",
    ),
    "message": (
        "a message has 1 to 10 small letters, digits and points, such as pain.001.",
        "un message a 1 à 10 minuscules, chiffres et points, par exemple pain.001.",
    ),
    "version": (
        "after the message come at most a version of two digits and a container XML, ZIP or SVC.",
        "après le message viennent au plus une version de deux chiffres et un conteneur XML, ZIP ou SVC.",
    ),
}

_AREAS = ("pain", "camt", "tsrv", "tsmt")
_ISO = re.compile(r"[0-9]{3}\.[0-9]{3}\.[0-9]{2}", re.ASCII)
_FIN = re.compile(r"mt(?:[0-9]{3}|[0-9]xx|xxx)", re.ASCII)
_OTHER = re.compile(r"[a-z0-9][a-z0-9_-]*", re.ASCII)
_SERVICE = re.compile(r"[A-Z0-9]{3}", re.ASCII)
_SCOPE = re.compile(r"[A-Z]{2}|[A-Z0-9]{3}", re.ASCII)
_OPTION = re.compile(r"[A-Z0-9]{3,10}", re.ASCII)
_MESSAGE = re.compile(r"[a-z0-9.]{1,10}", re.ASCII)
_TAIL = re.compile(r"(?::([0-9]{2}))?(?::(XML|ZIP|SVC))?", re.ASCII)


@lru_cache(maxsize=1)
def ebics_names() -> tuple[EbicsName, ...]:
    """The table of names, in its order: the four that Qonto exchanges first."""
    return tuple(
        EbicsName(
            row["key"],
            row["label_en"],
            row["label_fr"],
            row["direction"],
            row["order_24"],
            row["file_format"],
            row["order_30"],
            row["service"],
            row["msg_name"],
            row["msg_version"],
            row["msg_variant"],
            row["content"],
            row["namespace"],
            row["offered_by_qonto"],
        )
        for row in table("ebics_names")
    )


@lru_cache(maxsize=1)
def nature_codes() -> frozenset[str]:
    """The nature codes of the CFONB list, with those that only the table of names uses (``psr``)."""
    in_names = {name.file_format.rsplit(".", 1)[1].lower() for name in ebics_names()}
    return frozenset(row["code"] for row in table("ebics_nature_codes")) | in_names


def parse_name(text: str) -> FileFormat | Btf:
    """A FileFormat, or a BTF when there is a slash in it. Raises :class:`EbicsNameError` for what is neither."""
    stripped = text.strip()
    if not stripped:
        raise EbicsNameError(text, "empty")
    return _parse_btf(stripped) if "/" in stripped else _parse_file_format(stripped)


def _parse_file_format(text: str) -> FileFormat:
    area, *parts = text.lower().split(".")
    if area not in _AREAS or not text.isascii():
        raise EbicsNameError(text, "area", _suggestion(text))
    syntax: Literal["iso", "fin", "other"]
    if parts[:1] == ["fin"] and len(parts) > 1 and _FIN.fullmatch(parts[1]):
        syntax, message, used = "fin", parts[1], 2
    elif parts[:1] == ["xxx"] and len(parts) > 1 and _OTHER.fullmatch(parts[1]):
        syntax, message, used = "other", parts[1], 2
    elif _ISO.fullmatch(".".join(parts[:3])):
        syntax, message, used = "iso", ".".join(parts[:3]), 3
    else:
        raise EbicsNameError(text, "syntax", _suggestion(text))
    # The suffix belongs to the bank, so it keeps its letters as they are.
    tail = text.split(".")[1 + used :]
    nature = tail.pop(0).lower() if tail and tail[0].lower() in nature_codes() else ""
    if len(tail) > 1 or "" in tail:
        raise EbicsNameError(text, "tail", _suggestion(text))
    return FileFormat(area, syntax, message, nature, tail[0] if tail else "", text)


def _parse_btf(text: str) -> Btf:
    head, last = text.rsplit("/", 1)
    service, *between = head.upper().split("/")
    if _SERVICE.fullmatch(service) is None:
        raise EbicsNameError(text, "service", _suggestion(text))
    if len(between) > 2:
        raise EbicsNameError(text, "parts", _suggestion(text))
    scope, option = (*between, "", "")[:2]
    if scope and _SCOPE.fullmatch(scope) is None:
        raise EbicsNameError(text, "scope")
    if option and (_OPTION.fullmatch(option) is None or (len(option) > 3 and not scope)):
        raise EbicsNameError(text, "option")
    message, colon, rest = last.partition(":")
    if _MESSAGE.fullmatch(message.lower()) is None:
        raise EbicsNameError(text, "message", _suggestion(text))
    tail = _TAIL.fullmatch(colon + rest.upper())
    if tail is None:
        raise EbicsNameError(text, "version")
    return Btf(service, message.lower(), scope, option, tail[1] or "", tail[2] or "")


def _suggestion(text: str) -> str:
    """The first name of the table that a text is a dotted part of, or that is spelled the same but for points."""
    wanted = text.lower().strip("./:")
    for name in ebics_names():
        if wanted in name.file_format.lower().split(".") or wanted in (name.content.lower(), name.message, name.key):
            return name.btf if "/" in text and name.btf else name.file_format
    return ""


def known_names(name: FileFormat | Btf) -> tuple[EbicsName, ...]:
    """The rows of the table that a name may mean: more than one when it does not state nature or version.

    Of a BTF the service and the message count, and the version when it is stated; scope, option and container
    are for the bank to configure.
    """
    if isinstance(name, Btf):
        return tuple(
            known
            for known in ebics_names()
            if (known.service, known.message) == (name.service, name.message)
            and (not name.version or name.version == known.version)
        )
    return tuple(known for known in ebics_names() if _same_file_format(name, _parse_file_format(known.file_format)))


def _same_file_format(name: FileFormat, known: FileFormat) -> bool:
    if (name.area, name.syntax, name.message) != (known.area, known.syntax, known.message):
        return False
    return not name.nature or name.nature == known.nature


def contents(name: FileFormat | Btf) -> frozenset[str]:
    """The formats that a file of this name may hold: ``MT940``, ``CFONB-120``, ``pain.001.001.03`` …

    A name outside the table is read by its grammar. A BTF without a version gives every version the table knows,
    and its bare message where the table knows none.
    """
    known = known_names(name)
    if known:
        return frozenset(row.content for row in known)
    if isinstance(name, Btf):
        message = name.message
        if re.fullmatch(r"(?:pain|camt|pacs)\.[0-9]{3}", message, re.ASCII) and name.version:
            return frozenset({f"{message}.001.{name.version}"})
    else:
        message = f"{name.area}.{name.message}" if name.syntax == "iso" else name.message
    return frozenset({_content_word(message)})


def _content_word(message: str) -> str:
    if re.fullmatch(r"mt[0-9]{3}", message, re.ASCII):
        return message.upper()
    match = re.fullmatch(r"cfonb([0-9]{2,3})", message, re.ASCII)
    return f"CFONB-{match[1]}" if match else message


def names_of(content: str) -> tuple[EbicsName, ...]:
    """The rows of the table for a content such as ``MT940`` or ``pain.001.001.03``.

    >>> names_of("CFONB-120")[0].file_format, names_of("CFONB-120")[0].btf
    ('camt.xxx.cfonb120.stm', 'EOP/cfonb120')
    """
    return tuple(name for name in ebics_names() if name.content == content)
