/// Where other proofs plug into step-up.
@NullMarked
package dev.rialto.secondfactor.spi;

import org.jspecify.annotations.NullMarked;
