#!/usr/bin/env bash
# Puts back what backup.sh has copied, in place of what is there. The server must be stopped. In its working folder, with its settings:
#   restore.sh FOLDER
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
source=${1:?Usage: restore.sh FOLDER}
[ -f "$source/database" ] && [ -d "$source/videos" ] || { echo "There is no backup in $source." >&2; exit 1; }
umask 077

folder=$(storage_folder)
mkdir -p "$folder"
# The server holds this lock as long as it runs.
flock --nonblock "$folder" true || { echo "The server runs; stop it first." >&2; exit 1; }

database=$(database_address)
case "$database" in
  sqlite:///*)
    file=${database#sqlite:///}
    mkdir -p "$(dirname "$file")"
    rm -f "$file" "$file-wal" "$file-shm"
    cp "$source/database" "$file" ;;
  *) pg_restore --clean --if-exists --no-owner --dbname="$database" "$source/database" ;;
esac
rsync --archive --delete --exclude=/.incoming --exclude=/.work --exclude=/lost+found "$source/videos/" "$folder/"
echo "The database and $(find "$folder" -maxdepth 1 -name 'video_*.mp4' | wc -l) videos are as they were in $source. Start the server."
