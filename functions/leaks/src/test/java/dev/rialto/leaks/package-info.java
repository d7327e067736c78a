@NullMarked
package dev.rialto.leaks;

import org.jspecify.annotations.NullMarked;
