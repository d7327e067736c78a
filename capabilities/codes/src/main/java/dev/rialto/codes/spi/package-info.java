/// How other capabilities send codes, and where other captchas plug in.
@NullMarked
package dev.rialto.codes.spi;

import org.jspecify.annotations.NullMarked;
