"""docs/formats/json.md: the JSON that the command writes, from the schemas of ``statements schema``."""

from __future__ import annotations

from typing import Any

from generators.markdown import code, generated, join, table
from statements.cli.schema import SCHEMAS, schema

_ABOUT = {
    "report": "The verdict of each file with its findings. `hidden` counts findings beyond the limit of a rule, "
    "`suppressed` what was switched off and would have been said, `unread` the files without a report.",
    "report-line": "One line a finding, then one line a file; one with `unread` for each file that could not be read.",
    "mended": "What `mend` changed for each rule, with the first places, and what is left in the copy. `waiting` "
    "counts proposals that a person must look at first, `complete` is false when the copy should be mended once more.",
    "identify": "What each file is, and the names under which it travels by EBICS.",
    "statements": "Everything that a statement holds. Amounts are decimal text with exactly the decimals of their "
    "currency, signed as the account owner sees them; dates are ISO 8601. A member without a value is left out. The "
    "same form is read back (`statements convert our.json --to mt940`).",
    "payments": "Everything that a payment file says, with the line and path of each block and payment; "
    "`not_modelled` names elements that have no member here.",
    "status-report": "What an answer of the bank (pain.002) says of file, blocks and payments, each reason in "
    "words; `index` is the number of the payment in the file given with `--original`.",
    "show": "`statements` for a file of statements, `payments` for a payment file, `status-report` for an answer of "
    "the bank.",
    "split": "The parts of a payment file (`payments_in_error` cannot go), and for each payment or block that is held "
    "the rules and findings; of a rule with very many findings only the first are listed. Without parts, `stopped` "
    "names the rules that say why.",
    "split-report": "The report beside a part with payments in error.",
    "split-manifest": "Which files a split wrote, each with its SHA-256, and from what.",
}


def pages() -> dict[str, str]:
    """The page by its path under docs/."""
    return {"formats/json.md": page()}


def page() -> str:
    """The whole page."""
    written = [(code(name), code(f"statements {title}")) for name, (_, title) in SCHEMAS.items()]
    parts = [
        "# JSON outputs",
        "`statements schema NAME` prints the JSON Schema (draft 2020-12) of each output; tests read real outputs "
        "against them. Members keep their meaning; new ones may come with a version.",
        table(("name", "written by"), written),
    ]
    for name in SCHEMAS:
        made = schema(name)
        parts += [f"## {name}", _ABOUT[name]]
        if name != "show":
            parts += [
                table(("member", "type", "always"), rows)
                if not title
                else f"### {title}\n\n" + table(("member", "type", "always"), rows)
                for title, rows in _objects(made)
            ]
    return generated("statements/cli/schema.py") + join(parts)


def _objects(made: dict[str, Any]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Each object of a schema with its members: those at the top, then the named ones, by their path."""
    found: list[tuple[str, list[tuple[str, str, str]]]] = []
    named = made.get("$defs", {})

    def visit(value: dict[str, Any], path: str) -> None:
        value = named[value["$ref"].rpartition("/")[2]] if "$ref" in value else value
        for number, choice in enumerate(value.get("anyOf", ()), 1):
            visit(choice, f"{path or 'line'} {number}")
        if value.get("type") == "array" and "prefixItems" not in value:
            visit(value["items"], f"{path}[]")
        members = value.get("properties")
        if not members:
            return
        required = value.get("required", ())
        rows = [(code(name), _kind(item, named), "yes" if name in required else "") for name, item in members.items()]
        found.append((code(path) if path else "", rows))
        for name, item in members.items():
            visit(item, f"{path}.{name}" if path else name)

    visit(made, "")
    return found


def _kind(value: dict[str, Any], named: dict[str, Any]) -> str:
    if "$ref" in value:
        return _kind(named[value["$ref"].rpartition("/")[2]], named)
    if "enum" in value:
        return ", ".join(code(str(item)) for item in value["enum"])
    if "const" in value:
        return code(str(value["const"]).lower())
    if "prefixItems" in value:
        return " then ".join(_kind(item, named) for item in value["prefixItems"])
    if value.get("type") == "array":
        return "list of " + _kind(value["items"], named)
    if value.get("format") == "date":
        return "date"
    if value.get("type") == "string" and "pattern" in value:
        return "SHA-256" if "64" in value["pattern"] else "decimal text"
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(
        value.get("type", ""), "object"
    )
