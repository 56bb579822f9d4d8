#!/bin/sh
# A command of passaparola on a machine where systemd runs it: as its user, in its data folder, with the settings of the service.
# Installed as /opt/passaparola/command: `sudo /opt/passaparola/command ledger verify`. The steps are in docs/install.md.
set -eu
exec systemd-run --quiet --collect --wait --pipe --uid=passaparola --gid=passaparola \
	--setenv=PASSAPAROLA_DATA=/var/lib/passaparola --setenv=TMPDIR=/var/tmp \
	--property=EnvironmentFile=-/etc/passaparola/passaparola.env \
	--property=UMask=0077 --working-directory=/var/lib/passaparola \
	/opt/passaparola/bin/passaparola "$@"
