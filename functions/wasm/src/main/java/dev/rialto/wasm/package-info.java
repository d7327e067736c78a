/// Runs micro apps of WebAssembly in a sandbox, inside the server's process.
@NullMarked
package dev.rialto.wasm;

import org.jspecify.annotations.NullMarked;
