#!/bin/sh
# Makes the secrets that compose.yaml hands to the containers, once, in ./secrets. What is there already is kept.
set -eu
umask 077
mkdir -p secrets

made() { [ -s "secrets/$1" ]; }
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

made database_password || random >secrets/database_password
made database_url || printf 'postgresql://passaparola:%s@database:5432/passaparola' "$(cat secrets/database_password)" >secrets/database_url
made secret_key || random >secrets/secret_key
made metrics_token || random >secrets/metrics_token
made mail_url || printf 'folder:' >secrets/mail_url # until it names a mail server: docs/mail.md

# The folder is the owner's alone; in the containers other users read the files, which are mounted one by one.
chmod 700 secrets
chmod 444 secrets/database_password secrets/database_url secrets/secret_key secrets/metrics_token
chmod 644 secrets/mail_url
echo "secrets/ is ready. Keep a copy of secrets/secret_key apart from the backups."
