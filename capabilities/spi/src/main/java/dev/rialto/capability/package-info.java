/// What stands on the shelf: a capability, what it declares, and what the server offers to it.
@NullMarked
package dev.rialto.capability;

import org.jspecify.annotations.NullMarked;
