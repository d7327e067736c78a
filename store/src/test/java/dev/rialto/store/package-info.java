@NullMarked
package dev.rialto.store;

import org.jspecify.annotations.NullMarked;
