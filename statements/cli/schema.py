"""``statements schema``: the JSON Schemas (draft 2020-12) of everything that the command writes as JSON.

Nothing of a schema is open: a member that an output has and its schema has not is a fault, and a test reads real
outputs against them. Members keep their meaning; new ones may come with a version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click
import msgspec

from statements.cli.console import OK, json_bytes, out, out_bytes, table
from statements.cli.options import LocalCommand, Word
from statements.cli.texts import Texts

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def command(texts: Texts) -> LocalCommand:
    """The command, with its help in one language."""

    def run(name: str | None) -> int:
        if name is None:
            out(table([(known, written) for known, (_, written) in SCHEMAS.items()]))
        else:
            out_bytes(json_bytes(schema(name)))
        return OK

    return LocalCommand(
        texts,
        name="schema",
        help=texts("schema.help"),
        callback=run,
        params=[click.Argument(["name"], required=False, type=Word(tuple(SCHEMAS), texts), metavar="[NAME]")],
    )


def schema(name: str) -> Schema:
    """The schema of one output, by its name of :data:`SCHEMAS`."""
    made, title = SCHEMAS[name]
    return {"$schema": DRAFT, "title": f"statements {title}", **made()}


# -- the words of a schema

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
COUNT: Schema = {"type": "integer", "minimum": 1}
FLAG: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
DECIMAL: Schema = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
SEVERITY: Schema = {"enum": ["error", "warning", "info"]}


def _object(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _texts(names: str) -> dict[str, Schema]:
    return dict.fromkeys(names.split(), TEXT)


# -- the report of validate

_PAYMENT_PLACE = _object({"index": COUNT}, _texts("end_to_end_id creditor iban amount currency"))
_PLACE_OF_EDIT: Schema = {"type": "array", "prefixItems": [WHOLE, TEXT, TEXT], "items": False, "minItems": 3}
_PROPOSAL = _object(
    {"offset": WHOLE, "old": TEXT, "new": TEXT, "grade": {"enum": ["safe", "review"]}},
    {"more": _list(_PLACE_OF_EDIT), "encoding": TEXT},
)
_FINDING: dict[str, Schema] = {"rule": TEXT, "severity": SEVERITY, "message": TEXT}
_FINDING_MORE: dict[str, Schema] = {
    "certainty": {"enum": ["confirmed", "inferred"]},
    "line": COUNT,
    "column": COUNT,
    "record": COUNT,
    "statement": COUNT,
    "entry": COUNT,
    "payment": _PAYMENT_PLACE,
    "proposal": _PROPOSAL,
    **_texts("path field found expected fix reason_code source account"),
}
_SUMMARY = _object(
    {"errors": WHOLE, "warnings": WHOLE},
    {"payments": WHOLE, "statements": WHOLE, "entries": WHOLE, "control_sum": DECIMAL, "currency": TEXT},
)
_SUPPRESSED = _object({"rule": TEXT, "severity": SEVERITY, "count": COUNT, "reason": TEXT})
_VERDICT: dict[str, Schema] = {
    "file": TEXT,
    "format": TEXT,
    "profile": TEXT,
    "valid": FLAG,
    "sha256": HASH,
    "summary": _SUMMARY,
}
_VERDICT_MORE: dict[str, Schema] = {
    "hidden": {"type": "object", "additionalProperties": COUNT},
    "hidden_at_least": _list(TEXT),
    "suppressed": _list(_SUPPRESSED),
    "options": _list(TEXT),
}
_UNREAD: dict[str, Schema] = {"file": TEXT, "message": TEXT}


def _report() -> Schema:
    file = _object({**_VERDICT, "findings": _list(_object(_FINDING, _FINDING_MORE))}, _VERDICT_MORE)
    return _object({"files": _list(file)}, {"unread": _list(_object(_UNREAD))})


def _report_line() -> Schema:
    return {
        "anyOf": [
            _object({"file": TEXT, **_FINDING}, _FINDING_MORE),
            _object(_VERDICT, _VERDICT_MORE),
            _object({**_UNREAD, "unread": {"const": True}}),
        ]
    }


def _mended() -> Schema:
    """What ``mend`` changed and what it left."""
    finding = _object(_FINDING, _FINDING_MORE)
    figures = _object({"valid": FLAG, "sha256": HASH, "errors": WHOLE, "warnings": WHOLE})
    change = _object({"rule": TEXT, "grade": {"enum": ["safe", "review"]}, "count": COUNT, "first": _list(finding)})
    counts: Schema = {"type": "object", "additionalProperties": COUNT}
    return _object(
        {
            "file": TEXT,
            "output": TEXT,
            "accept": {"enum": ["safe", "review"]},
            "changed": FLAG,
            "complete": FLAG,
            "changes": _list(change),
            "waiting": counts,
            "before": figures,
            "after": figures,
            "left": _list(finding),
            "hidden": counts,
        }
    )


# -- identify


def _identify() -> Schema:
    ebics = _object(
        {**_texts("file_format btf direction order_24 order_30 service message"), "offered": FLAG}, {"version": TEXT}
    )
    file = _object(
        {"file": TEXT, "format": TEXT, "kind": {"enum": ["known", "foreign", "unknown"]}, "name": TEXT},
        {"version": TEXT, "advice": TEXT, "ebics": ebics},
    )
    return _object({"files": _list(file)})


# -- statements and payments


def _statements() -> Schema:
    from statements.formats.neutral.wire import FileRecord

    made: Schema = _strict(msgspec.json.schema(FileRecord))
    return made


def _strict(value: Any) -> Any:
    """A schema of the decoder as one of what is written: a member without a value is left out, never null."""
    if isinstance(value, dict):
        found = {key: _strict(item) for key, item in value.items() if key != "default"}
        choices = found.get("anyOf")
        if isinstance(choices, list) and {"type": "null"} in choices:
            rest = [item for item in choices if item != {"type": "null"}]
            return rest[0] if len(rest) == 1 else {"anyOf": rest}
        return found
    return [_strict(item) for item in value] if isinstance(value, list) else value


def _account(owner: str) -> dict[str, Schema]:
    return _texts(f"{owner}_iban {owner}_other_account {owner}_account_currency {owner}_account_name")


def _bank(owner: str) -> dict[str, Schema]:
    return _texts(f"{owner}_bic {owner}_bank_name {owner}_bank_other")


_KIND: dict[str, Schema] = {
    **_texts("priority service_level clearing_channel local_instrument category_purpose"),
    "further_service_levels": _list(TEXT),
}


def _payments() -> Schema:
    from statements.model.payment import PaymentParty, PaymentReference

    (party, reference), parts = msgspec.json.schema_components((PaymentParty, PaymentReference))
    payment = _object(
        {"index": COUNT, "path": TEXT},
        {
            "line": COUNT,
            **_texts("instruction_id end_to_end_id uetr currency equivalent_amount_currency charge_bearer purpose"),
            **_KIND,
            # An amount stands as it is written when it is no whole number of minor units.
            **_texts("amount equivalent_amount"),
            **dict.fromkeys(("creditor", "ultimate_creditor", "ultimate_debtor"), party),
            **_account("creditor"),
            **_bank("creditor"),
            "remittance": _list(TEXT),
            "references": _list(reference),
            "not_modelled": _list(TEXT),
        },
    )
    block = _object(
        {"index": COUNT, "path": TEXT, "count": WHOLE},
        {
            "line": COUNT,
            **_texts("id method declared_count declared_sum execution_time charge_bearer"),
            **_KIND,
            "batch_booking": FLAG,
            "execution_date": DAY,
            **dict.fromkeys(("debtor", "ultimate_debtor"), party),
            **_account("debtor"),
            **_bank("debtor"),
            "not_modelled": _list(TEXT),
            "payments": _list(payment),
        },
    )
    file = _object(
        {"version": TEXT, "count": WHOLE},
        {
            "sha256": HASH,
            **_texts("encoding message_id created declared_count declared_sum grouping"),
            "bytes": COUNT,
            "batch_booking": FLAG,
            "initiating_party": party,
            "not_modelled": _list(TEXT),
            "blocks": _list(block),
        },
    )
    closed = {name: {**part, "additionalProperties": False} for name, part in parts.items()}
    made: Schema = _strict({**_object({"payment_files": _list(file)}), "$defs": closed})
    return made


def _answer() -> Schema:
    reason = _object({"words": TEXT}, {**_texts("code proprietary"), "texts": _list(TEXT)})
    more: dict[str, Schema] = {"status": TEXT, "reasons": _list(reason), "line": COUNT}
    payment = _object(
        {},
        {
            "index": COUNT,
            **_texts("status_id instruction_id end_to_end_id uetr amount currency creditor iban"),
            **more,
        },
    )
    block = _object({"payments": _list(payment)}, {"id": TEXT, **more})
    report = _object(
        {"version": TEXT, "blocks": _list(block)},
        {**_texts("message_id created sender original_id original_message"), **more},
    )
    return _object({"status_report": report})


def _show() -> Schema:
    ours, theirs = _statements(), _payments()
    shared: Iterable[Schema] = (ours.pop("$defs"), theirs.pop("$defs"))
    return {
        "anyOf": [ours, theirs, _answer()],
        "$defs": {name: part for parts in shared for name, part in parts.items()},
    }


# -- split


_REASON = _object(
    {
        "part": COUNT,
        "block": COUNT,
        "payments": COUNT,
        "rules": _list(TEXT),
        "findings": _list(_object(_FINDING, _FINDING_MORE)),
    },
    {"block_id": TEXT, "payment": COUNT, "end_to_end_id": TEXT},
)


def _split() -> Schema:
    part = _object(
        {
            **_texts("file name message_id"),
            "payments": COUNT,
            "sums": _list(_object({"currency": TEXT, "sum": DECIMAL})),
            "unread_amounts": WHOLE,
            "payments_in_error": WHOLE,
        },
        _texts("key report"),
    )
    return _object(
        {
            "file": TEXT,
            "sha256": HASH,
            "by": TEXT,
            "split": FLAG,
            "payments": WHOLE,
            "wrong_totals": _list(TEXT),
            "doubles": WHOLE,
            "parts": _list(part),
            "removed": _list(TEXT),
            "held": _list(_REASON),
        },
        {"stopped": _list(TEXT), "findings": _list(_object(_FINDING, _FINDING_MORE))},
    )


def _split_report() -> Schema:
    return _object({"file": TEXT, "part": TEXT, "held": _list(_REASON)})


def _split_manifest() -> Schema:
    files: Schema = {"type": "object", "additionalProperties": HASH}
    return _object({"file": TEXT, "sha256": HASH, "by": TEXT, "files": files})


SCHEMAS: Mapping[str, tuple[Callable[[], Schema], str]] = {
    "report": (_report, "validate --format json"),
    "report-line": (_report_line, "validate --format jsonl"),
    "mended": (_mended, "mend --format json"),
    "identify": (_identify, "identify --format json"),
    "statements": (_statements, "convert --to json"),
    "payments": (_payments, "convert --to json (pain.001)"),
    "status-report": (_answer, "show --format json (pain.002)"),
    "show": (_show, "show --format json"),
    "split": (_split, "split --format json"),
    "split-report": (_split_report, "split --format json (beside a held part)"),
    "split-manifest": (_split_manifest, "split (which parts it wrote)"),
}
"""Each output with what makes its schema, and the command that writes it (``jsonl``: a line of it)."""
