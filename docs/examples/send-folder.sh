#!/usr/bin/env bash
# Sends each finished clip of a folder to Vigint, then moves it to FOLDER/sent. Run it once a minute; it needs curl 7.82 or newer and jq.
#
#   VIGINT_URL=https://vigint.example.org VIGINT_KEY=... send-folder.sh /srv/ftp/till_3
#
# ALERT says when to send an alert about a clip: "incident" (when the analysis reports one), "always" or "never" (the default).
# SETTLE_MINUTES says for how many minutes a file must be unchanged before it counts as finished (default 1).
set -uo pipefail
folder=${1:?the folder of the clips}
: "${VIGINT_URL:?}" "${VIGINT_KEY:?}"
alert=${ALERT:-never}
camera=$(basename "$folder")
mkdir -p "$folder/sent" "$folder/refused"

# One run at a time.
exec 9>"$folder/.lock"
flock -n 9 || exit 0

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
call() { # PATH ARGUMENTS: leaves the JSON in $answer and the status in $status; 000 means that there was no connection
  local path=$1
  shift
  status=$(curl -sS --retry 3 --max-time 900 -o "$answer" -w '%{http_code}' -H "X-API-Key: $VIGINT_KEY" "$@" "$VIGINT_URL$path") || status=000
}

send() { # FILE: 0 sent, 1 refused for good, 2 try again in the next run
  local id text risk
  # The hash as the id: the same file is stored once, however often it is sent.
  id=${camera}_$(sha256sum < "$1" | cut -c1-32)
  call /api/v1/videos/upload -F "metadata={\"video_id\":\"$id\",\"camera\":\"$camera\"}" -F "video=@\"$1\""
  case $status in
    200) ;;
    400 | 413 | 415 | 422) return 1 ;;
    *) return 2 ;;
  esac

  text="New clip from $camera" risk=MEDIUM
  case $alert in
    never) return 0 ;;
    incident)
      call /api/video/analyze --json "{\"video_id\":\"$id\"}"
      [ "$status" = 200 ] || return 2
      [ "$(jq .has_security_incident "$answer")" = true ] || return 0
      text=$(jq -r .analysis "$answer") risk=HIGH
      ;;
  esac
  call /api/video/alert -H "Idempotency-Key: $id" --json "$(jq -n --arg text "$text" --arg risk "$risk" --arg id "$id" --arg camera "$camera" \
    '{analysis: $text, risk_level: $risk, video_id: $id, source_id: $camera, source_name: $camera}')"
  # 207: the server has stored the alert and tries again. 422: it took this alert before, with another text.
  case $status in 200 | 207 | 422) ;; *) return 2 ;; esac
}

code=0
while IFS= read -r -d '' file; do
  send "$file"
  case $? in
    0) mv "$file" "$folder/sent/" ;;
    1) mv "$file" "$folder/refused/"; echo "$file refused: $(jq -r '.error + ". " + .detail' "$answer")" >&2 ;;
    *) echo "$file not sent, status $status; the next run tries again" >&2; code=1 ;;
  esac
done < <(find "$folder" -maxdepth 1 -type f ! -name '.*' -size +0 -mmin "+${SETTLE_MINUTES:-1}" -print0)
exit $code
