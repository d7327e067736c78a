/// Signing in with accounts at other providers.
@NullMarked
package dev.rialto.signin;

import org.jspecify.annotations.NullMarked;
