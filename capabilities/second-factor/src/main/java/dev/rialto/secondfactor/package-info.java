/// One-time codes beside passwords, and proofs that operations ask for.
@NullMarked
package dev.rialto.secondfactor;

import org.jspecify.annotations.NullMarked;
