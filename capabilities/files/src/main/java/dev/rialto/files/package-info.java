/// Files: uploads streamed to a storage, downloads with ranges, deletion.
@NullMarked
package dev.rialto.files;

import org.jspecify.annotations.NullMarked;
