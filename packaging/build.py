"""Builds what a release ships for one target: python3 packaging/build.py TARGET DIR

DIR gets the wheel, the archive with its checksum, the package for npm, the bill of materials, and the program itself as
`program/rolecall`. maturin, cargo and npm have to be on the PATH. The same commit gives the same archive.
"""

import gzip
import hashlib
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
NPM = {
    "x86_64-unknown-linux-musl": "linux-x64",
    "x86_64-unknown-linux-gnu": "linux-x64",
    "aarch64-unknown-linux-musl": "linux-arm64",
    "aarch64-apple-darwin": "darwin-arm64",
    "x86_64-pc-windows-msvc": "win32-x64",
}


def run(*command, **options):
    subprocess.run(command, check=True, **options)


def folding():
    """Options by which functions of the same instructions are one: the linker of the toolchain does it, that of binutils cannot.

    Nothing compares functions by their addresses. Types of one shape make many such functions, a seventieth of the program.
    """
    def said(*question):
        return subprocess.run(["rustc", *question], check=True, capture_output=True, text=True).stdout

    host = next(line.split()[1] for line in said("--version", "--verbose").splitlines() if line.startswith("host: "))
    root = said("--print", "sysroot").strip()
    linker = pathlib.Path(root, "lib", "rustlib", host, "bin", "gcc-ld")
    return [f"-B{linker}", "-fuse-ld=lld", "-Wl,--icf=all"] if linker.is_dir() else []


def wheel(target, folder):
    command = ["maturin", "build", "--quiet", "--release", "--target", target, "--out", str(folder)]
    if target.endswith("musl"):
        # A static program runs on glibc and musl alike, and the wheel says so. musl relocates packed addresses itself.
        command += ["--compatibility", "manylinux2014", "musllinux_1_2"]
        links = ["-z,pack-relative-relocs", "--no-eh-frame-hdr", f"-T,{ROOT / 'packaging' / 'no-unwind.ld'}"]
        options = [f"-Wl,{link}" for link in links] + folding()
        command += ["--", *(part for option in options for part in ("-C", f"link-arg={option}"))]
    elif target.endswith("linux-gnu"):
        command += ["--compatibility", "linux"]
    run(*command, cwd=ROOT)
    (built,) = folder.glob("rolecall-*.whl")
    return built


def program(built, folder):
    """The program as the wheel holds it, so that every channel ships the same bytes."""
    with zipfile.ZipFile(built) as archive:
        (entry,) = [name for name in archive.namelist() if ".data/scripts/rolecall" in name]
        path = folder / "program" / pathlib.PurePosixPath(entry).name
        path.parent.mkdir()
        path.write_bytes(archive.read(entry))
    path.chmod(0o755)
    return path


def parts(path):
    """Names and bytes of what the archive holds."""
    texts = {name: (ROOT / name).read_bytes() for name in ("LICENSE", "README.md", "CHANGELOG.md")}
    for shell in ("bash", "zsh", "fish", "powershell", "elvish", "nushell"):
        said = subprocess.run([path, "completions", shell], check=True, capture_output=True).stdout
        texts[f"completions/rolecall.{shell}"] = said
    with tempfile.TemporaryDirectory() as pages:
        run(path, "man", "-o", pages)
        texts |= {f"man/{page.name}": page.read_bytes() for page in pathlib.Path(pages).iterdir()}
    return {path.name: path.read_bytes(), **dict(sorted(texts.items()))}


def archive(path, name, folder):
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for part, content in parts(path).items():
            entry = tarfile.TarInfo(f"{name}/{part}")
            entry.size, entry.mode = len(content), 0o755 if part == path.name else 0o644
            tar.addfile(entry, io.BytesIO(content))
    packed = gzip.compress(whole.getvalue(), mtime=0)
    (folder / f"{name}.tar.gz").write_bytes(packed)
    line = f"{hashlib.sha256(packed).hexdigest()}  {name}.tar.gz\n"
    (folder / f"{name}.tar.gz.sha256").write_text(line, newline="\n")


def npm(path, platform, folder):
    with tempfile.TemporaryDirectory() as work:
        package = pathlib.Path(work) / platform
        shutil.copytree(ROOT / "npm" / platform, package)
        shutil.copy(path, package)
        shutil.copy(ROOT / "LICENSE", package)
        run(shutil.which("npm"), "pack", "--silent", "--pack-destination", str(folder), cwd=package, stdout=subprocess.DEVNULL)


def main(target, folder):
    folder = pathlib.Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    version = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]["version"]
    name = f"rolecall-{version}-{target}"
    path = program(wheel(target, folder), folder)
    archive(path, name, folder)
    npm(path, NPM[target], folder)
    with open(folder / f"{name}.cdx.json", "w", newline="\n") as out:
        run(sys.executable, ROOT / "packaging" / "sbom.py", target, stdout=out)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    main(*sys.argv[1:])
