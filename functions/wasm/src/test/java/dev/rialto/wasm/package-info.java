@NullMarked
package dev.rialto.wasm;

import org.jspecify.annotations.NullMarked;
