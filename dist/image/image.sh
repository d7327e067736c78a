# shellcheck shell=bash
# The OCI image, as an archive of the OCI image layout. Sourced by dist/release.

image_user=10001

# The base: files of Debian packages whose versions and digests are pinned. No package manager, no
# programs but those of bash, dash and coreutils.
image_base() {
    local tree=$1 debs=$build/debs package version digest file
    mkdir -p "$debs" "$tree"
    while read -r package version digest; do
        [[ $package == '#'* ]] && continue
        file=$debs/$package-$digest.deb
        if [[ ! -f $file ]]; then
            rm -rf "$debs/new"
            mkdir "$debs/new"
            (cd "$debs/new" && apt-get -qq -o APT::Sandbox::User=root download "$package=$version") ||
                fail "apt can't download $package $version: it is on snapshot.debian.org; put it into $file"
            mv "$debs"/new/*.deb "$file"
        fi
        echo "$digest  $file" | sha256sum --check --quiet || fail "$file is not what dist/image/packages names"
        dpkg-deb --extract "$file" "$tree"
    done <"$dist/image/packages"
    ln -sf dash "$tree/bin/sh"
    find "$tree/usr/share/doc" -type f ! -name copyright -delete
    rm -rf "$tree"/usr/share/{man,info,locale,lintian,menu} "$tree"/usr/share/doc/*/examples
    echo "root:x:0:0:root:/:/usr/sbin/nologin
rialto:x:$image_user:$image_user:Rialto:/data:/usr/sbin/nologin" >"$tree/etc/passwd"
    echo "root:x:0:
rialto:x:$image_user:" >"$tree/etc/group"
    normalize "$tree"
    chmod 1777 "$tree/tmp" "$tree/var/tmp"
}

# Adds a file to the blobs; prints its digest.
blob() {
    local digest
    digest=$(sha256sum "$1" | cut -d' ' -f1)
    mv "$1" "$layout/blobs/sha256/$digest"
    echo "$digest"
}

# layer TAR: compresses it and adds it to layers and diff_ids.
layer() {
    local digest
    diff_ids+=("\"sha256:$(sha256sum "$1" | cut -d' ' -f1)\"")
    gzip -n "$1"
    digest=$(blob "$1.gz")
    layers+=("{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"sha256:$digest\",\"size\":$(stat -c %s "$layout/blobs/sha256/$digest")}")
}

joined() {
    local IFS=,
    echo "$*"
}

image() {
    local layout=$out/oci work=$out/image file=$out/rialto-$version.oci.tar layers=() diff_ids=() created config manifest
    created=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
    rm -rf "$layout" "$work"
    mkdir -p "$layout/blobs/sha256" "$work/release/opt" "$work/data/data"
    image_base "$work/base"
    archive "$work/base" . >"$work/base.tar"
    layer "$work/base.tar"
    cp -a "$release" "$work/release/opt/rialto"
    normalize "$work/release"
    archive "$work/release" opt >"$work/release.tar"
    layer "$work/release.tar"
    chmod 750 "$work/data/data"
    archive "$work/data" --owner="$image_user" --group="$image_user" data >"$work/data.tar"
    layer "$work/data.tar"
    cat >"$work/config" <<EOF
{"created":"$created","architecture":"amd64","os":"linux","config":{"User":"$image_user:$image_user","ExposedPorts":{"1337/tcp":{}},"Env":["PATH=/opt/rialto/bin:/usr/bin:/bin","HOME=/data","RIALTO_DATA=/data","RIALTO_HTTP_HOST=0.0.0.0"],"Entrypoint":["/opt/rialto/bin/rialto"],"Cmd":["serve"],"Volumes":{"/data":{}},"WorkingDir":"/data","StopSignal":"SIGTERM","Labels":{"org.opencontainers.image.title":"Rialto","org.opencontainers.image.version":"$version","org.opencontainers.image.revision":"$commit","org.opencontainers.image.licenses":"Apache-2.0"}},"rootfs":{"type":"layers","diff_ids":[$(joined "${diff_ids[@]}")]},"history":[{"created":"$created","comment":"files of Debian packages"},{"created":"$created","comment":"Rialto"},{"created":"$created","comment":"data folder"}]}
EOF
    config=$(blob "$work/config")
    cat >"$work/manifest" <<EOF
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:$config","size":$(stat -c %s "$layout/blobs/sha256/$config")},"layers":[$(joined "${layers[@]}")]}
EOF
    manifest=$(blob "$work/manifest")
    cat >"$layout/index.json" <<EOF
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:$manifest","size":$(stat -c %s "$layout/blobs/sha256/$manifest"),"platform":{"architecture":"amd64","os":"linux"},"annotations":{"org.opencontainers.image.ref.name":"$version"}}]}
EOF
    printf '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
    normalize "$layout"
    archive "$layout" blobs index.json oci-layout >"$file"
    rm -rf "$layout" "$work"
    made "$file"
}
