@NullMarked
package dev.rialto.secondfactor;

import org.jspecify.annotations.NullMarked;
