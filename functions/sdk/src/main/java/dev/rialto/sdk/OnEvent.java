package dev.rialto.sdk;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// An interface that takes each [Event] of a topic, in order, at least once. One that fails is
/// tried again and then passed by.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface OnEvent {
    /// The topic, e.g. `order.paid`.
    String value();
}
