#!/usr/bin/env bash
# Installs from Debian's packages what Towpath and its tests need on this machine. Quick when all of it is there.
#   setup-machine.sh         everything
#   setup-machine.sh fast    what the tests without a container engine need
set -euo pipefail

packages=(
    podman runc netavark aardvark-dns catatonit   # one engine
    docker.io iptables                  # the other one, for the engine contract
    haproxy                             # the gateway's tests run the program itself
    mmdebstrap                          # base images where no registry answers
    postgresql                          # the other store: its tests start a server of their own
    busybox-static                      # the smallest service of tests
    docker-registry                     # images are pushed to a registry of the tests' own
    chromium                            # the dashboard's test looks at it in a real browser
    libsqlite3-0 git curl ca-certificates
)
if [[ ${1:-} == fast ]]; then
    packages=(libsqlite3-0 git postgresql)
fi

# The dashboard is built and tested with Node, wherever it came from.
command -v node > /dev/null && command -v npm > /dev/null || packages+=(nodejs npm)

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2> /dev/null || true)
    [[ $status == installed ]] || missing+=("$package")
done

if [[ ${#missing[@]} -eq 0 ]]; then
    exit 0
fi

echo "setup: installing ${missing[*]}" >&2
if [[ $(id -u) -ne 0 ]]; then
    echo "setup: run as root: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
fi

# Debian starts services as it installs them. Towpath starts what it needs itself, so none is wanted; a policy that was
# there before us stays.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 0755 "$policy"
fi

install() {
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}"
}

# Often the package lists are still good; fetching them is the slow part.
if ! install > /dev/null 2>&1; then
    apt-get update >&2
    install >&2
fi
