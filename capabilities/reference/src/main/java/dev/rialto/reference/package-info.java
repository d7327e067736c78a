/// Pages on which people read the API's description and try it.
@NullMarked
package dev.rialto.reference;

import org.jspecify.annotations.NullMarked;
