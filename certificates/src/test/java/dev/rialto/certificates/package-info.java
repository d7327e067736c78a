/// The front door: listener, operations, admission, batch, errors to JSON.
@NullMarked
package dev.rialto.certificates;

import org.jspecify.annotations.NullMarked;
