/// What code of libraries is given in place of classes of the JDK that functions may not use. Each
/// does what is harmless of what the original does, and has no other members: code of libraries may
/// use all that is public here.
@NullMarked
package dev.rialto.hardening.standin;

import org.jspecify.annotations.NullMarked;
