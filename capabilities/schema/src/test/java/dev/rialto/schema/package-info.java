@NullMarked
package dev.rialto.schema;

import org.jspecify.annotations.NullMarked;
