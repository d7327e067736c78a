@NullMarked
package dev.rialto.apps;

import org.jspecify.annotations.NullMarked;
