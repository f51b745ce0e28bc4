#!/usr/bin/env bash
# Shows the main job once, through the public API: a clip as cameras send it is made, uploaded, made playable, played by its private link,
# analysed, reported in a mail, and the disk's state told.
# Needs BASE (the server's address) and KEY (the operator's key).
set -euo pipefail
for program in curl ffmpeg; do
  command -v "$program" >/dev/null || { echo "$program is missing: install the package $program first (apt-get install $program)." >&2; exit 1; }
done
clip=$(mktemp --suffix=.mp4)
trap 'rm -f "$clip"' EXIT
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

echo
echo "── A clip of five seconds in MPEG-4 part 2, which no browser plays, made by ffmpeg"
ffmpeg -hide_banner -nostdin -v error -y -f lavfi -i testsrc=duration=5:size=1280x720:rate=25 -c:v mpeg4 -q:v 5 "$clip"
ls -l "$clip" | awk '{print "   " $5 " bytes"}'

echo "── Uploaded"
id=tour_$(date +%s)
answer=$(curl -fsS "$BASE/api/v1/videos/upload" -H "Authorization: Bearer $KEY" \
  -F "video=@$clip" -F "metadata={\"video_id\":\"$id\",\"source\":\"tour\"}" -F "expiration_hours=48")
echo "   $answer"
link=$(echo "$answer" | field private_link)

echo "── Made playable in the background"
for _ in $(seq 150); do
  record=$(curl -fsS -H "Authorization: Bearer $KEY" "$BASE/api/v1/videos/$id")
  playback=$(echo "$record" | field playback)
  if [ "$playback" != preparing ]; then break; fi
  sleep 0.2
done
echo "   playback: $playback"

echo "── Its private link, to open in a browser, and its still"
echo "   $link"
echo "   ${link/\?//poster.jpg?}"

echo "── The first 1024 bytes of it, as a player asks for them"
curl -fsS -o /dev/null -r 0-1023 -D - "$link" | tr -d '\r' | grep -iE '^(HTTP|content-(type|range|length))' | sed 's/^/   /'

echo "── Analysed: with ANALYZER=motion only where something moves, which is no judgement"
verdict=$(curl -sS -H "X-API-Key: $KEY" "$BASE/api/video/analyze" -d "{\"video_id\":\"$id\",\"frame_count\":125}")
echo "   $verdict"
seen=$(echo "$verdict" | field analysis)

echo "── An alert, with the clip's link in its mail"
alert=$(curl -sS -H "X-API-Key: $KEY" "$BASE/api/video/alert" \
  -d "{\"analysis\":\"${seen:-Somebody came to the door.}\",\"risk_level\":\"HIGH\",\"incident_type\":\"movement\",\"source_id\":\"door\",\"source_name\":\"Front door\",\"video_id\":\"$id\"}")
echo "   $alert"
mail=data/outbox/$(echo "$alert" | field alert_id).eml
if [ -f "$mail" ]; then
  echo "── The mail that was written instead of sent, to open in a mail program: $mail"
  mailed=$(sed -n '/^Content-Type: text\/plain/I,/^--/p' "$mail" | grep -E '^[A-Za-z0-9+/=]{4,}[[:space:]]*$' | tr -d '\r\n' | base64 -d 2>/dev/null)
  echo "$mailed" | sed 's/^/   /'
  echo "── Its link, followed"
  curl -fsS -o /dev/null -r 0-1023 -w '   HTTP %{http_code}, %{content_type}\n' "$(echo "$mailed" | grep -oE 'https?://[^ ]+token=[0-9a-f]+' | head -n 1)"
fi

echo "── The state of the disk"
curl -fsS -H "X-API-Key: $KEY" "$BASE/api/storage/status" | sed 's/^/   /'
echo
echo
echo "The server stays up at $BASE; Ctrl-C ends it."
echo
