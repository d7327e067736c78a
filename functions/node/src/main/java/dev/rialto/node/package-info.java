/// Runs Parse cloud code in Node.js processes.
@NullMarked
package dev.rialto.node;

import org.jspecify.annotations.NullMarked;
