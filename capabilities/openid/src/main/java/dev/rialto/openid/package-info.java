/// Rialto as an OpenID provider: users of an app sign in to other programs with their accounts.
@NullMarked
package dev.rialto.openid;

import org.jspecify.annotations.NullMarked;
