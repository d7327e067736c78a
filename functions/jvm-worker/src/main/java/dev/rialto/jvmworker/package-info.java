/// The program that runs micro apps of the JVM in a process of their own, and the command that
/// starts it.
@NullMarked
package dev.rialto.jvmworker;

import org.jspecify.annotations.NullMarked;
