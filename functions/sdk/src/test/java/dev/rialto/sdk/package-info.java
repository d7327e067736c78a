@NullMarked
package dev.rialto.sdk;

import org.jspecify.annotations.NullMarked;
