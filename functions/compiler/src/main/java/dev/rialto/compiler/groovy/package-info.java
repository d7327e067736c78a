/// What Groovy code of micro apps is linked against beside Groovy's own runtime.
@NullMarked
package dev.rialto.compiler.groovy;

import org.jspecify.annotations.NullMarked;
