package dev.rialto.sdk;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// An interface that the server calls at certain times, on one node each time. What was missed
/// while no server ran is made up for once.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Schedule {
    /// Minute, hour, day of the month, month, day of the week, as in Unix's cron: `0 3 * * 1-5`.
    String value();

    /// The time zone, e.g. `Europe/Berlin`.
    String zone() default "UTC";
}
