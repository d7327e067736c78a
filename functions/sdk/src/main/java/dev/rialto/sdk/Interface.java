package dev.rialto.sdk;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A public method that can be called under the address `[domain]-[group]-[function]-[interface]`.
///
/// It takes nothing, a record, a [Context], or a record and then a [Context], and returns a record
/// or nothing. In place of a record may stand `Map<String, Object>`, and as a result also a list, a
/// text, a number or a boolean. Methods that carry another annotation of this package are
/// interfaces too; this one then only sets limits or another name.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Interface {
    /// The interface's name in addresses: lower-case letters and digits. By default the method's
    /// name in lower case.
    String value() default "";

    /// How long a call may take, in milliseconds; 0 for the server's usual limit.
    int deadlineMillis() default 0;

    /// How many calls may run at once on a node; 0 for the server's usual limit.
    int concurrency() default 0;

    /// How much a call may allocate, in megabytes; 0 for the server's usual limit.
    int allocationMegabytes() default 0;
}
