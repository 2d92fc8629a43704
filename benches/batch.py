#!/usr/bin/env python3
"""Compare batch runs of errview over a million responses with jq in one run, and write the table that README quotes.

    ERRVIEW_BENCH_KIT=DIR benches/batch.py [--bin PROGRAM] [--inputs DIR] [-n RUNS] [--jq PROGRAM] [--write]

DIR is the folder of the bench kit: make_inputs.py, batch_bench.py and decode/. jq only looks up two members of each
response, or decodes them by tables of its own (decode/decode.jq); errview detects and decodes every response in full. The
counts of codes are compared with those of whoever made the input. Only ratios within one run count: machines are noisy.
"""
import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import quoted
from quoted import ROOT

NAME = "ndjson-1m.ndjson"
MODES = {"`--summary`": "--summary", "`-o line`": "-o line", "`-o json`": "-o json"}


def check(binary, folder):
    """Stops where a code is counted otherwise than it was written; a code under another one is counted by itself."""
    want = json.loads((folder / "manifest.json").read_text())[NAME]
    out = subprocess.run([binary, "--summary", "-o", "json", folder / NAME], check=True, stdout=subprocess.PIPE).stdout
    summary = json.loads(out)
    if summary["responses"] != want["responses"]:
        sys.exit(f"{summary['responses']} responses instead of {want['responses']}")
    found = {}
    for code in summary["codes"]:
        # Sentences of an item quote codes of other vendors; the writer knows nothing of them.
        found.setdefault(code["code"], set()).add(code["count"])
    sums = {}
    for name, count in want["counts"].items():
        code = name.split(" ", 1)[1].replace(".", "/")
        sums.setdefault(code, []).append(count)
    wrong = []
    for code, counts in sums.items():
        if code[0].isdigit() and not set(counts) <= found.get(code, set()) and sum(counts) not in found.get(code, set()):
            wrong.append(f"{code}: {sorted(found.get(code, []))} instead of {counts}")
    print(f"{len(sums)} codes, {len(wrong)} counted otherwise", file=sys.stderr)
    if wrong:
        sys.exit("\n".join(wrong))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--bin", default=str(ROOT / "target/release/errview"))
    ap.add_argument("--inputs", help="where the input is, or is to be written")
    ap.add_argument("--jq", default="jq")
    ap.add_argument("-n", type=int, default=5)
    ap.add_argument("--write", action="store_true", help="put the table into README.md")
    a = ap.parse_args()
    kit = quoted.bench_kit("batch_bench.py")
    folder = quoted.inputs(kit, a.inputs, [NAME])
    check(a.bin, folder)
    commands = {what: f"{a.bin} {mode}" for what, mode in MODES.items()}
    if shutil.which(a.jq):
        version = subprocess.run([a.jq, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        tables = f"--slurpfile T {kit / 'decode/tables.json'} -f {kit / 'decode/decode.jq'}"
        commands |= {f"{version}, a look-up in tables": f"{a.jq} -r {tables}", f"{version}, two members": f"{a.jq} -c '[.status,.error]'"}
    else:
        print("left out: jq", file=sys.stderr)
    with tempfile.TemporaryDirectory() as work:
        out = Path(work) / "out.json"
        named = [f"c{at}={command}" for at, command in enumerate(commands.values())]
        command = [sys.executable, kit / "batch_bench.py", "-n", str(a.n), "--stdin", folder / NAME, "--json", out, *named]
        subprocess.run(command, check=True)
        runs = list(json.loads(out.read_text()).values())
    wall = [statistics.median(run["wall"] for run in of) for of in runs]
    peak = [max(abs(run["peak"]) for run in of) for of in runs]
    lines = ["| 1,000,000 responses, 290 MB | time | memory |", "|---|---|---|"]
    lines += [f"| {what} | {time:.2f} s | {mib:.0f} MiB |" for what, time, mib in zip(commands, wall, peak)]
    text = "\n".join(lines)
    print("\n" + text)
    for other in range(len(MODES), len(wall)):
        ratios = [statistics.median(slow["wall"] / quick["wall"] for slow, quick in zip(runs[other], runs[at])) for at in range(len(MODES))]
        print(list(commands)[other] + ": " + ", ".join(f"{ratio:.1f} x" for ratio in ratios) + " as long")
    if a.write:
        quoted.put("batch", text)


if __name__ == "__main__":
    main()
