package dev.rialto.sdk;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// An interface that is started by `POST /v1/jobs/NAME` with the master key and goes on in the
/// background. Its state is an object of the class `_JobStatus`; [Context#progress] sets the
/// message in it.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Job {
    /// The name, unique in the app.
    String value();
}
