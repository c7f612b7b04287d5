# Sourced by build and test. Everything is made in a folder of artifacts/: the folder of the sources stays as it is, so that its times tell what changed.

# Copies the sources into the folder.
copy_sources() {
    local web=$1 into=$2
    rm -rf -- "$into/src" "$into/tests"
    cp -R -- "$web"/{src,tests,index.html,build.mjs,types.mjs,package.json,package-lock.json,.npmrc,tsconfig.json} "$into/"
}

# Fetches the packages of the lock file, unless they are there. What npm says is in npm.log.
fetch_packages() {
    local into=$1
    shift
    cmp -s -- "$into/package-lock.json" "$into/node_modules/.lock" && return 0
    (cd -- "$into" && npm ci "$@" > npm.log 2>&1 < /dev/null) || return 1
    cp -- "$into/package-lock.json" "$into/node_modules/.lock"
}
