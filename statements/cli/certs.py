"""``statements certs``: the three certificates that EBICS in France asks of a customer: make, show, check, letter.

Useful with any bank. Keys leave this command only encrypted under a passphrase, which comes from a prompt or a file.
"""

from __future__ import annotations

import datetime
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from statements.cli.console import FINDINGS, OK, UsageFault, json_bytes, out, out_bytes, say, table
from statements.cli.files import Output, read_source, release
from statements.cli.options import LocalCommand, LocalGroup, Whole, Word
from statements.cli.texts import Texts
from statements.ebics.extra import ExtraMissingError, require

if TYPE_CHECKING:
    from statements.ebics.certificates import Checked
    from statements.ebics.keys import Certificate, Role

SHORTEST_PASSPHRASE = 12
_ROLE_WORDS: Mapping[str, Role] = {"signature": "A", "authentication": "X", "encryption": "E"}


def command(texts: Texts) -> click.Command:
    """The group of verbs, with its help in one language."""
    try:
        require()
    except ExtraMissingError as error:
        raise UsageFault(texts("error") + error.text.get(texts.lang)) from error
    verbs = {name: texts(f"certs.{name}.short") for name in _VERBS}
    return LocalGroup(texts, "certs", texts("certs.short"), verbs, lambda name: _verb(texts, name))


def _verb(texts: Texts, name: str) -> LocalCommand:
    params, act = _VERBS[name]

    def run(**options: Any) -> int:
        return act(texts, **options)

    return LocalCommand(texts, name=name, help=texts(f"certs.{name}.help"), callback=run, params=params(texts))


def _files() -> click.Argument:
    return click.Argument(["files"], nargs=-1, required=True, metavar="FILE...")


def _form(texts: Texts) -> click.Option:
    return click.Option(
        ["--format", "form"], type=Word(("text", "json"), texts), default="text", help=texts("opt.format.show")
    )


def _make_options(texts: Texts) -> list[click.Parameter]:
    return [
        click.Option(["-o", "--output"], required=True, metavar="DIR", help=texts("certs.opt.folder")),
        click.Option(["--name"], required=True, help=texts("certs.opt.name")),
        click.Option(["--country"], default="FR", show_default=True, help=texts("certs.opt.country")),
        click.Option(
            ["--bits"], type=Whole(texts, 2048), default=2048, show_default=True, help=texts("certs.opt.bits")
        ),
        click.Option(["--years"], type=Whole(texts, 1), default=5, show_default=True, help=texts("certs.opt.years")),
        click.Option(["--passphrase-file"], metavar="FILE", help=texts("certs.opt.passphrase")),
        click.Option(["--force"], is_flag=True, help=texts("opt.force")),
    ]


def _make(
    texts: Texts,
    output: str,
    name: str,
    country: str,
    bits: int,
    years: int,
    passphrase_file: str | None,
    force: bool,
) -> int:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    from statements.ebics.keys import KEY_USAGES, self_signed

    if len(country) != 2 or not country.isascii() or not country.isalpha():
        raise UsageFault(texts("error") + texts("certs.country", value=country))
    if bits > 16_384:
        raise UsageFault(texts("error") + texts("not-number", value=bits, least="2048 … 16384"))
    passphrase = _passphrase(texts, passphrase_file)
    begins = _now().replace(microsecond=0)
    keys, certificates = [], []
    for word, role in _ROLE_WORDS.items():
        private = rsa.generate_private_key(public_exponent=65537, key_size=bits)
        der = self_signed(
            private,
            KEY_USAGES[role][:1],
            common_name=f"{name} {word}",
            country=country.upper(),
            serial=secrets.randbits(127) | 1,
            begins=begins,
            years=years,
        )
        encrypted = private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(passphrase),
        )
        keys.append(Output(Path(output) / f"{word}.key", encrypted, private=True))
        certificates.append(Output(Path(output) / f"{word}.crt", _pem(der)))
    release([*keys, *certificates], [passphrase_file] if passphrase_file else [], force, texts)
    say(texts("certs.made", folder=output))
    return _show(texts, tuple(str(item.path) for item in certificates), "text")


def _passphrase(texts: Texts, file: str | None) -> bytes:
    if file is not None:
        if file != "-" and os.name == "posix" and os.path.exists(file) and os.stat(file).st_mode & 0o077:
            raise UsageFault(texts("error") + texts("certs.open-passphrase", path=file))
        passphrase = read_source(file, texts).strip(b"\r\n")
    else:
        prompt = texts("certs.passphrase")
        again = texts("certs.passphrase-again")
        passphrase = click.prompt(prompt, hide_input=True, confirmation_prompt=again, err=True).encode("utf-8")
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise UsageFault(texts("error") + texts("certs.short-passphrase", n=SHORTEST_PASSPHRASE))
    return passphrase


def _show_options(texts: Texts) -> list[click.Parameter]:
    return [_files(), _form(texts)]


def _show(texts: Texts, files: tuple[str, ...], form: str) -> int:
    found = _read(texts, files)
    if form == "json":
        document = [{"file": name, **_members(certificate)} for name, certificate in found]
        out_bytes(json_bytes({"certificates": document}))
        return OK
    for name, certificate in found:
        out(_lines(name, certificate, texts))
    return OK


