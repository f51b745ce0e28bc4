#!/usr/bin/env bash
# Shows the main job once, through the public API: a clip as cameras send it is made, uploaded, made playable, played by its private link,
# and the disk's state told.
# Needs BASE (the server's address) and KEY (the operator's key).
set -euo pipefail
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

echo "── The state of the disk"
curl -fsS -H "X-API-Key: $KEY" "$BASE/api/storage/status" | sed 's/^/   /'
echo
echo
echo "The server stays up at $BASE; Ctrl-C ends it."
echo
