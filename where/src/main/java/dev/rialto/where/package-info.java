/// Conditions as SQL: what a `where` is in a class's table, and how values and names are kept
/// there.
@NullMarked
package dev.rialto.where;

import org.jspecify.annotations.NullMarked;
