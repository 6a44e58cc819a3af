"""``statements identify``: what files are, and the names under which they travel by EBICS."""

from __future__ import annotations

from typing import Any

import click

from statements.cli.console import OK, USAGE, UsageFault, json_bytes, out, out_bytes, say
from statements.cli.files import read_source
from statements.cli.options import LocalCommand, Word
from statements.cli.texts import Texts
from statements.reference.ebics import EbicsName, ebics_names
from statements.services.identify import FileIdentity, identify
from statements.visible import one_line


def command(texts: Texts) -> LocalCommand:
    """The command, with its help in one language."""

    def run(files: tuple[str, ...], form: str) -> int:
        return _run(files, form, texts)

    return LocalCommand(
        texts,
        name="identify",
        help=texts("identify.short"),
        callback=run,
        params=[
            click.Argument(["files"], nargs=-1, required=True, metavar="FILE..."),
            click.Option(
                ["--format", "form"], type=Word(("text", "json"), texts), default="text", help=texts("opt.format.show")
            ),
        ],
    )


def _run(files: tuple[str, ...], form: str, texts: Texts) -> int:
    found: list[tuple[str, FileIdentity]] = []
    code = OK
    for name in files:
        try:
            found.append((name, identify(read_source(name, texts))))
        except UsageFault as stop:
            for sentence in stop.sentences:
                say(sentence)
            code = stop.code
    if form == "json":
        document = {"files": [members(name, identity, texts) for name, identity in found]}
        out_bytes(json_bytes(document))
    else:
        for name, identity in found:
            out(_lines(name, identity, texts))
    unknown = any(identity.kind == "unknown" for _, identity in found)
    return USAGE if unknown else code


def _names(identity: FileIdentity) -> EbicsName | None:
    return next((name for name in ebics_names() if name.key == identity.key), None)


def members(name: str, identity: FileIdentity, texts: Texts) -> dict[str, Any]:
    """The members of one file in the JSON; those without a value are left out."""
    ebics = _names(identity)
    values = {
        "file": name,
        "format": identity.format,
        "kind": identity.kind,
        "name": identity.name.get(texts.lang),
        "version": identity.version,
        "advice": identity.advice.get(texts.lang),
    }
    document: dict[str, Any] = {key: value for key, value in values.items() if value}
    if identity.said:
        document["said"] = [{"name": slug, "value": value.get(texts.lang)} for slug, _, value in identity.said]
    if ebics is not None:
        document["ebics"] = {
            "file_format": ebics.file_format,
            "btf": ebics.btf,
            "direction": ebics.direction,
            "order_24": ebics.order_24,
            "order_30": ebics.order_30,
            "service": ebics.service,
            "message": ebics.message,
            "offered": ebics.offered == "yes",
        }
        if ebics.version:
            document["ebics"]["version"] = ebics.version
    return document


def said(identity: FileIdentity, texts: Texts) -> list[str]:
    """What an EBICS message says, one line each."""
    return [
        one_line(f"  {label.get(texts.lang)}{texts.colon}{value.get(texts.lang)}") for _, label, value in identity.said
    ]


def _lines(name: str, identity: FileIdentity, texts: Texts) -> list[str]:
    title = f"{name}{texts.colon}{identity.name.get(texts.lang)}"
    if identity.version:
        title += ", " + texts("version", version=identity.version)
    lines = [one_line(title)]
    ebics = _names(identity)
    if ebics is not None:
        lines.append(f"  {texts('ebics24')}{texts.colon}{ebics.file_format} ({ebics.order_24})")
        lines.append(f"  {texts('ebics30')}{texts.colon}{ebics.btf} ({ebics.order_30})")
        if ebics.offered != "yes":
            lines.append(f"  {texts('not-offered')}")
    lines += said(identity, texts)
    if identity.advice.en:
        lines.append("  " + one_line(identity.advice.get(texts.lang)))
    return lines
