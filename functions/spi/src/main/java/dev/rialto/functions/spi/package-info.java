/// What a way of running micro apps is: the seam between those who deploy and call functions, and
/// those who run them.
@NullMarked
package dev.rialto.functions.spi;

import org.jspecify.annotations.NullMarked;
