@NullMarked
package dev.rialto.appsettings;

import org.jspecify.annotations.NullMarked;
