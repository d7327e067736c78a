@NullMarked
package dev.rialto.kernel;

import org.jspecify.annotations.NullMarked;
