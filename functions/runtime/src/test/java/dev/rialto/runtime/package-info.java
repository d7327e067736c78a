@NullMarked
package dev.rialto.runtime;

import org.jspecify.annotations.NullMarked;
