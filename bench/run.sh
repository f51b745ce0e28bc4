#!/usr/bin/env bash
# Measures Vigint beside nginx, cat and the bare work on the same disk, in one run (bench/README.md).
#   bench/run.sh                   all sections; writes bench/RESULTS.md
#   bench/run.sh upload ranges     only these; prints and writes nothing
# Sections: upload ranges full many start cleanup memory compress analyze alerts
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname "$here")"
work="$here/work"

missing=()
for tool in nginx wrk; do
  command -v "$tool" > /dev/null || [ -x "/usr/sbin/$tool" ] || missing+=("$tool")
done
if [ "${#missing[@]}" -gt 0 ]; then
  command -v apt-get > /dev/null || { echo "Install ${missing[*]} first; this machine has no apt-get." >&2; exit 1; }
  sudo=""
  [ "$(id -u)" -eq 0 ] || sudo="sudo"
  # A server that the package starts would take a port and half a core.
  $sudo apt-get update -qq
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi
command -v dotnet > /dev/null || { echo "The .NET 10 SDK is needed: https://dotnet.microsoft.com/download" >&2; exit 1; }
export PATH="$PATH:/usr/sbin"

dotnet build -c Release --nologo -v quiet "$root/src/Vigint.Api/Vigint.Api.csproj"
dotnet build -c Release --nologo -v quiet "$here/Vigint.Bench/Vigint.Bench.csproj"

rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
dotnet "$here/Vigint.Bench/bin/Release/net10.0/Vigint.Bench.dll" "$root" "$@"
