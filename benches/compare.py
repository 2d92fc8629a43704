#!/usr/bin/env python3
"""Compare errview with other viewers in one run, and write the table that README quotes.

    ERRVIEW_BENCH_KIT=DIR benches/compare.py [--bin PROGRAM] [--inputs DIR] [-n RUNS] [--write] [NAME ...]

DIR is the folder of the bench kit: make_inputs.py, tui_bench.py and tui_peers.json. Peers that are not installed are left
out, and said so. NAMEs choose inputs; without any: the small body, 100 MB, 1 GB, a million keys, 100,000 levels, a million
responses. `--write` puts the table between the marks in README.md. Only ratios within one run count: machines are noisy.

Beside the viewers stands what nobody can beat: one pass over the bytes (benches/pass.rs, `memchr` for End and `memmem` for
the search, in-process). What keys and sizes cost on 1 GB is measured in-process as well (benches/large.rs): a frame is too
short to be timed from outside. `--no-floor` leaves both out.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import quoted
from quoted import ROOT

INPUTS = {
    "tiny-bitmovin.json": "an error of 700 bytes",
    "doc-100m.json": "100 MB, one body",
    "doc-1g.json": "1 GB, one body",
    "wide-1m.json": "one object, 1,000,000 keys",
    "deep-100k.json": "100,000 levels",
    "ndjson-1m.ndjson": "1,000,000 responses, 290 MB",
}
STEPS = ["end:G:END-OF-DOCUMENT-MARK", "top:g:END-OF-DOCUMENT-MARK:gone", "_prompt:/", "search:NEEDLE-3f9c\\r:FOUND-HERE"]
# A list shows what failed, not what bodies hold.
PLAIN = {"tiny-bitmovin.json": {"steps": []}, "ndjson-1m.ndjson": {"steps": [], "ready": "responses"},
         "deep-100k.json": {"steps": ["end:G:messages", "top:g:messages:gone", "_prompt:/", STEPS[-1]]}}
# Bodies that the floor is measured on: End and a search through one are a pass over it.
PASSES = ["doc-100m.json", "doc-1g.json", "wide-1m.json"]
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


def program(bench):
    """Builds a program of benches/ and tells where it is."""
    command = ["cargo", "build", "--release", "--bench", bench, "--message-format=json"]
    built = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    messages = (json.loads(line) for line in built.splitlines() if line.startswith("{"))
    return [one["executable"] for one in messages if one.get("executable") and one["target"]["name"] == bench][-1]


def passes(path, runs):
    """One pass over a body, from a pipe and from a file: ms as the table has them."""
    pass_ = program("pass")

    def figure(*arguments, stdin=None):
        out = subprocess.run([pass_, *arguments], check=True, stdin=stdin, stdout=subprocess.PIPE, text=True).stdout
        return float(out.split()[1])

    def piped():
        cat = subprocess.Popen(["cat", path], stdout=subprocess.PIPE)
        try:
            return figure("-", stdin=cat.stdout)
        finally:
            cat.stdout.close()
            cat.wait()

    file = {"end": figure(path, "", str(runs)), "search": figure(path, "NEEDLE-3f9c", str(runs))}
    return {"a pass": {"end": sorted(piped() for _ in range(runs))[runs // 2]}, "a pass, FILE": file}


def keys(path):
    """The slowest key and the slowest size on a body, in ms: the median of each, and the worst of the medians."""
    out = subprocess.run([program("large"), path, "5"], check=True, stdout=subprocess.PIPE, text=True).stdout
    rows = [line.split() for line in out.splitlines()]
    rows = [(name, float(ms)) for name, ms, *rest in rows if "worst" in rest]
    return {word: max(ms for name, ms in rows if ("x" in name) == sized) for word, sized in (("key", False), ("size", True))}


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
                                  ("key", "slowest key", "ms"), ("size", "another size", "ms"), ("anon", "own memory", "MiB")]:
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
    ap.add_argument("--no-floor", action="store_true", help="without one pass over the bytes, and without keys on 1 GB")
    ap.add_argument("--write", action="store_true", help="put the table into README.md")
    a = ap.parse_args()
    kit = quoted.bench_kit("tui_bench.py")
    if not shutil.which(a.bin):
        sys.exit(f"there is no {a.bin}: cargo build --release")
    folder = quoted.inputs(kit, a.inputs, a.names)
    chosen = tools(kit, a.bin)
    with tempfile.TemporaryDirectory() as work:
        config, out = Path(work) / "config.json", Path(work) / "out.json"
        config.write_text(json.dumps({"defaults": DEFAULTS, "tools": chosen}))
        command = [sys.executable, kit / "tui_bench.py", "--config", config, "-n", str(a.n), "--slow-n", "2", "--json", out]
        command += ["--inputs", *(folder / name for name in a.names)]
        # It fails where a peer does, as on 100,000 levels; what was measured counts all the same.
        subprocess.run(command, check=False, env={**os.environ, "TERM": "xterm-256color"})
        summary = json.loads(out.read_text())["summary"]
    names = [tool["name"] for tool in chosen]
    if not a.no_floor:
        for name in set(PASSES) & set(a.names):
            summary[name].update(passes(folder / name, a.n))
        if "doc-1g.json" in a.names:
            summary["doc-1g.json"]["errview FILE"].update(keys(folder / "doc-1g.json"))
        names += ["a pass", "a pass, FILE"]
    text = table(summary, names)
    print("\n" + text)
    if a.write:
        quoted.put("compare", text)


if __name__ == "__main__":
    main()
