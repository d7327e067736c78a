package dev.rialto.hardening;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A static method without a result that hardened code calls with the arguments of a constructor of
/// the JDK before it calls that.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface BeforeNew {
    /// The class that declares the constructor.
    Class<?> value();
}
