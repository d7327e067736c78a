@NullMarked
package dev.rialto.compiler;

import org.jspecify.annotations.NullMarked;
