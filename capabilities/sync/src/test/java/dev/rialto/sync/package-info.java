@NullMarked
package dev.rialto.sync;

import org.jspecify.annotations.NullMarked;
