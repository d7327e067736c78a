package dev.rialto.hardening;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a static `void` method that hardened code calls with the arguments of a JDK constructor,
/// before it calls the constructor.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface BeforeNew {
    /// The class that declares the constructor.
    Class<?> value();
}
