@NullMarked
package dev.rialto.cli;

import org.jspecify.annotations.NullMarked;
