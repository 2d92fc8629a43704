"""What the scripts beside it share: the bench kit, its inputs, and the tables that README quotes."""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def bench_kit(program):
    """The folder of the bench kit, which has to hold a program."""
    kit = os.environ.get("ERRVIEW_BENCH_KIT")
    if not kit or not (kit := Path(kit)).joinpath(program).exists():
        sys.exit("ERRVIEW_BENCH_KIT does not name the folder of the bench kit")
    return kit


def inputs(kit, folder, names):
    """The folder that holds the inputs of these names; those that are missing are written."""
    folder = Path(folder or Path(tempfile.gettempdir()) / "errview-bench")
    missing = [name for name in names if not (folder / name).exists()]
    if missing:
        subprocess.run([sys.executable, kit / "make_inputs.py", "--out", folder, "--only", *missing], check=True)
    return folder


def put(name, text):
    """Puts a table between its marks in README.md."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    readme = ROOT / "README.md"
    before, rest = readme.read_text().split(begin)
    _, after = rest.split(end)
    readme.write_text(f"{before}{begin}\n{text}\n{end}{after}")
