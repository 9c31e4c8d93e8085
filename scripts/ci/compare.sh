#!/usr/bin/env bash
# Compares the kernels of this checkout with those of a base commit, in any CI that has a shell and Node:
#   scripts/ci/compare.sh BASE_COMMIT OUT_FOLDER [arguments of attnbench compare...]
# A shallow clone is completed by the one commit that is missing. On GitHub the annotations and the step summary appear by themselves.
# Exits as attnbench compare does.
set -uo pipefail
if [ $# -lt 2 ]; then
  echo 'usage: compare.sh BASE_COMMIT OUT_FOLDER [arguments of attnbench compare...]' >&2
  exit 2
fi
tool=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
base=$1 out=$2
shift 2
finish() {
  if [ "${GITHUB_ACTIONS:-}" = true ]; then
    printf 'exit-code=%s\nfolder=%s\n' "$1" "$out" >> "$GITHUB_OUTPUT"
  fi
  exit "$1"
}
if [ -z "${base//0/}" ]; then
  echo 'compare.sh: there is no base to compare with; the first push of a branch has none' >&2
  finish 5
fi
if ! git cat-file -e "$base^{commit}" 2> /dev/null && ! git fetch --quiet --no-tags --depth=1 origin "$base"; then
  echo "compare.sh: there is no commit $base here, and origin does not give it" >&2
  finish 2
fi
node "$tool/bin/attnbench.mjs" compare --base "$base" --out "$out" \
  --format html,comment,csv,json,junit,sarif,annotations,summary "$@"
code=$?
if [ "${GITHUB_ACTIONS:-}" = true ]; then
  [ -f "$out/report/annotations.txt" ] && cat "$out/report/annotations.txt"
  [ -f "$out/report/summary.md" ] && cat "$out/report/summary.md" >> "$GITHUB_STEP_SUMMARY"
fi
finish "$code"
