package dev.rialto.hardening;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a static method that hardened code calls in place of the JDK method of the same name and
/// parameters. In place of an instance method, it takes the instance as its first parameter.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface InsteadOf {
    /// The class that declares it. It stands for its subclasses too.
    Class<?> value();

    /// Whether the JDK's method is static.
    boolean isStatic() default false;

    /// Its name, when the same can't be used.
    String named() default "";
}
