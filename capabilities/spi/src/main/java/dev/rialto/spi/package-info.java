/// What a capability is and declares, what the server offers to it, and where capabilities meet:
/// objects as a service, the rules of a class, triggers.
@NullMarked
package dev.rialto.spi;

import org.jspecify.annotations.NullMarked;
