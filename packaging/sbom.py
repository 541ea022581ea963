"""Prints the bill of materials of the program for one target, as CycloneDX 1.6: python3 packaging/sbom.py TARGET

It lists the crates of Cargo.lock that are linked into the program, with the checksums recorded there; crates that only
tests or the build use are left out. The same lock file gives the same bytes.
"""

import json
import pathlib
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent


def metadata(target):
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
    return json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout)


def linked(resolve):
    """Ids of the packages that the program is linked with, and what each depends on."""
    nodes = {node["id"]: node for node in resolve["nodes"]}
    needed, open_ids = {}, [resolve["root"]]
    while open_ids:
        one = open_ids.pop()
        if one in needed:
            continue
        deps = nodes[one]["deps"]
        needed[one] = sorted(dep["pkg"] for dep in deps if any(kind["kind"] is None for kind in dep["dep_kinds"]))
        open_ids += needed[one]
    return needed


def component(package, checksums):
    name, version = package["name"], package["version"]
    purl = f"pkg:cargo/{name}@{version}"
    found = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
    if package["license"]:
        found["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    if (name, version) in checksums:
        found["hashes"] = [{"alg": "SHA-256", "content": checksums[name, version]}]
    return found


def main(target):
    everything = metadata(target)
    needed = linked(everything["resolve"])
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]
    checksums = {(one["name"], one["version"]): one["checksum"] for one in lock if "checksum" in one}
    packages = sorted((one for one in everything["packages"] if one["id"] in needed), key=lambda one: (one["name"], one["version"]))
    components = {one["id"]: component(one, checksums) for one in packages}
    root = components.pop(everything["resolve"]["root"])
    refs = {one: found["bom-ref"] for one, found in components.items()} | {everything["resolve"]["root"]: root["bom-ref"]}
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": root | {"type": "application"}, "properties": [{"name": "target", "value": target}]},
        "components": list(components.values()),
        "dependencies": sorted(
            ({"ref": refs[one], "dependsOn": sorted(refs[dep] for dep in deps)} for one, deps in needed.items()),
            key=lambda one: one["ref"],
        ),
    }
    print(json.dumps(bill, indent=1))


if __name__ == "__main__":
    main(sys.argv[1])
