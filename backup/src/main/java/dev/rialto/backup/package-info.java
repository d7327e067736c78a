/// Backups of a data folder: taken while a server works on it, restored, verified.
@NullMarked
package dev.rialto.backup;

import org.jspecify.annotations.NullMarked;
