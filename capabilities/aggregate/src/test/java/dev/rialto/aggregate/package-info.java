@NullMarked
package dev.rialto.aggregate;

import org.jspecify.annotations.NullMarked;
