"""The examples of the documents, as they are written there."""

import os
import pathlib
import re
import shutil

import rolecall

ROOT = pathlib.Path(os.environ.get("ROLECALL_ROOT", pathlib.Path(__file__).parents[3]))


def blocks(name):
    text = (ROOT / name).read_text("utf-8")
    found = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert found, name
    return found


def test_the_examples_of_the_guide_run(tmp_path, monkeypatch):
    for name in ("people.csv", "rolecall.toml"):
        shutil.copy(ROOT / "fixtures/people" / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in blocks("docs/python.md"):
        exec(compile(block, "docs/python.md", "exec"), names)
    assert (tmp_path / "report.json").exists()


def test_the_example_of_spark_in_the_readme_runs(tmp_path, monkeypatch, spark, capsys):
    for tenant in ("acme", "beta"):
        (tmp_path / "tenants" / tenant).mkdir(parents=True)
        shutil.copy(ROOT / "fixtures/people/people.csv", tmp_path / "tenants" / tenant)
    shutil.copy(ROOT / "fixtures/people/rolecall.toml", tmp_path)
    monkeypatch.chdir(tmp_path)
    [block] = [block for block in blocks("README.md") if "rolecall.spark" in block]
    # The session of the tests lives elsewhere.
    block = block.replace('load("tenants")', f'load("{tmp_path}/tenants")')
    exec(compile(block, "README.md", "exec"), {})
    assert "incomplete ['gamma']" in capsys.readouterr().out
    assert rolecall.merge(["fleet.json"]).missing == ["gamma"]


def test_the_types_name_every_option():
    stub = pathlib.Path(rolecall.__file__).with_name("__init__.pyi").read_text("utf-8")
    for function in ("check", "check_bytes"):
        signature = stub.split(f"def {function}(")[1].split(") -> Report")[0]
        assert all(f"    {option}:" in signature for option in rolecall._OPTIONS), function
