/// Where other ways to sign in plug into accounts.
@NullMarked
package dev.rialto.accounts.spi;

import org.jspecify.annotations.NullMarked;
