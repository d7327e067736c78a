@NullMarked
package dev.rialto.backup;

import org.jspecify.annotations.NullMarked;
