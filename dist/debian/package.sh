# shellcheck shell=bash
# The Debian package. Sourced by dist/release.

# The documents and all that they link to, at the same places to each other as in the sources.
documents() {
    local folder=$1 target page link
    copy_sources "$folder" README.md docs
    while IFS=: read -r page link; do
        target=$(realpath -m --relative-to="$root" "$(dirname "$page")/$link")
        copy_sources "$folder" "$target"
        [[ -e $folder/$target ]] || fail "$page links to $link, which is not in the sources"
    done < <(links "$root/README.md" "$root"/docs/*.md "$root"/docs/decisions/*.md)
}

# The relative links of pages, each as PAGE:LINK.
links() {
    grep -oHE '\]\([^)# ]+' "$@" | sed 's/:\](/:/; s/:\]/:/; s/:(/:/' | grep -vE ':[a-z]+:' | LC_ALL=C sort -u
}

# copy_sources FOLDER PATH...: what git knows of files and folders.
copy_sources() {
    local folder=$1
    shift
    git -C "$root" ls-files -z -- "$@" | (cd "$root" && xargs -0 -r cp --parents -t "$folder")
}

package() {
    local tree=$out/deb file=$out/rialto_${version}_amd64.deb lib
    lib=$tree/usr/lib/rialto
    rm -rf "$tree"
    mkdir -p "$lib" "$tree/DEBIAN" "$tree/usr/bin" "$tree/usr/lib/systemd/system" "$tree/etc/rialto" \
        "$tree/usr/share/doc/rialto"
    cp -a "$release/." "$lib/"
    ln -s ../lib/rialto/bin/rialto "$tree/usr/bin/rialto"
    cp "$dist/debian/rialto.service" "$tree/usr/lib/systemd/system/"
    cp "$dist/debian/rialto.conf" "$tree/etc/rialto/"
    documents "$tree/usr/share/doc/rialto"
    cp "$release/THIRD-PARTY.md" "$tree/usr/share/doc/rialto/copyright"
    normalize "$tree"
    cp "$dist"/debian/{conffiles,postinst,prerm,postrm} "$tree/DEBIAN/"
    sed -e "s/@VERSION@/$version/" -e "s/@SIZE@/$(du -sk --apparent-size "$tree" | cut -f1)/" \
        -e "s/@MAINTAINER@/${DEBFULLNAME:-Rialto} <${DEBEMAIL:-rialto@localhost}>/" \
        "$dist/debian/control" >"$tree/DEBIAN/control"
    (cd "$tree" && find etc usr -type f | LC_ALL=C sort | xargs -d '\n' md5sum >DEBIAN/md5sums)
    chmod 755 "$tree"/DEBIAN/{postinst,prerm,postrm}
    chmod 644 "$tree"/DEBIAN/{control,conffiles,md5sums}
    touch -d "@$SOURCE_DATE_EPOCH" "$tree"/DEBIAN/* "$tree/DEBIAN" "$tree"
    dpkg-deb --root-owner-group -Zgzip -z6 --build "$tree" "$file" >/dev/null
    rm -rf "$tree"
    made "$file"
}
