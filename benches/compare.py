#!/usr/bin/env python3
"""Compare errview with other viewers in one run, and write the table that README quotes.

    ERRVIEW_BENCH_KIT=DIR benches/compare.py [--bin PROGRAM] [--inputs DIR] [-n RUNS] [--write] [NAME ...]

DIR is the folder of the bench kit: make_inputs.py, tui_bench.py and tui_peers.json. Peers that are not installed are left
out, and said so. NAMEs choose inputs; without any: the small body, 100 MB, 1 GB, a million keys, a million responses.
`--write` puts the table between the marks in README.md. Only ratios within one run count: machines are noisy.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- compare: begin -->", "<!-- compare: end -->"
INPUTS = {
    "tiny-bitmovin.json": "an error of 700 bytes",
    "doc-100m.json": "100 MB, one body",
    "doc-1g.json": "1 GB, one body",
    "wide-1m.json": "one object, 1,000,000 keys",
    "ndjson-1m.ndjson": "1,000,000 responses, 290 MB",
}
STEPS = ["end:G:END-OF-DOCUMENT-MARK", "top:g:END-OF-DOCUMENT-MARK:gone", "_prompt:/", "search:NEEDLE-3f9c\\r:FOUND-HERE"]
# A list shows what failed, not what bodies hold.
PLAIN = {"tiny-bitmovin.json": {"steps": []}, "ndjson-1m.ndjson": {"steps": [], "ready": "responses"}}
DEFAULTS = {"stdin": "pipe", "ready": "requestId", "quit": "q", "inputs": {"tiny-bitmovin.json": {"steps": []}}}


def tools(kit, binary):
    """errview from a pipe and from a file, then the peers that are there."""
    ours = {"steps": STEPS, "inputs": PLAIN}
    chosen = [dict(ours, name="errview", cmd=[binary]), dict(ours, name="errview FILE", cmd=[binary, "{input}"])]
    for peer in json.loads((kit / "tui_peers.json").read_text())["tools"]:
        if peer["name"] == "errview":
            continue
        if shutil.which(peer["cmd"][0]) and peer["name"] != "jq-less":
            chosen.append(peer)
        else:
            print(f"left out: {peer['name']}", file=sys.stderr)
    return chosen


def median(figure):
    return figure["median"] if isinstance(figure, dict) else figure[0] if isinstance(figure, list) else figure


def words(figure, unit):
    """A figure as people read it; nothing where there is none."""
    if figure is None:
        return "-"
    return f"{figure:,.0f} {unit}" if figure >= 100 else f"{figure:.1f} {unit}"


def table(summary, names):
    lines = ["| | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for file, what in INPUTS.items():
        for step, label, unit in [("first", "first screen", "ms"), ("end", "End", "ms"), ("search", "search at the end", "ms"),
                                  ("anon", "own memory", "MiB")]:
            found = summary.get(file, {})
            figures = [median(found.get(name, {}).get(step)) for name in names]
            if any(figure is not None for figure in figures):
                lines.append(f"| {what}: {label} | " + " | ".join(words(figure, unit) for figure in figures) + " |")
    return "\n".join(lines)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("names", nargs="*", metavar="NAME", default=list(INPUTS))
    ap.add_argument("--bin", default=str(ROOT / "target/release/errview"))
    ap.add_argument("--inputs", help="where the inputs are, or are to be written")
    ap.add_argument("-n", type=int, default=5)
    ap.add_argument("--write", action="store_true", help="put the table into README.md")
    a = ap.parse_args()
    kit = os.environ.get("ERRVIEW_BENCH_KIT")
    if not kit or not (kit := Path(kit)).joinpath("tui_bench.py").exists():
        sys.exit("ERRVIEW_BENCH_KIT does not name the folder of the bench kit")
    if not shutil.which(a.bin):
        sys.exit(f"there is no {a.bin}: cargo build --release")
    folder = Path(a.inputs or Path(tempfile.gettempdir()) / "errview-bench")
    missing = [name for name in a.names if not (folder / name).exists()]
    if missing:
        subprocess.run([sys.executable, kit / "make_inputs.py", "--out", folder, "--only", *missing], check=True)
    chosen = tools(kit, a.bin)
    with tempfile.TemporaryDirectory() as work:
        config, out = Path(work) / "config.json", Path(work) / "out.json"
        config.write_text(json.dumps({"defaults": DEFAULTS, "tools": chosen}))
        command = [sys.executable, kit / "tui_bench.py", "--config", config, "-n", str(a.n), "--slow-n", "2", "--json", out]
        command += ["--inputs", *(folder / name for name in a.names)]
        subprocess.run(command, check=True, env={**os.environ, "TERM": "xterm-256color"})
        summary = json.loads(out.read_text())["summary"]
    text = table(summary, [tool["name"] for tool in chosen])
    print("\n" + text)
    if a.write:
        readme = ROOT / "README.md"
        before, rest = readme.read_text().split(BEGIN)
        _, after = rest.split(END)
        readme.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


if __name__ == "__main__":
    main()
