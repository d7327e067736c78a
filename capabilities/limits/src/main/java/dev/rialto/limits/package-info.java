/// Limits: how often operations may be called, by app, client address and user.
@NullMarked
package dev.rialto.limits;

import org.jspecify.annotations.NullMarked;
