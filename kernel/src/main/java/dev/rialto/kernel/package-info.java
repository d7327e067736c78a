/// Words everyone shares: errors, callers, apps, ids and JSON values.
@NullMarked
package dev.rialto.kernel;

import org.jspecify.annotations.NullMarked;
