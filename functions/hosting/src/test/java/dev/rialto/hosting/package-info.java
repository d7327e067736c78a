@NullMarked
package dev.rialto.hosting;

import org.jspecify.annotations.NullMarked;
