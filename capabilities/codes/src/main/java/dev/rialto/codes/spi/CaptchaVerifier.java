package dev.rialto.codes.spi;

import dev.rialto.kernel.App;

/// Verifies what a client sends as the solution of a captcha. A capability that offers one as a
/// service is used by apps whose `codes.captcha-provider` is its name.
public interface CaptchaVerifier {
    /// What it is called in settings, e.g. `turnstile`.
    String name();

    /// Verifies a solution and uses it up. Runs outside a transaction and may call other servers.
    ///
    /// @param solution as the client sent it; untrusted, at most 4,000 characters
    /// @param clientAddress empty for calls within the server
    /// @throws dev.rialto.kernel.RialtoException OVERLOADED when it can't tell now
    boolean verify(App app, String solution, String clientAddress);
}
