@NullMarked
package dev.rialto.installations;

import org.jspecify.annotations.NullMarked;
