#!/usr/bin/env bash
# Builds and starts the server with embedded defaults. On an empty store it first shows the main job on a real clip.
#   ./run.sh            build, start, tour on an empty store, stay up until Ctrl-C
#   ./run.sh --no-tour  without the tour
set -euo pipefail
cd "$(dirname "$0")"
. deploy/setup.sh
. deploy/settings.sh

tour=yes
case "${1:-}" in
  "") ;;
  --no-tour) tour=no ;;
  *) echo "Usage: ./run.sh [--no-tour]" >&2; exit 2 ;;
esac

need_dotnet
need curl
need ffmpeg
need_time_zones

echo "Building …"
log=$(mktemp)
if ! dotnet build src/Vigint.Api -c Release --nologo -v quiet >"$log" 2>&1; then
  cat "$log" >&2
  rm -f "$log"
  exit 1
fi
rm -f "$log"

port=$(setting PORT); port=${port:-5002}
host=$(setting HOST); case "$host" in ""|0.0.0.0|::) host=127.0.0.1 ;; *:*) host="[$host]" ;; esac
base="http://$host:$port"

healthy() { curl -fsS -o /dev/null --max-time 2 "$base/api/health" 2>/dev/null; }
if healthy; then
  echo "Port $port is in use by another server; stop that one, or set PORT to another." >&2
  exit 1
fi

if [ -n "$(find "$(storage_folder)" -maxdepth 1 -name 'video_*' -print -quit 2>/dev/null)" ]; then tour=no; fi
if [ "$tour" = yes ]; then
  # Without a model the tour looks for movement alone, and without a mail server its alert goes into a folder.
  if [ -z "$(setting GOOGLE_API_KEY)$(setting ANALYZER)" ]; then export ANALYZER=motion; fi
  if [ -z "$(setting EMAIL_SMTP_SERVER)$(setting EMAIL_TO)" ]; then export EMAIL_TO=you@example.org; fi
fi

dotnet src/Vigint.Api/bin/Release/net10.0/Vigint.Api.dll &
server=$!
# The shell has its background children ignore the interrupt of Ctrl-C, so they are told in another way.
trap 'kill -TERM "$server" 2>/dev/null || true' INT TERM

for _ in $(seq 150); do
  if healthy || ! kill -0 "$server" 2>/dev/null; then break; fi
  sleep 0.2
done

if [ "$tour" = yes ] && kill -0 "$server" 2>/dev/null; then
  key=$(setting SECRET_KEY); key=${key:-$(cat data/secret.key)}
  BASE="$base" KEY="$key" deploy/tour.sh || echo "The tour failed; the server goes on." >&2
fi

# A signal ends the first wait; the second one waits for the server's own end.
code=0
wait "$server" || code=$?
while kill -0 "$server" 2>/dev/null; do code=0; wait "$server" || code=$?; done
exit "$code"
