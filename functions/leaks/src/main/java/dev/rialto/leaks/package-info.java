/// Finds what keeps a class loader in memory: it dumps the heap and searches the dump.
@NullMarked
package dev.rialto.leaks;

import org.jspecify.annotations.NullMarked;
