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

    /// GET, POST, PUT, PATCH or DELETE. One for GET answers HEAD as well.
    String method() default "GET";

    /// Whether anybody may call it who has none of the app's keys, at `/v1/apps/APP_ID/web/PATH`:
    /// for webhooks of others and links in mails. Such callers are anonymous; check signatures
    /// against [HttpRequest#body].
    boolean keyless() default false;

    /// Request headers that prove who asks and are given to it nevertheless: `Authorization` or
    /// `Cookie`. All headers but credentials are given to it anyway.
    String[] credentials() default {};
}
