@NullMarked
package dev.rialto.http;

import org.jspecify.annotations.NullMarked;
