"""Reads a package of evidence with nothing of rolecall's: the archive, the manifest's schema, every digest, and the
statement by in-toto's own library."""

import hashlib
import json
import sys
import zipfile

import jsonschema
import referencing
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement

path, schemas, folder = sys.argv[1:]


def schema(name):
    with open(f"{schemas}/{name}.schema.json", encoding="utf-8") as file:
        return json.load(file)


def sha256(content):
    return hashlib.sha256(content).hexdigest()


package = zipfile.ZipFile(path)
assert package.testzip() is None
parts = {name: package.read(name) for name in package.namelist()}
assert list(parts) == sorted(parts)

report = referencing.Resource.from_contents(schema("report"))
registry = referencing.Registry().with_resource("report.schema.json", report)
manifest = json.loads(parts["manifest.json"])
jsonschema.Draft202012Validator(
    schema("evidence"), registry=registry, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
).validate(manifest)
assert {part["part"] for part in manifest["parts"]} == set(parts) - {"manifest.json", "statement.json"}
for part in manifest["parts"]:
    assert part["sha256"] == sha256(parts[part["part"]]), part["part"]

statement = json.loads(parts["statement.json"])
Statement.copy_from_pb(json_format.ParseDict(statement, statement_pb2.Statement())).validate()
for subject in statement["subject"]:
    kind, name = subject["name"].split(":", 1)
    if kind == "package":
        content = parts[name]
    else:
        with open(f"{folder}/{name}", "rb") as file:
            content = file.read()
    assert subject["digest"]["sha256"] == sha256(content), subject["name"]
print(f"evidence: {len(parts)} parts, {len(statement['subject'])} subjects")
