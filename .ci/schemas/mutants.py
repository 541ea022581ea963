"""Plans with one thing changed each, by the schema and by the program: mutants.py PROGRAM FOLDER

Every value of a plan that has every key is replaced by values of every kind, left out, and given a neighbour with an unknown
key. What the program calls malformed, the schema refuses, and the other way round.
"""

import copy
import json
import pathlib
import subprocess
import sys

import jsonschema

SHAPE = {"shape-invalid", "kind-unknown", "key-unknown"}
VALUES = [None, True, 0, -1, 1, 6.0, 1.5, 0.9, "", " ", "x", "2026-02-30", "2026-12-01", "10", [], ["x"], [""], [1], [None], [["x"]], {}, {"name": "x"}, {"x": 1}]
PLAN = {
    "rolecall": 1, "product": "calabrio-one", "tenant": "Acme", "first_login": False, "wfm": "classic",
    "integrations": ["payroll"],
    "licenses": [{"name": "System Administrator", "seats": 6, "over": "billed", "warn_at": 0.9}],
    "roles": ["Agent", {"name": "Administrator", "default": "administrator", "permissions": ["Administer Tenant"], "license": "System Administrator"}],
    "groups": [{"name": "Operations", "id": 10, "active": True, "teams": ["Default Team", {"name": "Billing", "id": "b", "active": False}]}],
    "views": ["EnterpriseView"],
    "password_policy": {"min_length": 12, "classes": ["upper"], "history": 5, "max_age_days": 90},
    "users": [
        {
            "kind": "api-user", "integration": "payroll", "first_name": "API", "last_name": "Payroll",
            "user_name": "api.payroll@acme.example", "password": "${env:PAYROLL}", "roles": ["Administrator"],
            "team": "Default Team", "scope": {"tenant": None, "groups": ["Operations", 10], "teams": []},
            "wfm_views": {"main": "EnterpriseView", "others": []}, "active": None, "active_from": "2026-01-01",
            "active_until": None, "created_by": "dana@acme.example", "licenses": [], "windows_login": None, "acd_id": 1,
            "employee_id": "e", "time_zone": "UTC", "locale": "en",
        },
        {"kind": "person", "user_name": "dana@acme.example", "roles": ["Administrator"]},
    ],
}


def places(node, path=()):
    yield path
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in items:
        yield from places(child, (*path, key))


def mutants():
    yield "nothing changed", PLAN
    for path in places(PLAN):
        if path:
            for value in VALUES:
                whole = copy.deepcopy(PLAN)
                parent(whole, path)[path[-1]] = value
                yield f"{path} = {json.dumps(value)}", whole
            whole = copy.deepcopy(PLAN)
            del parent(whole, path)[path[-1]]
            yield f"{path} left out", whole
        whole = copy.deepcopy(PLAN)
        node = parent(whole, (*path, None))
        if isinstance(node, dict):
            node["unknwon"] = 1
            yield f"{path} with an unknown key", whole


def parent(node, path):
    for key in path[:-1]:
        node = node[key]
    return node


def refused(program, path):
    said = subprocess.run([program, "check", "--no-config", "--format", "json", path], capture_output=True, text=True)
    report = json.loads(said.stdout)
    return [one["message"] for one in report["diagnostics"] if one["rule"] in SHAPE]


def main(program, folder):
    schema = json.loads((pathlib.Path(folder) / "plan.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    path = pathlib.Path(folder) / "plan.json"
    wrong, count = [], 0
    for name, plan in mutants():
        if "rolecall" not in plan:
            continue
        count += 1
        path.write_text(json.dumps(plan))
        faults = refused(program, path)
        # To JSON Schema 6.0 is the integer 6. Only the program sees how a number is written.
        if name.endswith("= 6.0") and faults and all("plain decimal digits" in one for one in faults):
            continue
        if validator.is_valid(plan) == bool(faults):
            wrong.append(f"{name}: the schema {'takes' if faults else 'refuses'} it, the program says {faults}")
    print(f"{count} mutants, {len(wrong)} of them judged differently")
    for one in wrong[:60]:
        print(one)
    sys.exit(bool(wrong))


main(*sys.argv[1:])
