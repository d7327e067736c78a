package dev.rialto.files.spi;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A file that is about to be stored.
///
/// @param name as the uploader names it
/// @param contentType as the uploader declares it
/// @param metadata free, shown to whoever knows the file's name
/// @param tags free, for the storage's own use
/// @param acl who may read and change it, in wire form; empty if whoever knows the name may read it
/// @param replacement what to store instead of the upload
public record NewFile(
        String name,
        Optional<String> contentType,
        ObjectNode metadata,
        ObjectNode tags,
        Optional<ObjectNode> acl,
        Optional<Content> replacement) {
    /// What may replace an upload.
    public sealed interface Content {
        /// Other bytes.
        record Bytes(byte[] bytes) implements Content {}

        /// A file that is already stored elsewhere; nothing is stored here.
        record External(String url) implements Content {}
    }

    /// Where the file is, if it is stored elsewhere.
    public Optional<String> elsewhere() {
        return replacement.flatMap(content ->
                content instanceof Content.External(String url)
                        ? Optional.of(url)
                        : Optional.empty());
    }

    /// The same file under another name.
    public NewFile named(String other) {
        return new NewFile(other, contentType, metadata, tags, acl, replacement);
    }
}
