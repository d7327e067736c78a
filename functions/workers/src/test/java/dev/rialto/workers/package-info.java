/// Tests with real processes.
@NullMarked
package dev.rialto.workers;

import org.jspecify.annotations.NullMarked;
