/// Tests with real Node.js processes and the real Parse SDK.
@NullMarked
package dev.rialto.node;

import org.jspecify.annotations.NullMarked;
