/// How other capabilities show pages.
@NullMarked
package dev.rialto.pages.spi;

import org.jspecify.annotations.NullMarked;
