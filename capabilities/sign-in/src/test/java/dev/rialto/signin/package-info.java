@NullMarked
package dev.rialto.signin;

import org.jspecify.annotations.NullMarked;
