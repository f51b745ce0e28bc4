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
if [ -z "$fast" ]; then
  need ffmpeg && need chromium && need curl && need sqlite3 && need rsync && need strace && need_postgres && need npm && need node nodejs \
    && need python3 && need jq && need promtool prometheus && need_time_zones || exit 1
fi

# The build checks the format (CSharpier), the style and the banned symbols, and takes no warning.
dotnet build "$built" -c Release --nologo -v quiet || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

# The tests start hundreds of programs that end soon: what the compiler would learn about them costs a fifth of the time and is never used.
export DOTNET_TieredPGO=0

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
touch "$results/broken"
ran=()
run() { # PROJECT NAME-OF-RESULT [FILTER]
  dotnet test "tests/Vigint.$1" -c Release --no-build --nologo --logger "trx;LogFileName=$2.trx" --results-directory "$results" ${3:+--filter "$3"}
}
first() { # the same, once for each project
  run "$@" || echo "$2" >> "$results/broken"
}
ran+=(UnitTests:units)
first UnitTests units
if [ -z "$fast" ]; then
  ran+=(ContractTests:contract-sqlite ContractTests:contract-postgres SystemTests:system AdapterTests:adapters)
  first ContractTests contract-sqlite
  VIGINT_CONTRACT_DATABASE=postgres first ContractTests contract-postgres "$on_postgres"

  # Beside each other: the system tests wait half of their time for programs that start and stop.
  first AdapterTests adapters > "$results/adapters.log" 2>&1 &
  adapters=$!
  first SystemTests system
  wait "$adapters"
  cat "$results/adapters.log"
fi

# A test that failed is run once more, alone: half of the tests wait for other programs, and on a busy machine one of them may wait too
# long. It is named here either way, so that one that fails again and again is noticed and mended. More than five are no chance.
count() { # WHAT RESULT
  grep -ho "<Counters [^>]*>" "$results/$2.trx" 2>/dev/null | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9'
}
failed_tests() { # RESULT
  grep -o '<UnitTestResult [^>]*outcome="Failed"[^>]*' "$results/$1.trx" 2>/dev/null | grep -o 'testId="[^"]*"' | cut -d'"' -f2 \
    | while read -r id; do grep -A3 "<UnitTest [^>]*id=\"$id\"" "$results/$1.trx" | grep -o '<TestMethod [^>]*' \
      | sed -E 's/.*className="([^"]*)".* name="([^"(]*).*/\1.\2/'; done | sort -u
}
again() { # PROJECT NAME-OF-RESULT
  local test tests
  tests=$(failed_tests "$2")
  [ -n "$tests" ] && [ "$(wc -l <<< "$tests")" -le 5 ] || return 1
  for test in $tests; do
    if run "$1" "again-$2" "FullyQualifiedName~$test" && [ "$(count passed "again-$2")" -gt 0 ]; then
      echo "Failed beside the others, passed alone: $test ($2)"
    else
      echo "Failed twice: $test ($2)"
      return 1
    fi
  done
}

passed=0 failed=0 skipped=0
for one in "${ran[@]}"; do
  project=${one%%:*} name=${one##*:}
  passed=$((passed + $(count passed "$name" || echo 0)))
  skipped=$((skipped + $(count total "$name" || echo 0) - $(count executed "$name" || echo 0)))
  fails=$(count failed "$name" || echo 0)
  if grep -qx "$name" "$results/broken"; then
    if [ "${fails:-0}" -gt 0 ] && VIGINT_CONTRACT_DATABASE=$([ "$name" = contract-postgres ] && echo postgres) again "$project" "$name"; then
      passed=$((passed + fails))
    else
      failed=$((failed + (fails > 0 ? fails : 1)))
    fi
  fi
done
[ "$passed" -gt 0 ] || failed=$((failed > 0 ? failed : 1))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
