@NullMarked
package dev.rialto.limits;

import org.jspecify.annotations.NullMarked;
