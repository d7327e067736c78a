@NullMarked
package dev.rialto.live;

import org.jspecify.annotations.NullMarked;
