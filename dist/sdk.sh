# shellcheck shell=bash
# Publishes the SDK for those who write functions. Sourced by ./rialto.

# The same sources make the same jars.
jar_date=2026-01-01T00:00:00Z

# A repository with the SDK, for the poms of the examples. Each build is a snapshot of its own, so that Maven takes it
# in place of the one before.
publish_sdk() {
    local stamp folder=$build/repository/dev/rialto/rialto-sdk/0.1.0-SNAPSHOT
    stamp=$(date -u +%Y%m%d.%H%M%S)
    rm -rf "$build/repository"
    mkdir -p "$folder"
    cp "$build"/lib/rialto-sdk-*.jar "$folder/rialto-sdk-0.1.0-$stamp-1.jar"
    document_sdk
    cp "$build/sdk/sources.jar" "$folder/rialto-sdk-0.1.0-$stamp-1-sources.jar"
    cp "$build/sdk/javadoc.jar" "$folder/rialto-sdk-0.1.0-$stamp-1-javadoc.jar"
    cat >"$folder/rialto-sdk-0.1.0-$stamp-1.pom" <<EOF
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>dev.rialto</groupId>
  <artifactId>rialto-sdk</artifactId>
  <version>0.1.0-SNAPSHOT</version>
</project>
EOF
    cat >"$folder/maven-metadata.xml" <<EOF
<metadata>
  <groupId>dev.rialto</groupId>
  <artifactId>rialto-sdk</artifactId>
  <version>0.1.0-SNAPSHOT</version>
  <versioning>
    <snapshot><timestamp>$stamp</timestamp><buildNumber>1</buildNumber></snapshot>
    <lastUpdated>${stamp/./}</lastUpdated>
  </versioning>
</metadata>
EOF
}

# What editors show of the SDK: its sources and its documentation.
document_sdk() {
    local sources=$root/functions/sdk/src/main/java
    rm -rf "$build/sdk"
    mkdir -p "$build/sdk"
    "$JAVA_HOME/bin/jar" --create --date="$jar_date" --file "$build/sdk/sources.jar" -C "$sources" dev
    "$JAVA_HOME/bin/javadoc" -quiet -Xdoclint:none -notimestamp --no-fonts -d "$build/sdk/javadoc" \
        -cp "$(classpath "$build")" -sourcepath "$sources" dev.rialto.sdk dev.rialto.sdk.testing >"$build/sdk/javadoc.log" 2>&1 ||
        fail "the SDK's documentation can't be created: see $build/sdk/javadoc.log"
    "$JAVA_HOME/bin/jar" --create --date="$jar_date" --file "$build/sdk/javadoc.jar" -C "$build/sdk/javadoc" .
}
