/// Turns the sources of a micro app into an artifact: compilers kept warm, libraries from an
/// allow-list.
@NullMarked
package dev.rialto.compiler;

import org.jspecify.annotations.NullMarked;
