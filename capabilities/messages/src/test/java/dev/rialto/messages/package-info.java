@NullMarked
package dev.rialto.messages;

import org.jspecify.annotations.NullMarked;