def _check_options(texts: Texts) -> list[click.Parameter]:
    return [
        _files(),
        click.Option(["--role"], type=Word(tuple(_ROLE_WORDS), texts), help=texts("certs.opt.role")),
        _form(texts),
    ]


def _check(texts: Texts, files: tuple[str, ...], role: str | None, form: str) -> int:
    from statements.ebics.certificates import check

    given = [(name, read_source(name, texts)) for name in files]
    checked = check(given, _now(), _ROLE_WORDS[role] if role else None)
    if form == "json":
        out_bytes(json_bytes(_judged(checked, texts)))
    else:
        for name, certificate in checked.certificates:
            out(_lines(name, certificate, texts))
        for fault in checked.faults:
            code = f" ({fault.code})" if fault.code else ""
            out([texts("severity.error") + texts.colon + fault.text.get(texts.lang) + code])
        if checked.good:
            out([texts("certs.good-one" if role else "certs.good")])
    return OK if checked.good else FINDINGS


def _judged(checked: Checked, texts: Texts) -> dict[str, Any]:
    return {
        "good": checked.good,
        "certificates": [{"file": name, **_members(certificate)} for name, certificate in checked.certificates],
        "faults": [
            {key: value for key, value in (("code", fault.code), ("message", fault.text.get(texts.lang))) if value}
            for fault in checked.faults
        ],
    }


def _letter_options(texts: Texts) -> list[click.Parameter]:
    return [
        _files(),
        click.Option(["--host-id"], required=True, help=texts("certs.opt.host-id")),
        click.Option(["--partner-id"], required=True, help=texts("certs.opt.partner-id")),
        click.Option(["--user-id"], required=True, help=texts("certs.opt.user-id")),
        click.Option(["--bank", "bank_name"], default="", help=texts("certs.opt.bank")),
        click.Option(["--name"], default="", help=texts("certs.opt.company")),
        click.Option(["-o", "--output"], default="-", metavar="FILE", help=texts("opt.output.report")),
        click.Option(["--force"], is_flag=True, help=texts("opt.force")),
    ]


def _letter(
    texts: Texts,
    files: tuple[str, ...],
    host_id: str,
    partner_id: str,
    user_id: str,
    bank_name: str,
    name: str,
    output: str,
    force: bool,
) -> int:
    from statements.cli.render.certificates_letter import render
    from statements.ebics.certificates import check

    given = [(path, read_source(path, texts)) for path in files]
    checked = check(given, _now())
    if not checked.good:
        for fault in checked.faults:
            say(fault.text.get(texts.lang))
        return FINDINGS
    ids = {"HostID": host_id, "PartnerID": partner_id, "UserID": user_id}
    page = render(checked, ids, bank=bank_name, company=name, day=_now().date(), texts=texts)
    if output == "-":
        out_bytes(page.encode("utf-8"))
    else:
        release([Output(Path(output), page.encode("utf-8"))], files, force, texts)
    return OK


def _read(texts: Texts, files: Sequence[str]) -> list[tuple[str, Certificate]]:
    from statements.ebics.keys import read_certificates

    found: list[tuple[str, Certificate]] = []
    for name in files:
        try:
            found += [(name, certificate) for certificate in read_certificates(read_source(name, texts))]
        except ValueError as error:
            raise UsageFault(texts("error") + texts("certs.none", path=name)) from error
    return found


def _members(certificate: Certificate) -> dict[str, Any]:
    key = certificate.key
    return {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "serial": f"{certificate.serial:x}",
        "roles": [word for word, role in _ROLE_WORDS.items() if role in certificate.roles],
        "key_usage": list(certificate.usages or ()),
        "begins": certificate.begins.isoformat(),
        "ends": certificate.ends.isoformat(),
        "bits": key.bits,
        "certificate_sha256": key.certificate_hash,
        "key_sha256": key.key_hash,
    }


def _lines(name: str, certificate: Certificate, texts: Texts) -> list[str]:
    from statements.ebics.keys import letter_rows

    roles = [texts(f"certs.role.{word}") for word, role in _ROLE_WORDS.items() if role in certificate.roles]
    first, second = letter_rows(certificate.key.certificate_hash)
    third, fourth = letter_rows(certificate.key.key_hash)
    rows = [
        (texts("certs.subject"), certificate.subject),
        (texts("certs.use"), f"{', '.join(roles) or '-'} ({', '.join(certificate.usages or ()) or '-'})"),
        (texts("certs.dates"), f"{certificate.begins.date()} – {certificate.ends.date()}"),
        (texts("certs.length"), f"RSA {certificate.key.bits}"),
        (texts("certs.certificate-hash"), first),
        ("", second),
        (texts("certs.key-hash"), third),
        ("", fourth),
    ]
    return [name, *table(rows)]


def _pem(der: bytes) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_der_x509_certificate

    return load_der_x509_certificate(der).public_bytes(Encoding.PEM)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


_VERBS: Mapping[str, tuple[Callable[[Texts], list[click.Parameter]], Callable[..., int]]] = {
    "make": (_make_options, _make),
    "show": (_show_options, _show),
    "check": (_check_options, _check),
    "letter": (_letter_options, _letter),
}
