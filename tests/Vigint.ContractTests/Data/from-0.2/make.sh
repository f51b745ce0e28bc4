#!/usr/bin/env bash
# Makes the data of this folder with the 0.2.0 program itself (README.md):
#   make.sh PROGRAM sqlite
#   make.sh PROGRAM postgres ADDRESS
# PROGRAM is the folder of the built program (src/Vigint.Api/bin/Release/net10.0 of commit ca2c105), ADDRESS that of an empty PostgreSQL database.
# Needs ffmpeg, curl, jq, and pg_dump for PostgreSQL.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(cd "$1" && pwd) kind=$2 address=${3:-}
work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"

export SECRET_KEY=contract-tests-secret-key-0123456789 PORT=5831 EMAIL_TO=operator@example.org
# Nobody listens there: every mail waits.
export EMAIL_SMTP_SERVER=127.0.0.1 EMAIL_SMTP_PORT=9 EMAIL_FROM=alerts@vigint.example
[ -z "$address" ] || export DATABASE_URL=$address
made_at=$(date -u +%FT%TZ)
dotnet "$program/Vigint.Api.dll" >log 2>&1 &
server=$!
base=http://127.0.0.1:$PORT
for _ in $(seq 300); do if curl -fs -o /dev/null "$base/api/health"; then break; fi; sleep 0.2; done

own=(-H "X-API-Key: $SECRET_KEY")
admin=(-H "X-Admin-Key: $SECRET_KEY")
clip() { ffmpeg -hide_banner -nostdin -v error -y -f lavfi -i "testsrc=duration=1:size=160x120:rate=10:decimals=$2" "${@:3}" "$1"; }
clip door.mp4 1 -c:v mpeg4
clip till.mp4 2 -c:v libx264 -pix_fmt yuv420p -movflags +faststart
clip shop.mp4 3 -c:v libx264 -pix_fmt yuv420p -movflags +faststart
upload() { # KEY ID FILE [curl's arguments]
  curl -fsS "$base/api/v1/videos/upload" -H "X-API-Key: $1" -F "video=@$3" -F "metadata={\"video_id\":\"$2\"}" -F expiration_hours=96 "${@:4}" | jq -r .private_link
}

shop=$(curl -fsS "$base/admin/clients" "${admin[@]}" -d '{"name":"Corner shop","email":"shop@example.org"}')
id=$(jq -r .client_id <<<"$shop") shop_key=$(jq -r .api_key <<<"$shop")
second=$(curl -fsS "$base/admin/clients/$id/keys" "${admin[@]}" -d '{"name":"till"}')
revoked=$(curl -fsS "$base/admin/clients/$id/keys" "${admin[@]}" -d '{"name":"lost"}')
curl -fsS -o /dev/null -X POST "$base/admin/clients/$id/keys/$(jq -r .key_id <<<"$revoked")/revoke" "${admin[@]}"
curl -fsS -o /dev/null -X PUT "$base/admin/clients/$id/limits" "${admin[@]}" -d '{"uploads_per_minute":30,"storage_mb":500}'
curl -fsS -o /dev/null -X PUT "$base/admin/clients/$id/analysis" "${admin[@]}" -d '{"watch_for":"the till","normal":"the cat"}'

door=$(upload "$SECRET_KEY" door door.mp4 -H 'Idempotency-Key: door-key')
till=$(upload "$SECRET_KEY" till till.mp4)
shops=$(upload "$shop_key" shops shop.mp4)
gone=$(upload "$SECRET_KEY" gone till.mp4)
curl -fsS -o /dev/null -X DELETE "$base/api/v1/videos/upload/gone" "${own[@]}"
extended=$(curl -fsS "$base/api/v1/videos/link/extend" "${own[@]}" -d '{"video_id":"till","additional_hours":24}' | jq -r .private_link)
curl -fsS -o /dev/null "$door"

raise() { curl -sS "$base/api/video/alert" -H "X-API-Key: $1" -H "Idempotency-Key: $2" -d "$3" | jq -r .alert_id; }
operators=$(raise "$SECRET_KEY" operators-alert '{"analysis":"A man takes a bottle.","risk_level":"HIGH","video_id":"door"}')
shops_alert=$(raise "$shop_key" shops-alert '{"analysis":"Somebody is at the till.","risk_level":"MEDIUM"}')
curl -fsS -o /dev/null -X PUT "$base/admin/clients/$id/channels" "${admin[@]}" -d '{"webhooks":[{"url":"https://hooks.example.org/vigint"}]}'

for one in door till shops; do
  for _ in $(seq 600); do
    [ "$(curl -fsS "$base/api/v1/videos/$one" "${own[@]}" | jq -r .playback)" = preparing ] || break
    sleep 0.2
  done
  curl -fsS "$base/api/v1/videos/$one" "${own[@]}" | jq -c '[.video_id, .playback]'
done
kill "$server"
wait "$server" || true

jq -n --arg made_at "$made_at" --arg door "$door" --arg till "$till" --arg extended "$extended" --arg shops "$shops" --arg gone "$gone" \
  --arg shop "$shop_key" --arg second "$(jq -r .api_key <<<"$second")" --arg revoked "$(jq -r .api_key <<<"$revoked")" \
  --arg operators "$operators" --arg shops_alert "$shops_alert" \
  '{made_at: $made_at, door: $door, till: $till, extended: $extended, shops: $shops, gone: $gone,
    shop_key: $shop, second_key: $second, revoked_key: $revoked, operators_alert: $operators, shops_alert: $shops_alert}' >expected.json
files=(data expected.json)
if [ "$kind" = postgres ]; then
  # Inserts, which any program can send; without what only psql understands.
  pg_dump --inserts --no-owner --no-privileges "$address" | grep -v '^\\' >dump.sql
  files+=(dump.sql)
fi
tar -czf "$here/$kind.tar.gz" --sort=name --owner=0 --group=0 "${files[@]}"
ls -l "$here/$kind.tar.gz"
