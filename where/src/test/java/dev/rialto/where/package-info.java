@NullMarked
package dev.rialto.where;

import org.jspecify.annotations.NullMarked;
