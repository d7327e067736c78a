/// Hooks: addresses of functions and triggers that run elsewhere.
@NullMarked
package dev.rialto.hooks;

import org.jspecify.annotations.NullMarked;
