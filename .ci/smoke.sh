#!/bin/sh
# The installed wheel alone, in an empty environment and outside the checkout: command, tables and schemas are found.
# Run in a folder that holds a copy of fixtures/ and nothing of the program.
set -eu

fail() { echo "smoke: $*" >&2; exit 1; }

python - <<'PYTHON'
import pathlib, sys
import statements
home = pathlib.Path(statements.__file__).resolve()
assert pathlib.Path(sys.prefix).resolve() in home.parents, f"not the installed package: {home}"
assert not (pathlib.Path.cwd() / "statements").exists(), "the checkout is here"
PYTHON

statements --version
statements --help >/dev/null
statements --lang fr --help | grep -q Utilisation || fail "no French help"

statements convert fixtures/qonto/2026-09/*.json --to mt940 -o out/mt940 2>convert.log || fail "$(tail -3 convert.log)"
statements convert fixtures/qonto/2026-09/*.json --to cfonb120 -o out/cfonb120 --ledger out/ledger.jsonl 2>>convert.log
statements convert out/mt940/*.sta --to json -o out/statements.json 2>>convert.log
statements convert out/statements.json --from json --to mt940 -o out/again 2>>convert.log
for file in out/mt940/*.sta; do
    cmp "$file" "out/again/$(basename "$file")" || fail "MT940 to JSON to MT940 is not the same file"
done
[ -s out/ledger.jsonl ] || fail "no ledger"

statements validate out/mt940/*.sta out/cfonb120/*.txt --fail-on warning >/dev/null
statements show "$(ls out/mt940/*.sta | head -1)" >/dev/null
statements show --ruler "$(ls out/cfonb120/*.txt | head -1)" | grep -q '91-104' || fail "no ruler"
statements identify "$(ls out/cfonb120/*.txt | head -1)" | grep -q camt.xxx.cfonb120.stm || fail "no EBICS names"

# Schemas and rule tables come with the wheel.
statements validate fixtures/pain001/clean-02.xml fixtures/pain001/clean-03.xml fixtures/pain001/clean-09.xml \
    --profile sepa --today 2026-11-30 >/dev/null
statements show fixtures/pain001/clean-03.xml >/dev/null
sed 's/<Nm>/<Nam>/; s/<\/Nm>/<\/Nam>/' fixtures/pain001/clean-03.xml >bad.xml
if statements validate bad.xml --today 2026-11-30 >bad.log; then fail "a schema fault passed"; fi
for format in text concise json jsonl sarif junit github; do
    statements validate bad.xml --format "$format" --exit-zero --today 2026-11-30 >/dev/null || fail "format $format"
done
for rule in P001-222 M940-080 C120-071 QNT-023 CNV-101 CNV-201 CNV-310; do
    statements explain "$rule" --lang fr >/dev/null || fail "no rule $rule"
done

# Bad input is told in one sentence, with exit code 2.
: >empty.sta
code=0
statements validate empty.sta >/dev/null || code=$?
[ "$code" = 2 ] || fail "an empty file ended with $code"
echo "smoke: the wheel works on its own"
