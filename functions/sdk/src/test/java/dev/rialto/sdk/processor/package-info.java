@NullMarked
package dev.rialto.sdk.processor;

import org.jspecify.annotations.NullMarked;
