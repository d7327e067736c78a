package dev.rialto.sdk;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// An interface that answers HTTP requests below `/v1/web/`: what a backend for a front end is made
/// of. It takes an [HttpRequest], or a record that is read from the body and the parameters of the
/// path and the query together; it returns an [HttpResponse], or what is answered as JSON.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Endpoint {
    /// The path below `/v1/web`, with parameters in braces: `/orders/{id}`.
    String value();

    /// GET, POST, PUT or DELETE.
    String method() default "GET";
}
