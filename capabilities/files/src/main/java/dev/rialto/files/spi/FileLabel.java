package dev.rialto.files.spi;

import tools.jackson.databind.node.ObjectNode;

/// What the uploader says about a file.
///
/// @param contentType as it is to be served
/// @param metadata free, shown to whoever knows the file's name
/// @param tags free, for the storage's own use
public record FileLabel(String contentType, ObjectNode metadata, ObjectNode tags) {}
