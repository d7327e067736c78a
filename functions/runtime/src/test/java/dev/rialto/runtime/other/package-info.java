@NullMarked
package dev.rialto.runtime.other;

import org.jspecify.annotations.NullMarked;
