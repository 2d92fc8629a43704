#!/usr/bin/env python3
"""What knowing many packs costs at start: the program with all packs against one with the HTTP pack alone.

Builds both (release) and runs them in turns, so that a noisy machine is noisy for both; prints medians of whole
processes for `-o json`, and the median of the pairwise ratios. The second body is nobody's, so both do the same work;
the first belongs to a vendor, which only one of them decodes.

    benches/packs.py [-n RUNS]
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

BODIES = {
    "a vendor's": '{"requestId":"6d84e126","status":"ERROR","data":{"code":1000,"message":"One or more fields are not present",'
    '"details":[{"type":"ERROR","text":"must not be null","field":"bucketName"}]}}',
    "nobody's": '{"hello":"world","list":[1,2,3]}',
}


def build(root, target, packs):
    env = {**os.environ, "CARGO_TARGET_DIR": str(target)}
    if packs:
        env["ERRVIEW_BUILD_PACKS"] = packs
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet"], cwd=root, env=env, check=True)
    return target / "release" / "errview"


def once(program, body):
    began = time.perf_counter()
    command = [program, "-o", "json", body]
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=nowhere, check=True)
    return (time.perf_counter() - began) * 1e3


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("-n", type=int, default=200, metavar="RUNS")
    runs = arguments.parse_args().n
    root = pathlib.Path(__file__).resolve().parent.parent
    every = build(root, root / "target", None)
    lean = root / "target" / "packs"
    alone = build(root, lean, "http")
    with tempfile.TemporaryDirectory() as folder:
        # Strangers to the build folder, so that both are found alike.
        programs = [shutil.copy(every, f"{folder}/all"), shutil.copy(alone, f"{folder}/http")]
        for name, text in BODIES.items():
            body = pathlib.Path(folder, "body.json")
            body.write_text(text)
            pairs = [[once(program, body) for program in programs] for _ in range(runs)]
            all_packs, http = (statistics.median(column) for column in zip(*pairs))
            ratio = statistics.median(one / other for one, other in pairs)
            print(f"{name:12} all packs {all_packs:.3f} ms, http alone {http:.3f} ms, ratio {ratio:.3f}")


if __name__ == "__main__":
    main()
