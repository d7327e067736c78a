@NullMarked
package dev.rialto.sdk.testing;

import org.jspecify.annotations.NullMarked;
