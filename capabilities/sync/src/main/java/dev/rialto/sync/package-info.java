/// Sync: what changed since a client last asked, and what the client did meanwhile.
@NullMarked
package dev.rialto.sync;

import org.jspecify.annotations.NullMarked;
