/// Installations: the devices an app is installed on.
@NullMarked
package dev.rialto.installations;

import org.jspecify.annotations.NullMarked;
