@NullMarked
package dev.rialto.jvmworker;

import org.jspecify.annotations.NullMarked;
