package dev.rialto.files.spi;

import java.time.Instant;

/// A stored file without its content.
///
/// @param length in bytes
/// @param digest of the content, in hexadecimal: equal content has equal digests
/// @param createdAt with a precision of seconds
public record FileInfo(FileLabel label, long length, String digest, Instant createdAt) {}
