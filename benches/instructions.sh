#!/bin/sh
# Counts the instructions of the hot paths with callgrind and compares them with those that are kept: a regression shows on a
# machine whose clock does not. `benches/instructions.sh` compares, `--accept` keeps the new counts.
#
# Counts depend on the compiler and its flags; the kept ones are for the release profile of the compiler named in the file.
set -eu
cd "$(dirname "$0")/.."
kept=benches/instructions.txt
bin=${ERRVIEW_BIN:-target/release/errview}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -x "$bin" ] || { echo "there is no $bin: cargo build --release" >&2; exit 2; }
command -v valgrind >/dev/null || { echo "valgrind is not installed" >&2; exit 2; }

# Inputs that are the same everywhere: written here, by awk.
awk 'BEGIN { for (n = 0; n < 2000; n++) printf "{\"type\":\"about:blank\",\"title\":\"Gone\",\"status\":410,\"detail\":\"item %d\"}\n", n }' \
    >"$work/rows.ndjson"
awk 'BEGIN { printf "{\"items\":["; for (n = 0; n < 60000; n++) printf "%s{\"id\":%d,\"name\":\"item \\\"%d\\\"\",\"tags\":[\"a\",\"b\"]}", n ? "," : "", n, n; print "]}" }' \
    >"$work/body.json"
printf '{"type":"about:blank","title":"Gone","status":410}' >"$work/small.json"

count() { # NAME ARGUMENT...
    name=$1
    shift
    valgrind --tool=callgrind --callgrind-out-file="$work/out" "$bin" "$@" >/dev/null 2>"$work/log" || true
    figure=$(sed -n 's/.*Collected : //p' "$work/log")
    [ -n "$figure" ] || { echo "$name: valgrind counted nothing" >&2; cat "$work/log" >&2; exit 1; }
    echo "$name $figure"
}

{
    echo "# $(rustc --version | cut -d' ' -f1,2), $(uname -m); instructions"
    count start --version
    count small -o text "$work/small.json"
    count rows-summary --summary "$work/rows.ndjson"
    count rows-line -o line "$work/rows.ndjson"
    count rows-json -o json "$work/rows.ndjson"
    count body-json -o json "$work/body.json"
} >"$work/now"

if [ "${1:-}" = --accept ]; then
    cp "$work/now" "$kept"
    cat "$kept"
    exit
fi
# More than 3 % is more than threads and addresses account for.
awk 'NR == FNR { kept[$1] = $2; next }
     $1 == "#" { next }
     { change = kept[$1] ? ($2 / kept[$1] - 1) * 100 : 0
       printf "%-14s %14d %+7.1f %%\n", $1, $2, change
       if (change > 3) worse = 1 }
     END { exit worse }' "$kept" "$work/now"
