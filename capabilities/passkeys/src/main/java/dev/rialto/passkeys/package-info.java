/// Sign-in with passkeys: WebAuthn.
@NullMarked
package dev.rialto.passkeys;

import org.jspecify.annotations.NullMarked;
