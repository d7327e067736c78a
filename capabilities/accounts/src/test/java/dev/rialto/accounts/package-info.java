@NullMarked
package dev.rialto.accounts;

import org.jspecify.annotations.NullMarked;
