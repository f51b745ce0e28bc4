#!/usr/bin/env bash
# Runs every test, installing first what is missing. The last line is "N passed, N failed, N skipped".
#   ./test.sh         every test
#   ./test.sh --fast  those that need no process, browser or cluster
#   ./test.sh --all   every test, and on PostgreSQL also those that no database has a part in
set -uo pipefail
cd "$(dirname "$0")"
. deploy/setup.sh

fast=
on_postgres="TestCategory!=AnyDatabase"
case "${1:-}" in
  "") ;;
  --fast) fast=yes ;;
  --all) on_postgres= ;;
  *) echo "Usage: ./test.sh [--fast | --all]" >&2; exit 2 ;;
esac

need_dotnet || exit 1
built=Vigint.sln
[ -z "$fast" ] || built=tests/Vigint.UnitTests
[ -n "$fast" ] || { need ffmpeg && need chromium && need curl && need sqlite3 && need rsync && need strace && need_postgres && need npm && need promtool prometheus && need_time_zones; } || exit 1

# The build checks the format (IDE0055), the style and the banned symbols, and takes no warning.
dotnet build "$built" -c Release --nologo -v quiet || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

# The tests start hundreds of programs that end soon: what the compiler would learn about them costs a fifth of the time and is never used.
export DOTNET_TieredPGO=0

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
code=0
run() { # PROJECT NAME-OF-RESULT [FILTER]
  dotnet test "tests/Vigint.$1" -c Release --no-build --nologo --logger "trx;LogFileName=$2.trx" --results-directory "$results" ${3:+--filter "$3"}
}
run UnitTests units || code=1
if [ -z "$fast" ]; then
  run ContractTests contract-sqlite || code=1
  VIGINT_CONTRACT_DATABASE=postgres run ContractTests contract-postgres "$on_postgres" || code=1

  # Beside each other: the system tests wait half of their time for programs that start and stop.
  run AdapterTests adapters > "$results/adapters.log" 2>&1 &
  adapters=$!
  run SystemTests system || code=1
  wait "$adapters" || code=1
  cat "$results/adapters.log"
fi

count() { grep -ho "<Counters [^>]*>" "$results"/*.trx 2>/dev/null | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ sum += $1 } END { print sum + 0 }'; }
passed=$(count passed)
failed=$(count failed)
skipped=$(($(count total) - $(count executed)))
[ "$passed" -gt 0 ] || code=1
[ "$code" = 0 ] || [ "$failed" -gt 0 ] || failed=1
echo "$passed passed, $failed failed, $skipped skipped"
exit "$code"
