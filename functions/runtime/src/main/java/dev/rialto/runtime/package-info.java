/// Runs micro apps in the server's JVM, and what every runtime has in common.
@NullMarked
package dev.rialto.runtime;

import org.jspecify.annotations.NullMarked;
