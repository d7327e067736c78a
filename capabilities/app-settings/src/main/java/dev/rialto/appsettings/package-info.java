/// What the owners of apps set for them.
@NullMarked
package dev.rialto.appsettings;

import org.jspecify.annotations.NullMarked;
