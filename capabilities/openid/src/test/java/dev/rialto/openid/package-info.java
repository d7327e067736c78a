/// Tests of the OpenID provider.
@NullMarked
package dev.rialto.openid;

import org.jspecify.annotations.NullMarked;
