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
/// interfaces too; this one then only sets limits or another name, and declares what callers are to
/// know beside what the method takes and returns.
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

    /// Who may call it by its address, its short name or as an endpoint. Whatever else it is bound
    /// to calls it all the same, and so do other functions.
    Access access() default Access.APP;

    /// The HTTP status of success, from 200 to 203.
    int status() default 200;

    /// What it reads from the query string and from headers beside its input, where clients call it
    /// as an endpoint or by a short name.
    Parameter[] parameters() default {};

    /// What it fails with, beside what any function may fail with. Whatever else it throws reaches
    /// its callers, too, and is noted in the log.
    Failure[] errors() default {};

    /// Whether a request may be done twice without harm. Then its id (`X-Parse-Request-Id`) is not
    /// recorded; otherwise a second request of the same id is rejected. Endpoints never record ids.
    boolean repeatable() default false;

    /// The topics of the events that it publishes. If it names any, it can publish no others.
    String[] events() default {};

    /// What its calls count for, in place of `functions.calls`: lower-case words joined by dashes.
    /// Metrics name it `DOMAIN-GROUP.METER`.
    String meter() default "";

    /// How much one call adds to the meter.
    int cost() default 1;

    /// The version of the micro app that brought it.
    String since() default "";

    /// That it will go. Without a text it will not.
    Deprecation deprecated() default @Deprecation("");

    /// Who may call an interface.
    enum Access {
        /// All callers of the app.
        APP,
        /// Holders of the master key.
        MASTER
    }

    /// Something in the query string or a header.
    @Target({})
    @interface Parameter {
        /// As clients send it.
        String name();

        Place in() default Place.QUERY;

        /// A sentence.
        String description();

        /// Where a parameter is sent.
        enum Place {
            QUERY,
            HEADER
        }
    }

    /// An error that callers are to expect.
    @Target({})
    @interface Failure {
        /// What a [FunctionException] says: one of Parse's numbers, or one above 10,000.
        int code();

        /// When it occurs, for people.
        String when();
    }

    /// The end of an interface, announced to its callers.
    @Target({})
    @interface Deprecation {
        /// What to use instead.
        String value();

        /// The day from which on it should no longer be used, such as `2027-01-31`; answers name it
        /// in the header `Deprecation`.
        String on() default "";

        /// The day on which it is likely to be gone; answers name it in the header `Sunset`.
        String sunset() default "";
    }
}
