/// What other capabilities and providers know of messages.
@NullMarked
package dev.rialto.messages.spi;

import org.jspecify.annotations.NullMarked;
