@NullMarked
package dev.rialto.objects;

import org.jspecify.annotations.NullMarked;
