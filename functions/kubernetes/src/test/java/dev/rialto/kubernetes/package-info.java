@NullMarked
package dev.rialto.kubernetes;

import org.jspecify.annotations.NullMarked;
