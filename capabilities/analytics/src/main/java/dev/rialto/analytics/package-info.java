/// Analytics: counts of the events that clients track.
@NullMarked
package dev.rialto.analytics;

import org.jspecify.annotations.NullMarked;
