/// What the owner of an app does with its users: disabling, impersonation, exports, erasure.
@NullMarked
package dev.rialto.useradmin;

import org.jspecify.annotations.NullMarked;
