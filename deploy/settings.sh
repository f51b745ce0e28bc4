# Sourced by scripts that need to know what the server of this working folder is set to.

# setting NAME: its value as the server itself reads it, the real environment before .env; nothing when it is not set.
setting() {
  if [ -n "${!1:-}" ]; then echo "${!1}"
  elif [ -f .env ]; then sed -n "s/^$1=//p" .env | tail -n 1 | tr -d '"'"'"'\r'
  fi
}

# The storage folder, and the database as the address that DATABASE_URL has.
storage_folder() { local folder; folder=$(setting VIDEO_STORAGE_DIR); echo "${folder:-data/videos}"; }
database_address() { local address; address=$(setting DATABASE_URL); echo "${address:-sqlite:///data/vigint.db}"; }
