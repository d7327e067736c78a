package dev.rialto.sdk;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// An interface that Parse's SDKs call by a short name: `Parse.Cloud.run("hello", {...})`, or `POST
/// /v1/functions/hello`.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface CloudFunction {
    /// The name, unique in the app.
    String value();
}
