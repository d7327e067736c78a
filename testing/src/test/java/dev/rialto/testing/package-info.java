@NullMarked
package dev.rialto.testing;

import org.jspecify.annotations.NullMarked;
