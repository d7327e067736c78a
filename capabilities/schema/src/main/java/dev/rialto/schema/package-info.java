/// The classes that an app defines: their fields, permissions and indexes, and their tables.
@NullMarked
package dev.rialto.schema;

import org.jspecify.annotations.NullMarked;
