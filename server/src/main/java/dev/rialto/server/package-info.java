/// The server: settings, wiring, start and stop. The only module that sees all the others.
@NullMarked
package dev.rialto.server;

import org.jspecify.annotations.NullMarked;
