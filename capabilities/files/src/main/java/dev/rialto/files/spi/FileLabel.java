package dev.rialto.files.spi;

import tools.jackson.databind.node.ObjectNode;

/// The properties of a file that its uploader sets.
///
/// @param contentType the type it is served with
/// @param metadata free, shown to whoever knows the file's name
/// @param tags free, for the storage's own use
public record FileLabel(String contentType, ObjectNode metadata, ObjectNode tags) {}
