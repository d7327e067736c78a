/// Tests of the whole server.
@NullMarked
package dev.rialto.server;

import org.jspecify.annotations.NullMarked;
