@NullMarked
package dev.rialto.hooks;

import org.jspecify.annotations.NullMarked;
