@NullMarked
package dev.rialto.telemetry;

import org.jspecify.annotations.NullMarked;
