package dev.rialto.files;

import dev.rialto.files.spi.FileInfo;

/// A file that is stored, without its content.
///
/// @param name that clients read it by
record StoredFile(String name, FileInfo info, FileAccess access) {}
