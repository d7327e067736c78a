/// Bulk import and export of objects.
@NullMarked
package dev.rialto.transfer;

import org.jspecify.annotations.NullMarked;
