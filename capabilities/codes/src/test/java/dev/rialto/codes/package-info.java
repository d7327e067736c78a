@NullMarked
package dev.rialto.codes;

import org.jspecify.annotations.NullMarked;
