@NullMarked
package dev.rialto.analytics;

import org.jspecify.annotations.NullMarked;
