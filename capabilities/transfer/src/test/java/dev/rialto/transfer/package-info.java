@NullMarked
package dev.rialto.transfer;

import org.jspecify.annotations.NullMarked;
